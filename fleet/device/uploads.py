"""What is too large for a command's result, on its way up in parts.

Each lies on disk until an hour after it was made and is sent again to every server that comes back: only the centre
knows what it has. A part that comes twice changes nothing there.
"""

import logging
import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fleet.protocol.attachments import describe_attachment, part_of
from fleet.protocol.codec import MAX_HEADER_BYTES, decode, encode
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Attachment
from fleet.protocol.topics import check_reference

logger = logging.getLogger(__name__)

PARTS_AT_ONCE = 2
"""Of one tick of the link, so that telemetry is never behind two megabytes."""
_KEPT_S = 3600.0
_MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class Enclosure:
    """What goes with a result: a file name, what kind of content, and the content itself."""

    name: str
    media: str
    content: bytes


@dataclass(slots=True)
class _Upload:
    command: str
    whole: Attachment
    content: bytes
    next: int = 0


class Uploads:
    """Runs in the link's thread. ``publish(command, payload)`` is False while the connection is choked or gone."""

    def __init__(self, folder: Path, publish: Callable[[str, bytes], bool]) -> None:
        self._folder = folder
        self._publish = publish
        self._waiting: deque[str] = deque()
        self._current: _Upload | None = None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, command: str, enclosure: Enclosure) -> Attachment:
        """Keep it and begin to send it. Raises ValueError when it is too large, OSError when it cannot be kept."""
        whole = describe_attachment(enclosure.name, enclosure.media, enclosure.content)
        path = self._path(command)
        temporary = path.with_suffix(".new")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(encode(whole) + b"\n" + enclosure.content)
        temporary.replace(path)
        self._waiting.append(command)
        self._forget_old()
        return whole

    def rewind(self) -> None:
        """A server that has just come back may have missed any part of any."""
        self._forget_old()
        self._current = None
        self._waiting = deque(path.stem for path in self._files())

    def pump(self) -> bool:
        """Send some parts; whether there are more."""
        for _ in range(PARTS_AT_ONCE):
            upload = self._current = self._current or self._next()
            if upload is None:
                return False
            if not self._publish(upload.command, part_of(upload.whole, upload.content, upload.next)):
                return True
            upload.next += 1
            if upload.next == upload.whole.parts:
                self._current = None
        return self._current is not None or bool(self._waiting)

    def _next(self) -> _Upload | None:
        while self._waiting:
            command = self._waiting.popleft()
            try:
                head, _, content = self._path(command).read_bytes().partition(b"\n")
                whole = decode(Attachment, head, MAX_HEADER_BYTES)
            except (OSError, ProtocolError) as error:
                logger.warning("an attachment cannot be sent: %s", error)
                continue
            if len(content) == whole.size:
                return _Upload(command, whole, content)
        return None

    def _forget_old(self) -> None:
        files, now = self._files(), time.time()
        for path in (
            *files[:-_MOST_KEPT],
            *(path for path in files if not 0 <= now - path.stat().st_mtime < _KEPT_S),
        ):
            path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        """The oldest first."""
        return sorted(self._folder.glob("*.att"), key=lambda path: path.stat().st_mtime)

    def _path(self, command: str) -> Path:
        return self._folder / f"{check_reference(command)}.att"
