"""Writing so that a reader, and a power cut, meet the old file or the new one and never a part of it."""

import contextlib
import os
import tempfile
from pathlib import Path

from fleet.server.errors import FleetError

TEMPORARY = ".writing-"


def write_durably(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Put ``content`` in place of what is there, on the platter when this returns.

    Raises FleetError ``updates.disk``.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                os.fchmod(handle, mode)
                file.write(content)
                file.flush()
                os.fsync(handle)
            temporary.replace(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
        sync_folder(path.parent)
    except OSError as error:
        raise FleetError(
            "updates.disk", f"cannot write {path}: {error.strerror}; check the disk and the folder's owner"
        ) from error


def sync_folder(folder: Path) -> None:
    """A rename is on disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def sweep(folder: Path) -> None:
    """Remove what a writer that was killed left behind; the caller holds the repository's lock."""
    for left in folder.glob(f"{TEMPORARY}*"):
        left.unlink(missing_ok=True)
