"""Brings what the outbox has written onto the disk every few seconds, in a thread of its own."""

import logging
import sqlite3
import threading

from fleet.device.outbox import Outbox

logger = logging.getLogger(__name__)

SYNC_S = 5.0
"""So much may a power cut cost of what nobody has acknowledged."""


class Syncing:
    """Syncs while there is something new; a disk that refuses is logged and tried again."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet-outbox", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; nothing is synced after this returns."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        seen = -1
        while not self._stopping.wait(SYNC_S):
            written = self._outbox.written
            if written == seen:
                continue
            seen = written
            try:
                self._outbox.sync()
            except (OSError, sqlite3.Error) as error:
                logger.warning("outbox not synced to disk: %s", error)
