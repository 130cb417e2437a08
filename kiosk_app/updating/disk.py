"""The disk as an installation needs it: after the power is cut at any moment, a file is the old one or the new one.

Everything that installing does to the disk is done here, and each thing that is done has its ``moment``: there a test
kills the process, or lets the disk be full.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from pathlib import Path

from models.assets.archive import unpack

_BLOCK = 256 * 1024


class Disk:
    """Each method raises OSError when the disk does not take what it is given; what was there before is there still."""

    def moment(self, name: str) -> None:
        """Where the process may be killed. Nothing happens here."""

    def write(self, path: Path, data: bytes, what: str) -> None:
        """Put a small file in the place of the one before: beside it, synced, renamed, the folder synced."""
        part = path.with_name(f"{path.name}.part")
        self.moment(f"{what}: before it is written")
        try:
            path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            with part.open("wb") as file:
                self.moment(f"{what}: opened")
                file.write(data)
                file.flush()
                self.moment(f"{what}: written")
                os.fsync(file.fileno())
            self.moment(f"{what}: synced")
            part.replace(path)
        except OSError:
            self.forget(part)
            raise
        self.moment(f"{what}: renamed")
        self.sync_folder(path.parent)
        self.moment(f"{what}: done")

    def copy(self, source: Path, target: Path, what: str) -> str:
        """Copy a file into an emptied folder, synced; the SHA-256 of what was copied."""
        digest = hashlib.sha256()
        self.moment(f"{what}: before the copy")
        with source.open("rb") as old, target.open("xb") as new:
            while block := old.read(_BLOCK):
                new.write(block)
                new.flush()
                digest.update(block)
                self.moment(f"{what}: a block copied")
            os.fsync(new.fileno())
        self.moment(f"{what}: copied and synced")
        self.sync_folder(target.parent)
        self.moment(f"{what}: in its folder")
        return digest.hexdigest()

    def unpack(self, archive: Path, folder: Path, what: str) -> dict[str, str]:
        """Unpack an archive that nobody trusts; SHA-256 of each file by its path. Raises AssetError."""
        self.moment(f"{what}: before it is unpacked")
        hashes = unpack(archive, folder, progress=lambda: self.moment(f"{what}: a block unpacked"))
        self.moment(f"{what}: unpacked")
        return hashes

    def empty(self, folder: Path, what: str) -> None:
        """Make ``folder`` an empty one, whatever is there."""
        self.moment(f"{what}: before it is emptied")
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
        elif folder.exists():
            shutil.rmtree(folder)
        self.moment(f"{what}: removed")
        folder.mkdir(parents=True)
        self.sync_folder(folder.parent)
        self.moment(f"{what}: empty")

    def forget(self, path: Path) -> None:
        """Remove a file that was jotted down, if it is there; that it may come back with the power is no harm."""
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)

    def sync_tree(self, folder: Path, what: str) -> None:
        """Have the disk hold everything below ``folder``."""
        self.moment(f"{what}: before it is synced")
        for path in sorted(folder.rglob("*")):
            if path.is_dir():
                self.sync_folder(path)
            else:
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        self.sync_folder(folder)
        self.moment(f"{what}: synced")

    def jot(self, path: Path, data: bytes) -> None:
        """Put a small file in place without waiting for the disk: it outlives the process, not the power."""
        part = path.with_name(f"{path.name}.part")
        try:
            path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            part.write_bytes(data)
            part.replace(path)
        except OSError:
            self.forget(part)
            raise

    def sync_folder(self, folder: Path) -> None:
        """A rename is on the disk only when its folder is."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
