"""Records waiting on disk for the centre: an SQLite file with one writer.

What ``append`` returned for survives a killed process. It also survives a power cut but for the last
seconds before the newest ``sync`` (SQLite in WAL mode with synchronous=NORMAL does not sync a commit, and
``append`` must never wait for an SD card). A row is deleted when the server says that it is committed.
It is given up when it has waited too long, or when the outbox is full: then every second one of the oldest
telemetry goes, so that something of every time is left; alarms go last. What was given up is counted, with
its time, and itself recorded.

Every opening is a new *boot* with its own id, and seq counts from 1 in each: a file restored from a
backup, a cloned card or seqs lost in a power cut can therefore never collide at the server, which
keeps records unique on (kiosk, boot, seq).
"""

import json
import logging
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from fleet.device.errors import OutboxError
from fleet.device.outbox_file import OutboxFile
from fleet.protocol.messages import MAX_RECORDS_PER_BATCH, Batch, Lane, Record

logger = logging.getLogger(__name__)

# A batch must stay under 48 KB compressed; JSON records shrink about fivefold, and this much plain text
# stays under the limit even if they did not shrink at all.
_BATCH_PLAIN_BYTES = 44 * 1024
_RECORD_OVERHEAD_BYTES = 96
_ROOM = 50
"""When it is full, one row in so many is looked at, and half of these are given up."""
_LOOKED_AT_EVERY_S = 600

_ACKNOWLEDGED = "DELETE FROM record WHERE boot = ? AND lane = ? AND seq <= ? RETURNING size"
_THIN = """
DELETE FROM record WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (ORDER BY id) AS place
        FROM record WHERE lane = 'tm' AND kind <> 'outbox' ORDER BY id LIMIT ?
    ) WHERE place % 2 = 0
) RETURNING at, size
"""
_CUT = (
    "DELETE FROM record WHERE id IN (SELECT id FROM record ORDER BY lane DESC, id LIMIT ?) RETURNING at, size"
)


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may wait: rows, bytes of records, and seconds.

    The seconds are those that the kiosk ran: a clock that jumps makes nothing old.
    """

    rows: int = 200_000
    size: int = 64 * 1024 * 1024
    seconds: int = 90 * 86_400


@dataclass(frozen=True, slots=True)
class GivenUp:
    """How many records were given up since this opening, and the wall-clock milliseconds between which they lie."""

    count: int = 0
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A batch ready to send; ``last_id`` is the row to go on after."""

    batch: Batch
    lane: Lane
    last_id: int


class Outbox:
    """The disk queue. ``append`` and ``sync`` are for any thread, the rest for the link's."""

    def __init__(
        self,
        path: Path,
        limits: Limits | None = None,
        wall_clock: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open or create the file; ``clock`` counts the seconds that the kiosk runs.

        Raises OutboxError ``outbox.in_use`` (another process holds it) or ``outbox.open``.
        """
        self.path = path
        self.boot = secrets.token_hex(8)
        self.given_up = GivenUp()
        self.lost = 0
        self._limits = limits or Limits()
        self._wall_clock = wall_clock
        self._clock = clock
        self._guard = threading.Lock()
        self._seq = 0
        self._last_id = 0
        self._file = OutboxFile(path, self.boot, wall_clock)
        self._opened_at = self._looked_at = clock()
        self._ran_before = 0
        self._connect()
        with self._guard:
            self._expire()

    @property
    def depth(self) -> int:
        """Rows waiting."""
        return self._rows

    @property
    def written(self) -> int:
        """Records written since this opening."""
        return self._seq

    @property
    def damaged(self) -> Path | None:
        """Where the file was set aside since this opening, None when it was sound."""
        return self._file.damaged

    def append(self, lane: Lane, kind: str, data: Mapping[str, object]) -> int:
        """Write a record to disk and return its seq. Raises OutboxError ``outbox.write``, ``outbox.closed``."""
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        with self._guard:
            try:
                return self._with_room(lambda: self._insert(lane, kind, text))
            except sqlite3.ProgrammingError as error:  # closed, which is no damage
                raise OutboxError("outbox.closed", f"{self.path} is closed: {error}") from error
            except sqlite3.OperationalError as error:
                raise self._refused(error) from error
            except sqlite3.DatabaseError as error:
                try:
                    self._replace(error)
                    return self._insert(lane, kind, text)
                except sqlite3.Error as again:
                    raise self._refused(again) from again

    def next_batch(self, lane: Lane, after_id: int, after_seq: tuple[str, int] | None) -> Outgoing | None:
        """Read a lane's oldest records behind row ``after_id``, all of one boot; None when there are none.

        ``after_seq``: boot and seq of the record sent before, None after a rewind.
        """
        try:
            return self._read(lane, after_id, after_seq)
        except (sqlite3.OperationalError, sqlite3.ProgrammingError):
            raise
        except (sqlite3.DatabaseError, json.JSONDecodeError) as error:
            with self._guard:
                self._replace(error)
            return None

    def acknowledge(self, boot: str, lane: Lane, seq: int) -> int:
        """Delete ``boot`` and ``lane`` up to ``seq``, as the server has them. Returns the rows deleted."""
        with self._guard:
            try:
                gone = self._with_room(
                    lambda: self._writer.execute(_ACKNOWLEDGED, (boot, lane, seq)).fetchall()
                )
            except (sqlite3.OperationalError, sqlite3.ProgrammingError):
                raise
            except sqlite3.DatabaseError as error:
                self._replace(error)
                return 0
            self._rows -= len(gone)
            self._size -= sum(size for (size,) in gone)
            return len(gone)

    def sync(self) -> None:
        """Bring what is committed to the disk's platter; does not hold up ``append``."""
        now = self._clock()
        if now - self._looked_at > _LOOKED_AT_EVERY_S:
            self._looked_at = now
            with self._guard:
                self._writer.execute("UPDATE running SET seconds = ?", (self._ran(),))
                self._expire()
        self._file.sync()

    def checkpoint(self) -> None:
        """Move what is committed from the write-ahead log into the database file."""
        self._file.checkpoint()

    def close(self) -> None:
        """Let go of the file."""
        with self._guard:
            with suppress(sqlite3.Error):  # closed before, or a full disk
                self._writer.execute("UPDATE running SET seconds = ?", (self._ran(),))
            self._reader.close()
            self._writer.close()
            self._file.release()

    def _with_room(self, write: Callable[[], T]) -> T:
        """Write; on a full disk once more, with the room that the file's own log can spare."""
        try:
            return write()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_FULL:
                raise
            with suppress(sqlite3.Error):
                self._file.reclaim()
            return write()

    def _read(self, lane: Lane, after_id: int, after_seq: tuple[str, int] | None) -> Outgoing | None:
        rows = self._reader.execute(
            "SELECT id, boot, seq, kind, at, data, size FROM record WHERE lane = ? AND id > ? ORDER BY id LIMIT ?",
            (lane, after_id, MAX_RECORDS_PER_BATCH),
        ).fetchall()
        if not rows:
            return None
        boot = rows[0][1]
        records: list[Record] = []
        whole, last_id = 0, after_id
        for row_id, row_boot, seq, kind, at, data, size in rows:
            whole += size
            if row_boot != boot or (records and whole > _BATCH_PLAIN_BYTES):
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

    def _insert(self, lane: Lane, kind: str, text: str) -> int:
        if self._rows >= self._limits.rows or self._size >= self._limits.size:
            self._make_room()
        seq, size = self._seq + 1, len(text.encode()) + _RECORD_OVERHEAD_BYTES
        cursor = self._writer.execute(
            "INSERT INTO record (boot, lane, seq, kind, at, data, size, ran) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (self.boot, lane, seq, kind, int(self._wall_clock() * 1000), text, size, self._ran()),
        )
        self._seq, self._last_id = seq, cursor.lastrowid or self._last_id
        self._rows += 1
        self._size += size
        return seq

    def _make_room(self) -> None:
        looked_at = max(self._rows // _ROOM, 2)
        gone = self._writer.execute(_THIN, (looked_at,)).fetchall()
        if not gone:  # alarms alone
            gone = self._writer.execute(_CUT, (max(looked_at // 2, 1),)).fetchall()
        self._note_gone(gone, "full")

    def _expire(self) -> None:
        gone = self._writer.execute(
            "DELETE FROM record WHERE ran < ? RETURNING at, size", (self._ran() - self._limits.seconds,)
        ).fetchall()
        self._note_gone(gone, "too old")

    def _note_gone(self, gone: Sequence[tuple[int, int]], why: str) -> None:
        times = [at for at, _ in gone]
        if not times:
            return
        self._rows -= len(times)
        self._size -= sum(size for _, size in gone)
        known = [at for at in (self.given_up.since, self.given_up.until) if at is not None]
        self.given_up = GivenUp(self.given_up.count + len(times), min(times + known), max(times + known))
        logger.warning("outbox %s: %d records given up, %d since start", why, len(times), self.given_up.count)

    def _ran(self) -> int:
        """Seconds that the kiosk has run since the file was begun."""
        return self._ran_before + int(self._clock() - self._opened_at)

    def _connect(self) -> None:
        self._writer, self._reader = self._file.connect(), self._file.connect()
        self._rows, self._size = self._writer.execute(
            "SELECT count(*), coalesce(sum(size), 0) FROM record"
        ).fetchone()
        ran = self._writer.execute("SELECT seconds FROM running").fetchone()[0]
        newest = self._writer.execute("SELECT coalesce(max(ran), 0) FROM record").fetchone()[0]
        self._ran_before = max(ran, newest) - int(self._clock() - self._opened_at)
        last = self._writer.execute("SELECT seq FROM sqlite_sequence WHERE name = 'record'").fetchone()
        self._last_id = max(self._last_id, last[0] if last else 0)

    def _refused(self, error: Exception) -> OutboxError:
        self.lost += 1
        return OutboxError("outbox.write", f"{self.path} takes no record ({error}); is the disk full?")

    def _replace(self, error: Exception) -> None:
        """Go on with a fresh file rather than lose everything from here on."""
        logger.warning("outbox damaged while in use: %s", error)
        self._writer.close()
        self._reader.close()
        # Rows go on where they were: whoever sends asks for what is behind the last one sent.
        self._file.replace(self._last_id)
        self._connect()
