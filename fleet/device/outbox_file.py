"""The outbox's file: an SQLite database, held by one process, checked when opened, set aside when damaged."""

import fcntl
import logging
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from fleet.device.errors import OutboxError
from fleet.device.salvage import salvage

logger = logging.getLogger(__name__)

SCHEMA_VERSION = 2
_SCHEMA = """
CREATE TABLE record (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    boot TEXT NOT NULL, lane TEXT NOT NULL, seq INTEGER NOT NULL,
    kind TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL,
    size INTEGER NOT NULL, ran INTEGER NOT NULL
);
CREATE INDEX record_lane ON record (lane, id);
CREATE INDEX record_stream ON record (boot, lane, seq);
CREATE TABLE running (seconds INTEGER NOT NULL);
INSERT INTO running VALUES (0);
"""
_FROM_1 = """
ALTER TABLE record ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record ADD COLUMN ran INTEGER NOT NULL DEFAULT 0;
UPDATE record SET size = length(CAST(data AS BLOB)) + 96;
CREATE TABLE running (seconds INTEGER NOT NULL);
INSERT INTO running VALUES (0);
"""
_LARGE_LOG_BYTES = 4 * 1024 * 1024


class OutboxFile:
    """Holds the file and hands out connections to it."""

    def __init__(self, path: Path, boot: str, wall_clock: Callable[[], float] = time.time) -> None:
        """Open or create the file.

        Raises OutboxError ``outbox.in_use`` (another process holds it) or ``outbox.open``.
        """
        self.path = path
        self.damaged: Path | None = None
        self._boot = boot
        self._wall_clock = wall_clock
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._lock_file = path.with_suffix(".lock").open("w")
        except OSError as error:
            raise OutboxError(
                "outbox.open", f"cannot write in {path.parent}: {error.strerror}; check the disk"
            ) from error
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock_file.close()
            raise OutboxError("outbox.in_use", f"another process has {path} open; stop it first") from None
        try:
            self._prepare()
        except sqlite3.DatabaseError as error:
            logger.warning("outbox damaged: %s", error)
            try:
                self.replace()
            except sqlite3.DatabaseError as again:
                self._lock_file.close()
                raise OutboxError("outbox.open", f"cannot create {path}: {again}; check the disk") from again

    def replace(self, last_id: int = 0) -> None:
        """Set the damaged file aside and begin a fresh one with what can still be read of it.

        ``last_id``: the records go on behind it. No connection may be open. Raises sqlite3.DatabaseError.
        """
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(self._wall_clock()))
        aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}-{self._boot[:4]}")
        # One is enough for whoever wants to know why; more would fill the disk.
        for older in self.path.parent.glob(f"{self.path.name}.damaged-*"):
            older.unlink()
        for suffix in ("", "-wal", "-shm"):
            source = self.path.with_name(self.path.name + suffix)
            if source.exists():
                source.replace(aside.with_name(aside.name + suffix))
        self.damaged = aside
        self._prepare()
        rows = salvage(aside)
        with closing(sqlite3.connect(self.path)) as fresh, fresh:
            fresh.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('record', ?)", (last_id,))
            fresh.executemany(
                "INSERT INTO record (boot, lane, seq, kind, at, data, size, ran) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
        logger.warning("%d records of the damaged outbox were saved", len(rows))

    def connect(self) -> sqlite3.Connection:
        """A connection in autocommit mode, for any thread."""
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=2.0)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # An automatic checkpoint would sync the disk inside somebody's append.
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        return connection

    def sync(self) -> None:
        """Bring what is committed to the disk's platter; does not hold up whoever writes.

        The write-ahead log alone is synced: after a whole checkpoint the next write would have to sync
        the new log's header itself, so that is left until the log has grown.
        """
        log = self.path.with_name(self.path.name + "-wal")
        if not log.exists():
            return
        with log.open("rb") as file:
            os.fsync(file.fileno())
            size = os.fstat(file.fileno()).st_size
        if size > _LARGE_LOG_BYTES:
            self.checkpoint()

    def checkpoint(self) -> None:
        """Move what is committed from the write-ahead log into the database file."""
        # On a connection of its own: a passive checkpoint lets others read and write on meanwhile.
        with closing(self.connect()) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def reclaim(self) -> None:
        """Give the room of the write-ahead log back to a disk that is full. Raises sqlite3.Error when it cannot."""
        with closing(self.connect()) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def release(self) -> None:
        """Let another process have the file."""
        self._lock_file.close()

    def _prepare(self) -> None:
        with closing(sqlite3.connect(self.path)) as probe:
            if probe.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("the integrity check failed")
            version = probe.execute("PRAGMA user_version").fetchone()[0]
            steps = {0: _SCHEMA, 1: _FROM_1, SCHEMA_VERSION: ""}.get(version)
            if steps is None:
                raise sqlite3.DatabaseError(f"schema {version}, this program knows {SCHEMA_VERSION}")
            probe.execute("PRAGMA journal_mode = WAL")
            probe.executescript(f"BEGIN;{steps}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;")
