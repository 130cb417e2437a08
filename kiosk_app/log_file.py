"""The kiosk's own log on disk, for the technician who comes with a USB stick: bounded, private, the newest last.

The same lines go to standard error, and with systemd to its journal. That alone would not do: the journal of many
boards is in memory and gone with the power, and the kiosk's user may not read it (docs/adr/0025).
"""

from __future__ import annotations

import logging
import os
import queue
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path

FOLDER, NAME = "log", "kiosk.log"
"""In the folder of the kiosk's state."""

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
MOST_BYTES = 1_000_000
OLDER_FILES = 3

_MOST_WAITING = 10_000
_logger = logging.getLogger(__name__)


class _PrivateFile(RotatingFileHandler):
    """For its user alone, and a disk that takes nothing costs the lines, never the kiosk."""

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(self.baseFilename, flags, 0o600)
        os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  the library's name
        pass


class _Waiting(QueueHandler):
    """Never waits for the disk: when too much is in line, lines are lost."""

    def enqueue(self, record: logging.LogRecord) -> None:
        with suppress(queue.Full):
            self.queue.put_nowait(record)


class LogFile:
    """Takes every line of the program's log from ``start`` to ``stop``; a thread writes them."""

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER
        self._handler: _PrivateFile | None = None
        self._listener: QueueListener | None = None
        self._queue: _Waiting | None = None

    def start(self) -> None:
        """Begin to write. A folder that cannot be written is logged, and nothing is kept."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handler = _PrivateFile(
                self.folder / NAME, maxBytes=MOST_BYTES, backupCount=OLDER_FILES, encoding="utf-8"
            )
        except OSError as error:
            _logger.warning("no log is kept in %s: %s", self.folder, error.strerror)
            return
        handler.setFormatter(logging.Formatter(FORMAT))
        lines: queue.Queue[logging.LogRecord] = queue.Queue(_MOST_WAITING)
        self._handler, self._queue = handler, _Waiting(lines)
        self._listener = QueueListener(lines, handler)
        self._listener.start()
        logging.getLogger().addHandler(self._queue)

    def stop(self) -> None:
        """Write what waits and let go of the file."""
        if self._queue is not None:
            logging.getLogger().removeHandler(self._queue)
        if self._listener is not None:
            self._listener.stop()
        if self._handler is not None:
            self._handler.close()
        self._handler = self._listener = self._queue = None

    def files(self) -> list[Path]:
        """What there is of it, the oldest first."""
        return files_of(self.folder)

    def wipe(self) -> None:
        """Delete all of it and begin anew. Raises OSError."""
        handler = self._handler
        if handler is None:
            _unlink(self.folder)
            return
        handler.acquire()
        try:
            handler.close()
            _unlink(self.folder)
            handler.stream = handler._open()
        finally:
            handler.release()


def files_of(folder: Path) -> list[Path]:
    """The log's files in ``folder``, the oldest first."""
    names = [f"{NAME}.{number}" for number in range(OLDER_FILES, 0, -1)]
    return [path for name in (*names, NAME) if (path := folder / name).is_file() and not path.is_symlink()]


def _unlink(folder: Path) -> None:
    for path in files_of(folder):
        path.unlink(missing_ok=True)
