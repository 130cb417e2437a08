"""The centre's certificate authority in its folder: it issues, remembers what was revoked, keeps the servers' pairs.

Several processes may use one folder (``serve`` and a command beside it): what changes a file holds a lock.
"""

import fcntl
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fleet.protocol.enrolment import fingerprint
from fleet.protocol.topics import check_name
from fleet.server.errors import FleetError
from fleet.server.identity import certificates
from fleet.server.identity.certificates import LEAF_DAYS, Issuer
from fleet.server.identity.signing import SigningKeys
from fleet.server.private_file import write_private

PEM = serialization.Encoding.PEM
_RENEW_BEFORE = timedelta(days=LEAF_DAYS // 2)
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Pair:
    """Files of a certificate and of its key."""

    certificate: Path
    key: Path


def utc_now() -> datetime:
    """The time, as certificates have it."""
    return datetime.now(UTC).replace(microsecond=0)


class Authority:
    """See the module. ``folder`` is for the centre's own user alone: who has its key is every kiosk."""

    def __init__(self, folder: Path, tenant: str) -> None:
        """Open the folder; ``ensure`` fills an empty one."""
        self.folder = folder.resolve()
        self.tenant = check_name(tenant, "tenant")
        self.signing = SigningKeys(self.folder / "signing")
        self._issuer: Issuer | None = None
        self._revoked: tuple[int, frozenset[int]] = (0, frozenset())

    @property
    def _key_file(self) -> Path:
        """The authority itself: key and certificate in one, so that they cannot be of two."""
        return self.folder / "ca.key"

    @property
    def certificate_file(self) -> Path:
        """The authority's certificate, for whoever should trust it."""
        return self.folder / "ca.pem"

    @property
    def revocation_file(self) -> Path:
        """The list of revoked certificates, for brokers."""
        return self.folder / "crl.pem"

    @property
    def issuer(self) -> Issuer:
        """Certificate and key. Raises FleetError ``ca.missing``, ``ca.damaged`` or ``ca.tenant``."""
        if self._issuer is None:
            self._issuer = self._load()
        return self._issuer

    @property
    def certificate_pem(self) -> str:
        """The authority's certificate as text."""
        return self.issuer.certificate.public_bytes(PEM).decode()

    @property
    def fingerprint(self) -> str:
        """The name of this authority: SHA-256 of its certificate."""
        return fingerprint(self.issuer.certificate.public_bytes(serialization.Encoding.DER))

    def ensure(self) -> bool:
        """Make what is missing on a first start; True when the authority is new.

        What is missing later is not made anew: with another authority every kiosk would be a stranger, and with an
        empty list every revoked one would be let in. Raises FleetError ``ca.damaged``, ``ca.tenant``.
        """
        with self._locked():
            new = not any(
                path.exists() for path in (self._key_file, self.certificate_file, self.revocation_file)
            )
            if new:
                made = certificates.make_issuer(self.tenant, utc_now())
                write_private(self._key_file, _key_pem(made.key) + made.certificate.public_bytes(PEM))
            issuer = self.issuer
            if not self.certificate_file.exists():
                if not self.revocation_file.exists():
                    self._write_list(issuer, 0, [])
                write_private(self.certificate_file, issuer.certificate.public_bytes(PEM))
            self._read_list()
            self.signing.ensure(utc_now())
        return new

    def issue_kiosk(self, kiosk: str, key: ec.EllipticCurvePublicKey) -> x509.Certificate:
        """Certify a kiosk's key."""
        return certificates.client_certificate(self.issuer, key, check_name(kiosk), utc_now())

    def issue_short_lived(self, name: str, lifetime: timedelta) -> tuple[bytes, bytes]:
        """A certificate and a key (PEM) for a moment's work under ``name``."""
        key = certificates.new_key()
        made = certificates.client_certificate(self.issuer, key.public_key(), name, utc_now(), lifetime)
        return made.public_bytes(PEM), _key_pem(key)

    def server_pair(self, role: str, names: Sequence[str], *, renew: bool = False) -> Pair:
        """The server certificate ``role``, for ``names`` and this machine itself; renewed in good time."""
        wanted = list(dict.fromkeys([*names, *_LOCAL]))

        def issue(key: ec.EllipticCurvePublicKey) -> x509.Certificate:
            return certificates.server_certificate(self.issuer, key, wanted, utc_now())

        with self._locked():
            pair, present = self._pair(role), self._present(role)
            if renew or present is None or set(certificates.alternative_names(present)) != set(wanted):
                self._make_pair(pair, issue)
        return pair

    def client_pair(self, account: str, *, renew: bool = False) -> Pair:
        """The centre's own client certificate for ``account`` at the broker; renewed in good time."""

        def issue(key: ec.EllipticCurvePublicKey) -> x509.Certificate:
            return certificates.client_certificate(self.issuer, key, account, utc_now())

        with self._locked():
            pair = self._pair(account)
            if renew or self._present(account) is None:
                self._make_pair(pair, issue)
        return pair

    def revoke(self, serials: Iterable[int]) -> bool:
        """Put certificates on the list; False when all of them are there already."""
        with self._locked():
            present = self._read_list()
            entries = {entry.serial_number: entry.revocation_date_utc for entry in present}
            fresh = set(serials) - entries.keys()
            if not fresh:
                return False
            now = utc_now()
            # A certificate that has run out by itself need not be named any longer.
            kept = {
                serial: when for serial, when in entries.items() if now - when < timedelta(days=LEAF_DAYS + 1)
            }
            kept.update(dict.fromkeys(fresh, now))
            number = present.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
            self._write_list(self.issuer, number + 1, kept.items())
        return True

    def is_revoked(self, serial: int) -> bool:
        """Whether a certificate is on the list; another process may have put it there."""
        changed = self.revocation_file.stat().st_mtime_ns
        if self._revoked[0] != changed:
            self._revoked = (changed, frozenset(entry.serial_number for entry in self._read_list()))
        return serial in self._revoked[1]

    @property
    def revoked_count(self) -> int:
        """How many certificates are on the list."""
        return len(self._read_list())

    def _load(self) -> Issuer:
        try:
            content = self._key_file.read_bytes()
            certificate = x509.load_pem_x509_certificate(content)
            key = serialization.load_pem_private_key(content, None)
        except FileNotFoundError as error:
            if self.certificate_file.exists():
                raise FleetError(
                    "ca.damaged", f"{self._key_file} is gone; restore it from its copy"
                ) from error
            raise FleetError(
                "ca.missing", f"no certificate authority in {self.folder}; run kiosk-fleet ca init"
            ) from error
        except (OSError, ValueError) as error:
            raise FleetError(
                "ca.damaged", f"{self._key_file} cannot be read ({error}); restore it"
            ) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise FleetError("ca.damaged", f"{self._key_file} holds a certificate of another key; restore it")
        tenant = certificates.organisation(certificate)
        if tenant != self.tenant:
            raise FleetError(
                "ca.tenant", f"the authority in {self.folder} is of tenant {tenant!r}; use --tenant {tenant}"
            )
        return Issuer(certificate, key)

    def _pair(self, name: str) -> Pair:
        return Pair(self.folder / f"{name}.crt", self.folder / f"{name}.key")

    def _present(self, name: str) -> x509.Certificate | None:
        """The pair's certificate while it is ours, whole and not half over."""
        pair = self._pair(name)
        try:
            certificate = x509.load_pem_x509_certificate(pair.certificate.read_bytes())
            key = serialization.load_pem_private_key(pair.key.read_bytes(), None)
        except (OSError, ValueError):
            return None
        sound = (
            isinstance(key, ec.EllipticCurvePrivateKey)
            and key.public_key() == certificate.public_key()
            and certificate.issuer == self.issuer.certificate.subject
            and certificate.not_valid_after_utc - utc_now() > _RENEW_BEFORE
        )
        return certificate if sound else None

    def _make_pair(self, pair: Pair, issue: Callable[[ec.EllipticCurvePublicKey], x509.Certificate]) -> None:
        key = certificates.new_key()
        certificate = issue(key.public_key())
        write_private(pair.key, _key_pem(key))
        write_private(pair.certificate, certificate.public_bytes(PEM))

    def _read_list(self) -> x509.CertificateRevocationList:
        try:
            return x509.load_pem_x509_crl(self.revocation_file.read_bytes())
        except (OSError, ValueError) as error:
            raise FleetError(
                "ca.damaged", f"{self.revocation_file} cannot be read ({error}); restore it"
            ) from error

    def _write_list(self, issuer: Issuer, number: int, revoked: Iterable[tuple[int, datetime]]) -> None:
        made = certificates.revocation_list(issuer, number, revoked)
        write_private(self.revocation_file, made.public_bytes(PEM))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
