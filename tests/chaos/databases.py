"""The centre's database, as something that can be broken."""

import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Protocol

import psutil
from sqlalchemy import text

from fleet.server.database import open_engine
from tests.chaos.accounts import StoredRecord
from tests.chaos.disk import SmallDisk
from tests.fleet.postgres import cluster, find_programs


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


class PostgresDatabase:
    """A cluster of its own."""

    name = "PostgreSQL"

    def __init__(self) -> None:
        """Raises LookupError where PostgreSQL is not installed."""
        programs = find_programs()
        if programs is None:
            raise LookupError("PostgreSQL is not installed; apt-get install postgresql")
        self._open = ExitStack()
        self._cluster = self._open.enter_context(cluster(programs))
        self.url = self._cluster.create_database()
        self._pid_file = self._cluster.folder / "data" / "postmaster.pid"

    def breakages(self) -> dict[str, Callable[[float], None]]:
        """See Database."""
        return {
            "database: killed": self._killed,
            "database: stands still": self._still,
            "database: restarted": self._restarted,
        }

    def numbered(self) -> list[StoredRecord]:
        """See Database."""
        query = (
            "SELECT kiosk, boot, lane, seq, coalesce(data->>'visit', data->>'reason')"
            " FROM record WHERE kind IN ('turn', 'part') ORDER BY id"
        )
        engine = open_engine(self.url)
        try:
            with engine.connect() as connection:
                return [
                    StoredRecord(kiosk, boot, lane, seq, int(number))
                    for kiosk, boot, lane, seq, number in connection.execute(text(query))
                ]
        finally:
            engine.dispose()

    def close(self) -> None:
        """See Database."""
        self._open.close()

    def _killed(self, seconds: float) -> None:
        for process in self._processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        time.sleep(seconds)
        self._start()

    def _still(self, seconds: float) -> None:
        processes = self._processes()
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
        time.sleep(seconds)
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.resume()

    def _restarted(self, seconds: float) -> None:
        self._cluster.stop("fast")
        time.sleep(seconds)
        self._start()

    def _start(self) -> None:
        until = time.monotonic() + 30
        while True:
            try:
                self._cluster.start()
                return
            except subprocess.SubprocessError:  # what was killed still holds the shared memory
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def _processes(self) -> list[psutil.Process]:
        """The server and everything that it has started."""
        try:
            postmaster = psutil.Process(int(self._pid_file.read_text().splitlines()[0]))
            return [postmaster, *postmaster.children(recursive=True)]
        except (OSError, ValueError, psutil.NoSuchProcess):
            return []
