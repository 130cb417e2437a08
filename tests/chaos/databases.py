"""The centre's database, as something that can be broken."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Protocol

from tests.chaos.accounts import StoredRecord
from tests.chaos.disk import SmallDisk


class Database(Protocol):
    """A database that the world may break; every way of breaking it mends it again within ``seconds``."""

    name: str
    url: str

    def breakages(self) -> dict[str, Callable[[float], None]]:
        """The ways to break it, by name."""
        ...

    def numbered(self) -> list[StoredRecord]:
        """Every numbered record, in the order of its writing."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class SqliteDatabase:
    """A file on a small disk."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._disk = SmallDisk(folder / "database", 200)
        self._path = folder / "database" / "fleet.sqlite"
        self.url = f"sqlite:///{self._path}"

    def breakages(self) -> dict[str, Callable[[float], None]]:
        """See Database."""
        full = {"database: disk full": self._full} if self._disk.available else {}
        return {"database: locked": self._locked, **full}

    def numbered(self) -> list[StoredRecord]:
        """See Database."""
        query = (
            "SELECT kiosk, boot, lane, seq, coalesce(json_extract(data, '$.visit'), json_extract(data, '$.reason'))"
            " FROM record WHERE kind IN ('turn', 'part') ORDER BY id"
        )
        with closing(sqlite3.connect(self._path, timeout=30)) as connection:
            return [
                StoredRecord(kiosk, boot, lane, seq, int(number))
                for kiosk, boot, lane, seq, number in connection.execute(query)
            ]

    def close(self) -> None:
        """See Database."""
        self._disk.close()

    def _locked(self, seconds: float) -> None:
        with closing(sqlite3.connect(self._path, timeout=5, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")

    def _full(self, seconds: float) -> None:
        self._disk.fill()
        time.sleep(seconds)
        self._disk.clear()
