"""Fetches a knowledge artefact over MQTT in small pieces: resumable, bounded, verified, atomic."""

import hashlib
import logging
import os
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fleet.device.errors import FetchError
from fleet.protocol.messages import MAX_CHUNK_BYTES, Artefact, ChunkHeader, ChunkRequest

logger = logging.getLogger(__name__)

WINDOW = 4  # requests on their way at the same time
TIMEOUT_S = 10.0
_SPARE_DISK_BYTES = 32 * 1024 * 1024
_KEPT_ARTEFACTS = 4


@dataclass(slots=True)
class _Request:
    offset: int
    length: int
    sent_at: float


class Fetch:
    """One artefact on its way into ``folder/<sha256>.ybk``.

    Bytes arrive in any order but reach the ``.part`` file in order, so that its length is always how far
    we are, also after a power cut. Times are monotonic seconds and come in from outside.
    """

    def __init__(self, artefact: Artefact, folder: Path, request: Callable[[ChunkRequest], bool]) -> None:
        """Raises FetchError ``fetch.disk`` when there is no room."""
        self.artefact = artefact
        self.path = folder / f"{artefact.sha256}.ybk"
        self._part = folder / f"{artefact.sha256}.part"
        self._request = request
        self._pending: dict[str, _Request] = {}
        self._early: dict[int, bytes] = {}
        folder.mkdir(parents=True, exist_ok=True)
        have = self._part.stat().st_size if self._part.exists() else 0
        if have > artefact.size:
            self._part.unlink()
            have = 0
        free = shutil.disk_usage(folder).free
        if free < artefact.size - have + _SPARE_DISK_BYTES:
            raise FetchError(
                "fetch.disk", f"no room on the disk: {free >> 20} MB free, {artefact.size >> 20} MB wanted"
            )
        self._have = self._asked = have
        self._resumed = have > 0

    @property
    def done(self) -> bool:
        """All bytes are on disk, not verified yet."""
        return self._have == self.artefact.size

    def rewind(self) -> None:
        """Forget what was asked for: the connection or the server is a new one."""
        self._pending.clear()
        self._early.clear()
        self._asked = self._have

    def pump(self, now: float) -> None:
        """Ask for the next pieces, and again for those that did not come."""
        for corr, request in list(self._pending.items()):
            if now - request.sent_at > TIMEOUT_S:
                del self._pending[corr]
                self._ask(request.offset, request.length, now)
        while len(self._pending) < WINDOW and self._asked < self.artefact.size:
            length = min(MAX_CHUNK_BYTES, self.artefact.size - self._asked)
            if not self._ask(self._asked, length, now):
                return
            self._asked += length

    def take(self, header: ChunkHeader, data: bytes) -> None:
        """Take a piece. One that was not asked for is ignored.

        Raises FetchError ``fetch.refused`` or ``fetch.mismatch`` when this artefact cannot be had.
        """
        request = self._pending.pop(header.corr, None)
        if request is None:
            return
        if header.error:
            raise FetchError("fetch.refused", f"the centre refuses: {header.error}")
        if (
            header.sha256 != self.artefact.sha256
            or header.total != self.artefact.size
            or header.offset != request.offset
            or len(data) != request.length
        ):
            raise FetchError("fetch.mismatch", "the centre sent another piece than was asked for")
        self._early[request.offset] = data
        if self._have in self._early:
            self._write_in_order()

    def finish(self) -> Path | None:
        """Verify and put in place; None when a resumed file was bad and the fetch begins anew.

        Raises FetchError ``fetch.hash``.
        """
        with self._part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        if digest == self.artefact.sha256:
            self._part.replace(self.path)
            _sync_folder(self.path.parent)
            return self.path
        self._part.unlink()
        self._have = 0
        self.rewind()
        if self._resumed:
            # What an earlier run left may have been hurt by a power cut: one clean attempt decides.
            self._resumed = False
            logger.warning("resumed artefact %s came out wrong, fetching it anew", self.artefact.sha256[:12])
            return None
        raise FetchError("fetch.hash", "the artefact's SHA-256 is not the announced one")

    def _ask(self, offset: int, length: int, now: float) -> bool:
        corr = secrets.token_hex(8)
        if not self._request(
            ChunkRequest(corr=corr, sha256=self.artefact.sha256, offset=offset, length=length)
        ):
            return False
        self._pending[corr] = _Request(offset, length, now)
        return True

    def _write_in_order(self) -> None:
        with self._part.open("ab") as file:
            while (data := self._early.pop(self._have, None)) is not None:
                file.write(data)
                self._have += len(data)


def verified(artefact: Artefact, folder: Path) -> Path | None:
    """Return the artefact's file when it is here already and whole."""
    path = folder / f"{artefact.sha256}.ybk"
    if not path.exists():
        return None
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() == artefact.sha256:
            return path
    path.unlink()
    return None


def clean(folder: Path, keep: set[str]) -> None:
    """Remove unfinished fetches and old artefacts, but those in ``keep`` (SHA-256) and the newest few."""
    if not folder.is_dir():
        return
    for part in folder.glob("*.part"):
        if part.stem not in keep:
            part.unlink()
    newest_first = sorted(folder.glob("*.ybk"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in newest_first[_KEPT_ARTEFACTS:]:
        if path.stem not in keep:
            path.unlink()


def _sync_folder(folder: Path) -> None:
    # A rename is on disk only when its folder is.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
