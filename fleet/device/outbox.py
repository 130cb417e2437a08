"""Records waiting on disk for the centre: an SQLite file with one writer.

What ``append`` returned for survives a killed process. It also survives a power cut but for the last
seconds before the newest ``sync`` (SQLite in WAL mode with synchronous=NORMAL does not sync a commit, and
``append`` must never wait for an SD card). A row is deleted when the server says that it is committed,
or, oldest telemetry first, when the outbox is full; that is counted and itself recorded.

Every opening is a new *boot* with its own id, and seq counts from 1 in each: a file restored from a
backup, a cloned card or seqs lost in a power cut can therefore never collide at the server, which
keeps records unique on (kiosk, boot, seq).
"""

import fcntl
import json
import logging
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from fleet.device.errors import OutboxError
from fleet.protocol.messages import MAX_RECORDS_PER_BATCH, Batch, Lane, Record

logger = logging.getLogger(__name__)

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE record (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    boot TEXT NOT NULL, lane TEXT NOT NULL, seq INTEGER NOT NULL,
    kind TEXT NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL
);
CREATE INDEX record_lane ON record (lane, id);
CREATE INDEX record_stream ON record (boot, lane, seq);
"""
# A batch must stay under 48 KB compressed; JSON records shrink about fivefold, and this much plain text
# stays under the limit even if they did not shrink at all.
_BATCH_PLAIN_BYTES = 44 * 1024
_RECORD_OVERHEAD_BYTES = 96
_LARGE_LOG_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A batch ready to send; ``last_id`` is the row to go on after."""

    batch: Batch
    lane: Lane
    last_id: int


class Outbox:
    """The disk queue. ``append`` and ``checkpoint`` are for any thread, the rest for the link's."""

    def __init__(
        self, path: Path, max_rows: int = 200_000, wall_clock: Callable[[], float] = time.time
    ) -> None:
        """Open or create the file.

        Raises OutboxError ``outbox.in_use`` (another process holds it) or ``outbox.open``.
        """
        self.path = path
        self.boot = secrets.token_hex(8)
        self.dropped = 0
        self.lost = 0
        self.damaged: Path | None = None
        self._max_rows = max_rows
        self._wall_clock = wall_clock
        self._guard = threading.Lock()
        self._seq = 0
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
        self._open_whole()

    @property
    def depth(self) -> int:
        """Rows waiting."""
        return self._rows

    @property
    def written(self) -> int:
        """Records written since this opening."""
        return self._seq

    def append(self, lane: Lane, kind: str, data: Mapping[str, object]) -> int:
        """Write a record to disk and return its seq. Raises OutboxError ``outbox.write``, ``outbox.closed``."""
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        with self._guard:
            try:
                return self._insert(lane, kind, text)
            except sqlite3.ProgrammingError as error:  # closed, which is no damage
                raise OutboxError("outbox.closed", f"{self.path} is closed: {error}") from error
            except sqlite3.OperationalError as error:
                self.lost += 1
                raise OutboxError(
                    "outbox.write", f"{self.path} takes no record ({error}); is the disk full?"
                ) from error
            except sqlite3.DatabaseError as error:
                # Damaged under our feet: go on with a fresh file rather than lose everything from here on.
                logger.warning("outbox damaged while in use: %s", error)
                self._writer.close()
                self._reader.close()
                self._set_aside()
                self._open()
                return self._insert(lane, kind, text)

    def next_batch(self, lane: Lane, after_id: int, after_seq: tuple[str, int] | None) -> Outgoing | None:
        """Read a lane's oldest records behind row ``after_id``, all of one boot; None when there are none.

        ``after_seq``: boot and seq of the record sent before, None after a rewind.
        """
        rows = self._reader.execute(
            "SELECT id, boot, seq, kind, at, data FROM record WHERE lane = ? AND id > ? ORDER BY id LIMIT ?",
            (lane, after_id, MAX_RECORDS_PER_BATCH),
        ).fetchall()
        if not rows:
            return None
        boot = rows[0][1]
        records: list[Record] = []
        size, last_id = 0, after_id
        for row_id, row_boot, seq, kind, at, data in rows:
            size += len(data.encode()) + _RECORD_OVERHEAD_BYTES
            if row_boot != boot or (records and size > _BATCH_PLAIN_BYTES):
                break
            records.append(Record(seq=seq, kind=kind, at=at, data=json.loads(data)))
            last_id = row_id
        oldest = self._reader.execute(
            "SELECT min(seq) FROM record WHERE boot = ? AND lane = ?", (boot, lane)
        ).fetchone()[0]
        floor = (oldest or records[0].seq) - 1
        after = max(after_seq[1], floor) if after_seq and after_seq[0] == boot else floor
        floor, after = min(floor, records[0].seq - 1), min(after, records[0].seq - 1)
        return Outgoing(Batch(boot=boot, floor=floor, after=after, records=tuple(records)), lane, last_id)

    def acknowledge(self, boot: str, lane: Lane, seq: int) -> int:
        """Delete ``boot`` and ``lane`` up to ``seq``, as the server has them. Returns the rows deleted."""
        with self._guard:
            cursor = self._writer.execute(
                "DELETE FROM record WHERE boot = ? AND lane = ? AND seq <= ?", (boot, lane, seq)
            )
            self._rows -= cursor.rowcount
            return cursor.rowcount

    def sync(self) -> None:
        """Bring what is committed to the disk's platter; does not hold up ``append``.

        The write-ahead log alone is synced: after a whole checkpoint the next ``append`` would have to sync
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
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        """Checkpoint and let go of the file."""
        with self._guard:
            self._reader.close()
            self._writer.close()
            self._lock_file.close()

    def _insert(self, lane: Lane, kind: str, text: str) -> int:
        if self._rows >= self._max_rows:
            self._drop_oldest()
        seq = self._seq + 1
        self._writer.execute(
            "INSERT INTO record (boot, lane, seq, kind, at, data) VALUES (?, ?, ?, ?, ?, ?)",
            (self.boot, lane, seq, kind, int(self._wall_clock() * 1000), text),
        )
        self._seq = seq
        self._rows += 1
        return seq

    def _drop_oldest(self) -> None:
        share = max(self._max_rows // 100, 1)
        # Telemetry first ("tm" sorts behind "ev"), oldest first.
        cursor = self._writer.execute(
            "DELETE FROM record WHERE id IN (SELECT id FROM record ORDER BY lane DESC, id LIMIT ?)", (share,)
        )
        self._rows -= cursor.rowcount
        self.dropped += cursor.rowcount
        logger.warning(
            "outbox full: %d oldest records given up, %d since start", cursor.rowcount, self.dropped
        )

    def _open_whole(self) -> None:
        try:
            self._open()
        except sqlite3.DatabaseError as error:
            logger.warning("outbox damaged: %s", error)
            self._set_aside()
            try:
                self._open()
            except sqlite3.DatabaseError as again:
                self._lock_file.close()
                raise OutboxError(
                    "outbox.open", f"cannot create {self.path}: {again}; check the disk"
                ) from again

    def _open(self) -> None:
        with closing(sqlite3.connect(self.path)) as probe:
            if probe.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("the integrity check failed")
            version = probe.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, SCHEMA_VERSION):
                raise sqlite3.DatabaseError(f"schema {version}, this program knows {SCHEMA_VERSION}")
            if version == 0:
                probe.execute("PRAGMA journal_mode = WAL")
                probe.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;")
        self._writer = self._connect()
        self._reader = self._connect()
        self._rows: int = self._writer.execute("SELECT count(*) FROM record").fetchone()[0]

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=2.0)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # An automatic checkpoint would sync the disk inside somebody's append.
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        return connection

    def _set_aside(self) -> None:
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(self._wall_clock()))
        aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}-{self.boot[:4]}")
        for suffix in ("", "-wal", "-shm"):
            source = self.path.with_name(self.path.name + suffix)
            if source.exists():
                source.replace(aside.with_name(aside.name + suffix))
        self.damaged = aside
