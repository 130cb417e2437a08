"""What the agent must remember over a restart: commands seen, the revision settled, knowledge in use."""

import logging
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from fleet.device.errors import AgentError
from fleet.protocol.codec import decode, encode
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import FINAL_COMMAND_STATES, CommandResult, Message

logger = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS command (id TEXT PRIMARY KEY, at INTEGER NOT NULL, result BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value BLOB NOT NULL);
"""
# Ids are kept long after any command's expiry, so that a replayed one is known.
_COMMANDS_KEPT = 4096

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
        row = self._one("SELECT result FROM command WHERE id = ?", command)
        return None if row is None else self._read(CommandResult, row[0])

    def keep_result(self, result: CommandResult) -> None:
        """Put an answer on disk; done before the command has any effect."""
        with self._guard, self._database:
            self._database.execute(
                "INSERT INTO command (id, at, result) VALUES (?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET at = excluded.at, result = excluded.result",
                (result.id, result.at, encode(result)),
            )
            self._database.execute(
                "DELETE FROM command WHERE id IN (SELECT id FROM command ORDER BY at DESC LIMIT -1 OFFSET ?)",
                (_COMMANDS_KEPT,),
            )

    def recent_results(self, since: int) -> list[CommandResult]:
        """List the answers given after ``since`` (wall-clock ms), oldest first."""
        with self._guard:
            rows = self._database.execute(
                "SELECT result FROM command WHERE at >= ? ORDER BY at", (since,)
            ).fetchall()
        return [result for row in rows if (result := self._read(CommandResult, row[0])) is not None]

    def unfinished(self) -> list[CommandResult]:
        """List the commands that a restart cut off."""
        return [result for result in self.recent_results(0) if result.state not in FINAL_COMMAND_STATES]

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
