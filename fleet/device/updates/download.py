"""One file on its way to disk: resumed on any transport, bounded, verified by TUF's hash, put in place at once."""

import errno
import logging
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from tuf.api.exceptions import LengthOrHashMismatchError
from tuf.api.metadata import TargetFile  # pyright: ignore[reportPrivateImportUsage]  documented there

from fleet.device.errors import FetchError
from fleet.device.updates.transports import AbsentError, Transport, UnreachableError
from fleet.protocol.tree import stored_path

logger = logging.getLogger(__name__)

SPARE_DISK_BYTES = 32 * 1024 * 1024
_KEPT_FILES = 4
_WORTH_GOING_ON = 16 * 1024  # bytes that a connection must have brought for another one at once

Progress = Callable[[int, int], None]
"""Told how many bytes of how many there are; may raise to give the file up."""


class Download:
    """``info`` is what TUF metadata says of the file; it ends as ``folder/{sha256}{suffix}``.

    Bytes reach the ``.part`` file in order, so that its length is always how far we are, also after a power cut.
    """

    def __init__(self, info: TargetFile, folder: Path) -> None:
        self._info = info
        sha256 = info.hashes["sha256"]
        self._source = stored_path(info.path, sha256)
        self._part = folder / f"{sha256}.part"
        self.path = folder / f"{sha256}{Path(info.path).suffix}"

    def whole(self) -> Path | None:
        """The file, when it is here already and still what was signed for."""
        if not self.path.exists():
            return None
        if self._is_sound(self.path):
            return self.path
        self.path.unlink()
        return None

    def fetch(self, transports: Sequence[Transport], progress: Progress) -> Path:
        """Try the transports in order; each goes on where the one before it stopped.

        Raises FetchError ``fetch.disk``, ``fetch.refused`` or ``fetch.hash``; UnreachableError when no way is open
        now, and then the part stays for the next time.
        """
        self._part.parent.mkdir(parents=True, exist_ok=True)
        verdict: FetchError | None = None
        closed = UnreachableError("no way to the updates is configured")
        for transport in transports:
            try:
                if self._through(transport, progress):
                    self._part.replace(self.path)
                    sync_folder(self.path.parent)
                    return self.path
                verdict = FetchError("fetch.hash", f"{transport.name} sends another file than was signed for")
            except AbsentError as error:
                verdict = verdict or FetchError("fetch.refused", str(error))
            except UnreachableError as error:
                closed = error
            except OSError as error:
                self._give_up(error)
        raise verdict or closed

    def _through(self, transport: Transport, progress: Progress) -> bool:
        """Get the rest over one transport; whether the whole is sound.

        What an earlier run or another transport left may be hurt, so that it is tried once from the beginning.
        """
        resumed = self._have() > 0
        while True:
            if self._complete(transport, progress) and self._is_sound(self._part):
                return True
            self._part.unlink(missing_ok=True)
            if not resumed:
                return False
            resumed = False
            logger.warning("what there was of %s came out wrong, fetching it anew", self._info.path)

    def _complete(self, transport: Transport, progress: Progress) -> bool:
        """Fetch what is missing; False when more comes than was signed for."""
        while (have := self._have()) < self._info.length:
            self._make_room(self._info.length - have)
            try:
                if not self._append(transport, have, progress):
                    return False
            except UnreachableError:
                if self._have() - have < _WORTH_GOING_ON:
                    raise
            else:
                if self._have() <= have and not have:
                    raise UnreachableError(f"{transport.name} sends nothing")
        with self._part.open("rb") as file:
            os.fsync(file.fileno())
        return True

    def _append(self, transport: Transport, have: int, progress: Progress) -> bool:
        stream = transport.open(self._source, have)
        if stream.start not in (0, have):
            raise UnreachableError(f"{transport.name} sends another range than was asked for")
        with self._part.open("ab" if stream.start == have else "wb") as file:
            have = stream.start
            for piece in stream.pieces:
                have += len(piece)
                if have > self._info.length:
                    return False
                file.write(piece)
                file.flush()
                progress(have, self._info.length)
        return True

    def _have(self) -> int:
        have = self._part.stat().st_size if self._part.exists() else 0
        if have > self._info.length:
            self._part.unlink()
            return 0
        return have

    def _make_room(self, wanted: int) -> None:
        free = shutil.disk_usage(self._part.parent).free
        if free < wanted + SPARE_DISK_BYTES:
            raise FetchError(
                "fetch.disk", f"no room on the disk: {free >> 20} MB free, {wanted >> 20} MB wanted"
            )

    def _give_up(self, error: OSError) -> None:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            # The kiosk's own records need the room more.
            self._part.unlink(missing_ok=True)
        raise FetchError("fetch.disk", f"cannot write the file: {error.strerror}") from error

    def _is_sound(self, path: Path) -> bool:
        try:
            with path.open("rb") as file:
                self._info.verify_length_and_hashes(file)
        except LengthOrHashMismatchError:
            return False
        return True


def clean(folder: Path, keep: set[str]) -> None:
    """Remove unfinished and old files, but those in ``keep`` (SHA-256) and the newest few."""
    if not folder.is_dir():
        return
    for part in folder.glob("*.part"):
        if part.stem not in keep:
            part.unlink()
    whole = (path for path in folder.iterdir() if path.suffix != ".part" and path.is_file())
    for path in sorted(whole, key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT_FILES:]:
        if path.stem not in keep:
            path.unlink()


def sync_folder(folder: Path) -> None:
    """A rename is on disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
