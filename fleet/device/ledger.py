"""What the agent must remember over a restart: commands seen, the revision settled, knowledge in use."""

import logging
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from fleet.device.errors import AgentError
from fleet.protocol.codec import decode, encode
from fleet.protocol.commands import MAX_TTL_S, Order
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import FINAL_COMMAND_STATES, CommandResult, Message

logger = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS done (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, exp INTEGER NOT NULL, at INTEGER NOT NULL, result BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value BLOB NOT NULL);
DROP TABLE IF EXISTS command;
"""
# The old table knew commands that nobody had signed; none of them would be taken again.
MOST_COMMANDS = 4096
"""So many ids are kept; while all of them could still be replayed, no further command is taken."""
_KEPT_AFTER_EXPIRY_S = MAX_TTL_S

M = TypeVar("M", bound=Message)


class Ledger:
    """A small SQLite file beside the outbox; every write is synced. May be used from any thread."""

    def __init__(self, path: Path) -> None:
        """Open or create; a damaged file is set aside. Raises AgentError ``ledger.open``."""
        self.set_aside = False
        self._guard = threading.Lock()
        try:
            self._database = self._open(path)
        except sqlite3.DatabaseError as error:
            logger.warning("ledger damaged, set aside: %s", error)
            self.set_aside = True
            for suffix in ("", "-journal"):
                source = path.with_name(path.name + suffix)
                if source.exists():
                    source.replace(path.with_name(f"{path.name}.damaged{suffix}"))
            try:
                self._database = self._open(path)
            except sqlite3.DatabaseError as again:
                raise AgentError("ledger.open", f"cannot create {path}: {again}; check the disk") from again

    def result_of(self, command: str) -> CommandResult | None:
        """Return what was last answered to a command, None when it was never seen."""
        row = self._one("SELECT result FROM done WHERE id = ?", command)
        if row is None:
            return None
        known = self._read(CommandResult, row[0])
        return known or CommandResult(id=command, state="FAILED", reason="its answer is not readable", at=0)

    def enter(self, command: Order, result: CommandResult) -> None:
        """Put a command that was never seen on disk, with its first answer; done before it has any effect."""
        with self._guard, self._database:
            self._database.execute(
                "INSERT INTO done (id, name, exp, at, result) VALUES (?, ?, ?, ?, ?)",
                (command.id, command.name, command.exp, result.at, encode(result)),
            )

    def keep_result(self, result: CommandResult) -> None:
        """Put a later answer to a command on disk."""
        with self._guard, self._database:
            self._database.execute(
                "UPDATE done SET at = ?, result = ? WHERE id = ?", (result.at, encode(result), result.id)
            )

    def has_room(self, now_s: float) -> bool:
        """Forget commands that are long over by ``now_s``, which has certainly passed; whether one more can be kept."""
        with self._guard, self._database:
            self._database.execute("DELETE FROM done WHERE exp < ?", (int(now_s) - _KEPT_AFTER_EXPIRY_S,))
            (count,) = self._database.execute("SELECT count(*) FROM done").fetchone()
        return count < MOST_COMMANDS

    def recent_results(self, since: int, most: int) -> list[CommandResult]:
        """List the newest answers given after ``since`` (ms), at ``most`` so many, oldest first."""
        with self._guard:
            rows = self._database.execute(
                "SELECT result FROM done WHERE at >= ? ORDER BY at DESC, rowid DESC LIMIT ?", (since, most)
            ).fetchall()
        return [result for row in reversed(rows) if (result := self._read(CommandResult, row[0])) is not None]

    def unfinished(self) -> list[tuple[str, CommandResult]]:
        """List the commands that a restart cut off: what they are called and what was last said."""
        with self._guard:
            rows = self._database.execute("SELECT name, result FROM done").fetchall()
        read = ((name, self._read(CommandResult, result)) for name, result in rows)
        return [
            (name, result) for name, result in read if result and result.state not in FINAL_COMMAND_STATES
        ]

    def note(self, name: str, model: type[M]) -> M | None:
        """Read back a kept message."""
        row = self._one("SELECT value FROM note WHERE name = ?", name)
        return None if row is None else self._read(model, row[0])

    def keep_note(self, name: str, message: Message) -> None:
        """Keep a message under a name."""
        with self._guard, self._database:
            self._database.execute(
                "INSERT INTO note (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, encode(message)),
            )

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def _one(self, query: str, key: str) -> tuple[bytes] | None:
        with self._guard:
            return self._database.execute(query, (key,)).fetchone()

    @staticmethod
    def _read(model: type[M], payload: bytes) -> M | None:
        try:
            return decode(model, payload)
        except ProtocolError as error:
            # Written by another version of this program: worth less than going on.
            logger.warning("ledger: an entry is not readable any more: %s", error)
            return None

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        with closing(sqlite3.connect(path)) as probe:
            if probe.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("the integrity check failed")
            probe.executescript(_SCHEMA)
        return sqlite3.connect(path, check_same_thread=False)
