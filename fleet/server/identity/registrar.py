"""Who becomes a kiosk: claims given out, devices enrolled, certificates renewed and revoked."""

import hashlib
import logging
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import Connection, select, update

from fleet.protocol.enrolment import Claim, Enrolled, EnrolRequest
from fleet.server.errors import FleetError
from fleet.server.identity import claims
from fleet.server.identity.authority import PEM, Authority, utc_now
from fleet.server.identity.claims import ClaimView, UsedClaim
from fleet.server.identity.endpoints import Endpoints
from fleet.server.identity.requests import read_request
from fleet.server.identity.tables import certificate
from fleet.server.store import Store, ensure_kiosk, now_ms

logger = logging.getLogger(__name__)

Expel = Callable[[str], None]
"""Have the broker read the list of revoked certificates, and throw a kiosk's standing connection out."""


class Registrar:
    """Database and authority together. Methods may be called from any thread."""

    def __init__(
        self,
        store: Store,
        authority: Authority,
        endpoints: Endpoints,
        expel: Expel,
        root: Callable[[], str] = str,
    ) -> None:
        """``root`` reads the root that devices judge updates by."""
        self._store = store
        self._authority = authority
        self._endpoints = endpoints
        self._expel = expel
        self._root = root

    def create_claim(self, kiosk: str, lifetime_s: int) -> Claim:
        """Make the claim with which a device becomes ``kiosk``. Raises ProtocolError ``topic.name``."""
        now = now_ms()
        with self._store.writing() as tx:
            token = claims.create(tx, kiosk, now, lifetime_s * 1000)
            ensure_kiosk(tx, kiosk)
        return Claim(
            url=self._endpoints.url,
            fingerprint=self._authority.fingerprint,
            token=token,
            kiosk=kiosk,
            tenant=self._authority.tenant,
            expires=now // 1000 + lifetime_s,
            ca=self._authority.certificate_pem,
        )

    def revoke_claims(self, kiosk: str) -> int:
        """Withdraw a kiosk's claims; how many there were."""
        with self._store.writing() as tx:
            return claims.revoke(tx, kiosk, now_ms())

    def claims(self) -> list[ClaimView]:
        """All claims, the newest first."""
        with self._store.reading() as tx:
            return claims.views(tx, now_ms())

    def enrol(self, request: EnrolRequest) -> Enrolled:
        """Make a device the kiosk of its claim; the devices that were this kiosk before are so no longer.

        The same key with the same claim gets the same certificate again: its answer may have been lost. Raises
        FleetError as ``claims.kiosk_of`` and ``read_request``.
        """
        key = read_request(request.request)
        key_sha256 = _key_sha256(key)
        now = now_ms()
        with self._store.writing() as tx:
            found = claims.kiosk_of(tx, request.token, key_sha256, now)
            if isinstance(found, UsedClaim):
                return self._answer(found.kiosk, self._given(tx, found))
            issued = self._authority.issue_kiosk(found, key)
            claims.use(tx, request.token, key_sha256, _serial(issued), now)
            replaced = self._revoke(tx, found, now)
            _enter(tx, found, key_sha256, issued, now)
        logger.info("%s enrolled, certificate %s", found, _serial(issued))
        self._expel_revoked(found, replaced)
        return self._answer(found, _pem(issued))

    def renew(self, kiosk: str, present: x509.Certificate, request: str) -> Enrolled:
        """The next certificate for the key of the present one. Raises FleetError ``request.other`` or as above."""
        key = read_request(request)
        if key != present.public_key():
            raise FleetError(
                "request.other", f"{kiosk} asks for a certificate for another key; it needs a claim"
            )
        issued = self._authority.issue_kiosk(kiosk, key)
        with self._store.writing() as tx:
            _enter(tx, kiosk, _key_sha256(key), issued, now_ms())
        logger.info("%s has a new certificate, %s", kiosk, _serial(issued))
        return self._answer(kiosk, _pem(issued))

    def identity(self, kiosk: str, present: x509.Certificate) -> Enrolled:
        """What a kiosk should know now: the centre's keys and addresses may have changed."""
        return self._answer(kiosk, _pem(present))

    def revoke(self, kiosk: str) -> tuple[list[str], str]:
        """Take a kiosk's certificates and claims back and throw it out: the serial numbers, and what did not work."""
        now = now_ms()
        with self._store.writing() as tx:
            claims.revoke(tx, kiosk, now)
            revoked = self._revoke(tx, kiosk, now)
        self._authority.revoke(revoked)
        problem = ""
        try:
            self._expel(kiosk)
        except FleetError as error:
            problem = error.message
        return [f"{serial:x}" for serial in revoked], problem

    def reconcile(self) -> None:
        """Put on the list what the database says is revoked: the machine may have stopped between the two."""
        rows = select(certificate.c.serial).where(
            certificate.c.revoked_at.is_not(None), certificate.c.expires_at > now_ms()
        )
        with self._store.reading() as tx:
            serials = [int(serial, 16) for serial in tx.execute(rows).scalars()]
        self._authority.revoke(serials)

    def _revoke(self, tx: Connection, kiosk: str, now: int) -> list[int]:
        valid = (
            certificate.c.kiosk == kiosk,
            certificate.c.revoked_at.is_(None),
            certificate.c.expires_at > now,
        )
        serials = [
            int(serial, 16) for serial in tx.execute(select(certificate.c.serial).where(*valid)).scalars()
        ]
        tx.execute(update(certificate).where(*valid).values(revoked_at=now))
        return serials

    def _expel_revoked(self, kiosk: str, serials: list[int]) -> None:
        """The device's answer does not depend on it: what fails here is made good at the next start."""
        if not self._authority.revoke(serials):
            return
        try:
            self._expel(kiosk)
        except FleetError as error:
            logger.warning("the device that was %s before is not thrown out: %s", kiosk, error)

    def _given(self, tx: Connection, used: UsedClaim) -> str:
        row = tx.execute(
            select(certificate.c.pem, certificate.c.revoked_at).where(certificate.c.serial == used.serial)
        ).first()
        if row is None or row.revoked_at is not None:
            raise FleetError("claim.used", f"a claim for {used.kiosk} whose certificate was revoked")
        return row.pem

    def _answer(self, kiosk: str, pem: str) -> Enrolled:
        host, port = self._endpoints.broker
        now = utc_now()
        return Enrolled(
            kiosk=kiosk,
            tenant=self._authority.tenant,
            certificate=pem,
            keys=self._authority.signing.public(now),
            broker_host=host,
            broker_port=port,
            url=self._endpoints.url,
            root=self._root(),
            at=int(now.timestamp()),
        )


def _enter(tx: Connection, kiosk: str, key_sha256: str, issued: x509.Certificate, now: int) -> None:
    tx.execute(
        certificate.insert().values(
            serial=_serial(issued),
            kiosk=kiosk,
            key_sha256=key_sha256,
            issued_at=now,
            expires_at=int(issued.not_valid_after_utc.timestamp() * 1000),
            pem=_pem(issued),
        )
    )


def _serial(issued: x509.Certificate) -> str:
    return f"{issued.serial_number:x}"


def _pem(issued: x509.Certificate) -> str:
    return issued.public_bytes(PEM).decode()


def _key_sha256(key: ec.EllipticCurvePublicKey) -> str:
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()
