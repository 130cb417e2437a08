"""The Ed25519 keys with which the centre signs what only it may say, and their succession.

A new key is made known first and used ``ANNOUNCED`` later, when every kiosk that is in touch has fetched it (they ask
daily); its predecessor stays known for ``RETIRED`` after that, for what it has signed and not yet arrived.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from fleet.protocol.signed import key_id
from fleet.server.errors import FleetError
from fleet.server.private_file import write_private

ANNOUNCED = timedelta(days=7)
RETIRED = timedelta(days=30)
_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class _SigningKey:
    made: datetime
    key: Ed25519PrivateKey
    path: Path


class SigningKeys:
    """The keys in a folder, a file each; the file's name begins with the moment at which the key was made (UTC)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ensure(self, now: datetime) -> None:
        """Make the first key when there is none."""
        if not any(self._folder.glob("*.key")):
            self.add(now)

    def add(self, now: datetime) -> str:
        """Make the next key, to be used when it has been known for a while; returns its id."""
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        name = key_id(key.public_key())
        write_private(self._folder / f"{now.strftime(_STAMP)}-{name}.key", pem)
        return name

    def replace(self, now: datetime) -> str:
        """A new key at once, for one that got into wrong hands; kiosks refuse commands until they have fetched it."""
        old = self._read()
        name = self.add(now)
        for key in old:
            key.path.unlink()
        return name

    def current(self, now: datetime) -> Ed25519PrivateKey:
        """The key to sign with. Raises FleetError ``signing.missing`` or ``signing.damaged``."""
        return self._current(self._read(), now).key

    def public(self, now: datetime) -> tuple[str, ...]:
        """The public keys that kiosks should trust (raw, base64), newest first. Raises as ``current``."""
        keys = self._read()
        settled = [key for key in keys if key.made + ANNOUNCED + RETIRED <= now]
        # Whoever is older than a key that has been in use for long enough is no longer needed.
        oldest = settled[-1].made if settled else keys[0].made
        return tuple(_public(key.key) for key in reversed(keys) if key.made >= oldest)

    def _current(self, keys: list[_SigningKey], now: datetime) -> _SigningKey:
        announced = [key for key in keys if key.made + ANNOUNCED <= now]
        return announced[-1] if announced else keys[0]

    def _read(self) -> list[_SigningKey]:
        keys = [_load(path) for path in sorted(self._folder.glob("*.key"))]
        if not keys:
            raise FleetError(
                "signing.missing", f"no signing key in {self._folder}; run kiosk-fleet ca init, or serve"
            )
        return keys


def _load(path: Path) -> _SigningKey:
    try:
        made = datetime.strptime(path.name.partition("-")[0] + "+0000", _STAMP + "%z")
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise FleetError("signing.damaged", f"{path} cannot be read: {error}; restore it") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise FleetError("signing.damaged", f"{path} is no Ed25519 key; restore it")
    return _SigningKey(made, key, path)


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()
