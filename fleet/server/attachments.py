"""What kiosks send with their results: parts as files, put together when all are there, kept for some days.

Only what belongs to a command of this kiosk is taken, so a kiosk can fill no more than what it was asked for. The
parts may come in any order, more than once, and to several workers that share the folder.
"""

import hashlib
import logging
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from fleet.protocol.attachments import AttachmentPart
from fleet.protocol.errors import ProtocolError
from fleet.server import tables
from fleet.server.errors import FleetError

logger = logging.getLogger(__name__)

KEEP_DAYS = 7
_SWEEP_S = 3600.0
_DAY_S = 86_400
_ENCLOSING = ("doctor", "log", "screenshot")
"""The commands that have something to enclose."""


@dataclass(frozen=True, slots=True)
class PartOf:
    """A part that a kiosk has sent with the result of a command."""

    command: str
    part: AttachmentPart
    data: bytes


class Attachments:
    """A folder for each command that has one: its parts, then the whole."""

    def __init__(self, folder: Path, keep_days: int = KEEP_DAYS) -> None:
        self._folder = folder
        self._keep_s = keep_days * _DAY_S
        self._sweep_at = 0.0

    def take(self, tx: Connection, kiosk: str, said: PartOf) -> None:
        """Keep a part. Raises ProtocolError ``attachment.unasked``, ``.part``, ``.hash`` or ``.disk``."""
        columns = tables.command.c
        asked = select(columns.id).where(
            columns.id == said.command, columns.kiosk == kiosk, columns.name.in_(_ENCLOSING)
        )
        if tx.execute(asked).first() is None:
            raise ProtocolError("attachment.unasked", "an attachment to no command of this kiosk")
        try:
            self._keep(self._folder / said.command, said.part, said.data)
        except OSError as error:
            logger.warning("an attachment cannot be kept in %s: %s", self._folder, error)
            raise ProtocolError("attachment.disk", "the centre's disk does not take it") from error

    def _keep(self, folder: Path, part: AttachmentPart, data: bytes) -> None:
        if (folder / "whole").exists():
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stem = f"{part.whole.sha256}-{part.whole.size}"
        present = {path.name for path in folder.iterdir()}
        if any(not name.startswith(stem) for name in present if not name.endswith(".new")):
            raise ProtocolError("attachment.part", "a part of another whole than the parts before it")
        _write(folder / f"{stem}-{part.index:02d}", data)
        parts = [folder / f"{stem}-{index:02d}" for index in range(part.whole.parts)]
        if all(path.exists() for path in parts):
            self._put_together(folder, parts, part.whole.sha256)

    def has(self, command: str) -> bool:
        """Whether all of it has arrived."""
        return (self._folder / command / "whole").exists()

    def read(self, command: str) -> bytes:
        """The whole of a command whose id is known. Raises FleetError ``attachment.missing``."""
        try:
            return (self._folder / command / "whole").read_bytes()
        except OSError:
            raise FleetError(
                "attachment.missing",
                f"nothing has arrived with {command!r}, not all of it has, or it is older than the "
                f"{self._keep_s // _DAY_S} days it is kept",
            ) from None

    def sweep(self) -> None:
        """Delete what is too old; looks once an hour however often it is called."""
        if time.monotonic() < self._sweep_at or not self._folder.is_dir():
            return
        self._sweep_at = time.monotonic() + _SWEEP_S
        oldest = time.time() - self._keep_s
        try:
            for folder in self._folder.iterdir():
                if folder.stat().st_mtime < oldest:
                    shutil.rmtree(folder, ignore_errors=True)
        except OSError as error:
            logger.warning("old attachments in %s are not deleted: %s", self._folder, error)

    @staticmethod
    def _put_together(folder: Path, parts: list[Path], sha256: str) -> None:
        content = b"".join(path.read_bytes() for path in parts)
        if hashlib.sha256(content).hexdigest() == sha256:
            _write(folder / "whole", content)
        for path in parts:
            path.unlink(missing_ok=True)
        if not (folder / "whole").exists():
            raise ProtocolError("attachment.hash", "the parts do not make the whole that was announced")


def _write(path: Path, data: bytes) -> None:
    """Readable by its owner alone; whole or not at all."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    temporary.replace(path)
