"""Small files that only the kiosk may read: written whole or not at all, refused when others may look in."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from kiosk_app.errors import KioskError

_LONGEST = 4096


class StaffError(KioskError):
    """The staff corner's door cannot be opened, nor its PIN set."""

    code = "staff"


def read_private(path: Path) -> str | None:
    """The text of a file, or None when there is none.

    Raises:
        StaffError: ``staff.file``; it is no plain file, others may read it, or it cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, error.strerror) from error
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode):
            raise _unreadable(path, "it is no plain file")
        if state.st_mode & 0o077:
            mode = stat.S_IMODE(state.st_mode)
            raise StaffError(
                f"{path}: others may read or change it (mode {mode:04o}): run chmod 600 {path}", "staff.file"
            )
        return os.read(descriptor, _LONGEST).decode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from error
    finally:
        os.close(descriptor)


def write_private(path: Path, text: str) -> None:
    """Put a file in place of the one before, with mode 0600; after a power cut it is the old one or the new one.

    Raises:
        StaffError: ``staff.file``; it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        Path(name).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def _unreadable(path: Path, reason: str | None) -> StaffError:
    return StaffError(
        f"{path}: cannot be read: {reason}; set the PIN anew with `kiosk staff pin`, as the kiosk's user",
        "staff.file",
    )


def _unwritable(path: Path, error: OSError) -> StaffError:
    return StaffError(
        f"{path}: cannot be written: {error.strerror}; run it as the kiosk's user", "staff.file"
    )
