"""The keys of the four roles, one PEM file each, of which root and targets may be kept elsewhere.

A key that is being replaced lies beside its successor (``targets.next.pem``) until the root that trusts the successor
is out; so a rotation that was cut off at any point is finished by whoever comes next.
"""
# python-tuf documents its classes here, but does not mark them as exported.
# pyright: reportPrivateImportUsage=false

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Root

from fleet.server.errors import FleetError
from fleet.server.updates.files import make_private_folder, sweep, write_durably

Role = Literal["root", "targets", "snapshot", "timestamp"]
ROLES: tuple[Role, ...] = get_args(Role)


class Keys:
    """Looks for keys in ``folder`` and, where one is given, first in ``elsewhere`` (a stick, a safe's laptop)."""

    def __init__(self, folder: Path, elsewhere: Path | None = None) -> None:
        self._folder = folder
        self._folders = [folder] if elsewhere is None else [elsewhere, folder]

    def place(self, role: Role) -> Path | None:
        """Where the role's key is, None when it is kept offline."""
        return next((path for path in self._candidates(role, "") if path.is_file()), None)

    def make(self, role: Role) -> CryptoSigner:
        """The role's first key, made if there is none."""
        make_private_folder(self._folder)
        return self._make(self._folder / f"{role}.pem")

    def make_next(self, role: Role, root: Root) -> CryptoSigner:
        """The role's next key, made beside its present one unless an interrupted rotation has."""
        self.signers(role, root)
        present = self.place(role) or self._folder / f"{role}.pem"
        return self._make(present.with_suffix(".next.pem"))

    def signers(self, role: Role, root: Root) -> list[CryptoSigner]:
        """Every key of the role at hand, the next one included; at least one that ``root`` trusts.

        Raises FleetError ``updates.key_missing`` or ``updates.key``.
        """
        found = [
            self._read(path)
            for suffix in ("", ".next")
            for path in self._candidates(role, suffix)
            if path.is_file()
        ]
        if any(signer.public_key.keyid in root.roles[role].keyids for signer in found):
            return found
        expected = self._folder / f"{role}.pem"
        if found:
            raise FleetError(
                "updates.key",
                f"{self.place(role)} is not the {role} key that root version {root.version} names; "
                f"bring the right {role}.pem to {expected}, or name its folder with --keys",
            )
        raise FleetError(
            "updates.key_missing",
            f"the {role} key is not at {expected} (kept offline?); bring {role}.pem there for as long as it is "
            "needed, or name its folder with --keys, and do this again",
        )

    def settle(self, root: Root) -> None:
        """Finish rotations that were cut off: a next key that ``root`` trusts already takes its place."""
        for role in ROLES:
            for path in self._candidates(role, ".next"):
                if path.is_file() and self._read(path).public_key.keyid in root.roles[role].keyids:
                    path.replace(path.with_name(f"{role}.pem"))

    def sweep(self) -> None:
        """Remove what whoever was killed while writing a key has left."""
        for folder in self._folders:
            sweep(folder)

    def _candidates(self, role: Role, suffix: str) -> Iterator[Path]:
        return (folder / f"{role}{suffix}.pem" for folder in self._folders)

    def _make(self, path: Path) -> CryptoSigner:
        if not path.exists():
            write_durably(path, CryptoSigner.generate_ed25519().private_bytes, mode=0o600)
        return self._read(path)

    @staticmethod
    def _read(path: Path) -> CryptoSigner:
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise FleetError(
                "updates.key", f"{path} cannot be read as a key ({type(error).__name__}); bring a sound copy"
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise FleetError("updates.key", f"{path} is no Ed25519 key; bring the one that was made here")
        return CryptoSigner(key)
