"""The numbering service: one SQLite file, one thread. A number that was told has been on the disk before.

That a number is given once on a day is held by the table's key, whatever the clock does (docs/adr/0026).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from kiosk_app.queues.port import MOST, Call, Line, QueueError, Ticket
from kiosk_app.queues.rounds import Moment, Round, moment, moved_on, steady

FOLDER, FILE = "queue", "queue.sqlite"
"""Where the numbers are, in the kiosk's home."""
SCHEMA_VERSION = 1
_KEPT_ROUNDS = 40
_CALLS_TOLD = 8
_PATIENCE_S = 5.0
_SCHEMA = """
CREATE TABLE round (
    only INTEGER PRIMARY KEY CHECK (only = 1), number INTEGER NOT NULL, day TEXT NOT NULL,
    wall TEXT NOT NULL, boot TEXT NOT NULL, running_s REAL NOT NULL, used INTEGER NOT NULL
);
CREATE TABLE ticket (
    day TEXT NOT NULL, letter TEXT NOT NULL, number INTEGER NOT NULL, round INTEGER NOT NULL,
    request TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
    PRIMARY KEY (day, letter, number), UNIQUE (round, letter, number), UNIQUE (round, letter, request)
);
CREATE TABLE call (
    position INTEGER PRIMARY KEY AUTOINCREMENT, round INTEGER NOT NULL, letter TEXT NOT NULL,
    number INTEGER NOT NULL, window TEXT NOT NULL, command TEXT NOT NULL UNIQUE
);
"""


@dataclass(frozen=True, slots=True)
class Called:
    """What a window's call came to."""

    number: str
    window: str


def label(letter: str, number: int) -> str:
    """``A012``."""
    return f"{letter}{number:03d}"


class Numbering:
    """Numbers by letter. Everything happens in the thread that opened it; every change is synced to disk."""

    def __init__(self, path: Path, now: Callable[[], Moment] = moment) -> None:
        """Open or create the file. Raises QueueError ``queue.open``: a damaged file is never begun anew by itself."""
        self._now = now
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = _open(path)
        except (OSError, sqlite3.Error) as error:
            raise QueueError(
                f"{path} cannot be opened ({error}): check the disk; if the file is damaged, move it away before the"
                " hall opens, for the numbers of the day begin again then",
                "queue.open",
            ) from error

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def take(self, letter: str, request: str) -> tuple[str, int, datetime]:
        """The next number, how many wait before it, and when it was given; the same request gets its number again.

        Raises QueueError ``queue.full``.
        """
        with self._writing() as current:
            row = self._one(
                "SELECT number, at FROM ticket WHERE round = ? AND letter = ? AND request = ?",
                current.number,
                letter,
                request,
            )
            if row is None:
                number = 1 + self._last(current, letter)
                if number > MOST:
                    raise QueueError(f"all numbers of {letter} are given away today", "queue.full")
                at = current.seen.wall
                self._database.execute(
                    "INSERT INTO ticket (day, letter, number, round, request, at) VALUES (?, ?, ?, ?, ?, ?)",
                    (current.day.isoformat(), letter, number, current.number, request, at.isoformat()),
                )
                self._database.execute("UPDATE round SET used = 1")
            else:
                number, at = row[0], datetime.fromisoformat(row[1])
            ahead = self._count(current, letter, "AND number < ?", number)
            return label(letter, number), ahead, at

    def call_next(self, letter: str, window: str, command: str) -> Called | None:
        """Call the lowest number that waits; None when nobody does. The same command calls nobody else."""
        with self._writing() as current:
            done = self._of_command(command)
            if done is not None:
                return done
            row = self._one(
                "SELECT min(number) FROM ticket WHERE round = ? AND letter = ? AND state = 'waiting'",
                current.number,
                letter,
            )
            if row is None or row[0] is None:
                return None
            return self._call(current, letter, row[0], window, command)

    def call_again(self, letter: str, window: str, command: str) -> Called | None:
        """Call the number once more that this window called last; None when it has called none."""
        with self._writing() as current:
            done = self._of_command(command)
            number = self._called_last(current, letter, window)
            if done is not None or number is None:
                return done
            return self._call(current, letter, number, window, command)

    def absent(self, letter: str, window: str) -> Called | None:
        """Nobody came to this window's last call; None when it has called none. Doing it twice changes nothing."""
        with self._writing() as current:
            number = self._called_last(current, letter, window)
            if number is None:
                return None
            self._mark(current, letter, number, "absent")
            return Called(label(letter, number), window)

    def lines(self, letters: Sequence[tuple[str, str]]) -> tuple[Line, ...]:
        """How the queues stand, each by its id and letter."""
        with self._writing() as current:
            return tuple(
                Line(queue, self._count(current, letter), self._told_last(current, letter))
                for queue, letter in letters
            )

    def calls(self) -> tuple[tuple[int, str, str, str], ...]:
        """The newest calls of today, oldest first: order, letter, number, window."""
        with self._writing() as current:
            rows = self._database.execute(
                "SELECT position, letter, number, window FROM call WHERE round = ?"
                " ORDER BY position DESC LIMIT ?",
                (current.number, _CALLS_TOLD),
            ).fetchall()
        return tuple(
            (order, letter, label(letter, number), window) for order, letter, number, window in rows[::-1]
        )

    # --- within one transaction ----------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[Round]:
        """One transaction, in the round that is on."""
        try:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._round()
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            raise QueueError(
                f"the numbers cannot be written ({error}): check the disk", "queue.open"
            ) from error

    def _round(self) -> Round:
        now = self._now()
        row = self._one("SELECT number, day, wall, boot, running_s, used FROM round")
        if row is None:
            current = Round(1, now.day, now)
            self._database.execute("INSERT INTO round VALUES (1, ?, ?, ?, ?, ?, ?)", _stored(current))
            return current
        number, day, wall, boot, running_s, used = row
        known = Round(
            number,
            date.fromisoformat(day),
            Moment(datetime.fromisoformat(wall), boot, running_s),
            bool(used),
        )
        current = moved_on(known, now)
        if current != replace(known, seen=now) or not steady(known.seen, now):
            self._database.execute(
                "UPDATE round SET number = ?, day = ?, wall = ?, boot = ?, running_s = ?, used = ?",
                _stored(current),
            )
        if current.number != known.number:
            for table in ("ticket", "call"):
                self._database.execute(
                    f"DELETE FROM {table} WHERE round <= ?",  # noqa: S608  one of our two tables
                    (current.number - _KEPT_ROUNDS,),
                )
        return current

    def _last(self, current: Round, letter: str) -> int:
        """The highest number of this round, or of this date in any round."""
        row = self._one(
            "SELECT max(number) FROM ticket WHERE letter = ? AND (round = ? OR day = ?)",
            letter,
            current.number,
            current.day.isoformat(),
        )
        return row[0] if row is not None and row[0] is not None else 0

    def _count(self, current: Round, letter: str, more: str = "", *values: int) -> int:
        query = f"SELECT count(*) FROM ticket WHERE round = ? AND letter = ? AND state = 'waiting' {more}"  # noqa: S608
        row = self._one(query, current.number, letter, *values)
        return row[0] if row is not None else 0

    def _call(self, current: Round, letter: str, number: int, window: str, command: str) -> Called:
        self._database.execute(
            "INSERT INTO call (round, letter, number, window, command) VALUES (?, ?, ?, ?, ?)",
            (current.number, letter, number, window, command),
        )
        self._mark(current, letter, number, "called")
        return Called(label(letter, number), window)

    def _mark(self, current: Round, letter: str, number: int, state: str) -> None:
        self._database.execute(
            "UPDATE ticket SET state = ? WHERE round = ? AND letter = ? AND number = ?",
            (state, current.number, letter, number),
        )

    def _of_command(self, command: str) -> Called | None:
        row = self._one("SELECT letter, number, window FROM call WHERE command = ?", command)
        return Called(label(row[0], row[1]), row[2]) if row is not None else None

    def _called_last(self, current: Round, letter: str, window: str) -> int | None:
        row = self._one(
            "SELECT number FROM call WHERE round = ? AND letter = ? AND window = ? ORDER BY position DESC LIMIT 1",
            current.number,
            letter,
            window,
        )
        return row[0] if row is not None else None

    def _told_last(self, current: Round, letter: str) -> str:
        row = self._one(
            "SELECT number FROM call WHERE round = ? AND letter = ? ORDER BY position DESC LIMIT 1",
            current.number,
            letter,
        )
        return label(letter, row[0]) if row is not None else ""

    def _one(self, query: str, *values: object) -> tuple | None:
        return self._database.execute(query, values).fetchone()


def as_calls(rows: Sequence[tuple[int, str, str, str]], queues: dict[str, str]) -> tuple[Call, ...]:
    """The calls by queue instead of by letter; of queues that are no more, nothing."""
    return tuple(
        Call(order, queues[letter], number, window)
        for order, letter, number, window in rows
        if letter in queues
    )


def as_ticket(queue: str, given: tuple[str, int, datetime]) -> Ticket:
    """A number that was given, as a ticket of its queue."""
    number, ahead, at = given
    return Ticket(queue, number, ahead, at)


def _stored(current: Round) -> tuple[object, ...]:
    seen = current.seen
    return (
        current.number,
        current.day.isoformat(),
        seen.wall.isoformat(),
        seen.boot,
        seen.running_s,
        int(current.used),
    )


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the integrity check failed")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, SCHEMA_VERSION):
            raise sqlite3.DatabaseError(f"schema {version}, this program knows {SCHEMA_VERSION}")
        database.execute("PRAGMA journal_mode = WAL")
        # A number that was told must be on the platter: a power cut may follow.
        database.execute("PRAGMA synchronous = FULL")
        if version == 0:
            database.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;")
    except sqlite3.Error:
        database.close()
        raise
    path.chmod(0o600)
    return database
