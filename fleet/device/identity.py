"""Who this device is: the folder that ``kiosk provision`` fills.

``kiosk.key`` (0600, made here, never leaves), ``kiosk.crt``, ``ca.pem`` (the one authority that is believed),
``centre-keys.json`` (the keys for what only the centre may say), ``root.json`` (by which updates are judged) and
``identity.json``. A new identity is made beside the present one, in ``<folder>.new``, and takes its place when it is
whole: a power cut leaves the one or the other.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fleet.device.errors import IdentityError
from fleet.protocol.enrolment import Host, HttpsUrl, Name, PublicKey, trusted_keys
from fleet.protocol.messages import Sha256
from fleet.protocol.signed import Keys

M = TypeVar("M", bound=BaseModel)

_AGAIN = "run: kiosk provision --claim FILE, with a new claim"


class Identity(BaseModel):
    """``identity.json``. ``claim``: the hash of the token with which this identity was got."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tenant: Name
    kiosk: Name
    broker_host: Host
    broker_port: int = Field(ge=1, le=65535)
    url: HttpsUrl
    claim: Sha256


class CentreKeys(BaseModel):
    """``centre-keys.json``: Ed25519, raw, base64."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: tuple[PublicKey, ...] = Field(min_length=1, max_length=8)


@dataclass(frozen=True, slots=True)
class IdentityFiles:
    """The folder."""

    folder: Path

    @property
    def key(self) -> Path:
        """The private key."""
        return self.folder / "kiosk.key"

    @property
    def certificate(self) -> Path:
        """The present certificate for it."""
        return self.folder / "kiosk.crt"

    @property
    def authority(self) -> Path:
        """The centre's authority."""
        return self.folder / "ca.pem"

    @property
    def root(self) -> Path:
        """The TUF root that updates are judged by; what follows from it is kept with the updates."""
        return self.folder / "root.json"

    @property
    def staging(self) -> Path:
        """Where the next identity is made."""
        return self.folder.with_name(self.folder.name + ".new")

    @property
    def present(self) -> bool:
        """This device has become a kiosk; a swap that a power cut has interrupted is finished first."""
        if not self._record.exists() and IdentityFiles(self.staging)._record.exists():
            self.take_staged()
        return self._record.exists()

    @property
    def _record(self) -> Path:
        return self.folder / "identity.json"

    @property
    def _keys(self) -> Path:
        return self.folder / "centre-keys.json"

    def identity(self) -> Identity:
        """Who this device is. Raises IdentityError ``identity.missing`` or ``identity.damaged``."""
        if not self.present:
            raise IdentityError("identity.missing", f"this device has no identity in {self.folder}; {_AGAIN}")
        return self._read(self._record, Identity)

    def centre_keys(self) -> Keys:
        """Whose signatures are believed, for ``decode_signed``. Raises as ``identity``."""
        return trusted_keys(self.read_centre_keys().keys)

    def read_centre_keys(self) -> CentreKeys:
        """The same as they are written. Raises as ``identity``."""
        return self._read(self._keys, CentreKeys)

    def read_certificate(self) -> x509.Certificate:
        """The present certificate. Raises IdentityError ``identity.damaged``."""
        try:
            return x509.load_pem_x509_certificate(self.certificate.read_bytes())
        except (OSError, ValueError) as error:
            raise self._damaged(self.certificate, error) from error

    def issued_ms(self) -> int:
        """When the present certificate begins, in ms since 1970; 0 where it cannot be read."""
        try:
            return int(self.read_certificate().not_valid_before_utc.timestamp() * 1000)
        except IdentityError:
            return 0

    def write_certificate(self, pem: str) -> None:
        """Put a renewed certificate in the place of the present one."""
        write_whole(self.certificate, pem.encode())

    def write_centre(self, identity: Identity, keys: CentreKeys) -> None:
        """Keep what the centre says of itself; last of all when an identity is made, for it makes it whole."""
        write_whole(self._keys, keys.model_dump_json().encode())
        write_whole(self._record, identity.model_dump_json(indent=2).encode())

    def take_staged(self) -> None:
        """Put the identity that was made beside this one into its place."""
        old = self.folder.with_name(self.folder.name + ".old")
        shutil.rmtree(old, ignore_errors=True)
        if self.folder.exists():
            self.folder.rename(old)
        self.staging.rename(self.folder)
        _sync(self.folder.parent)
        shutil.rmtree(old, ignore_errors=True)

    def _read(self, path: Path, model: type[M]) -> M:
        try:
            return model.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise self._damaged(path, error) from error

    def _damaged(self, path: Path, error: Exception) -> IdentityError:
        reason = error.strerror if isinstance(error, OSError) else "it is not what was written there"
        return IdentityError("identity.damaged", f"{path} cannot be read ({reason}); {_AGAIN}")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that only we may read: private from the first moment, whole or not at all, and on the disk."""
    temporary = path.with_name(path.name + ".part")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
