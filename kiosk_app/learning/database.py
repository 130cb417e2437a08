"""The file of what was learnt: SQLite, one writer, nothing in it that a kiosk could not do without.

A write that returned survives a killed process; the file is never half written (write-ahead log). A damaged file
is deleted and begun anew: it is statistics, and what it held of people's words must not lie about. What is
deleted is overwritten (``secure_delete``).
"""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk_app.learning.errors import LearningError

logger = logging.getLogger(__name__)

FILE = "learning.sqlite"
SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE cluster (
    id INTEGER PRIMARY KEY AUTOINCREMENT, lang TEXT NOT NULL, nearest TEXT NOT NULL, count INTEGER NOT NULL,
    rejected INTEGER NOT NULL, refused INTEGER NOT NULL, handed_over INTEGER NOT NULL,
    first_day INTEGER NOT NULL, last_day INTEGER NOT NULL
);
CREATE TABLE example (
    cluster INTEGER NOT NULL REFERENCES cluster (id) ON DELETE CASCADE,
    text TEXT NOT NULL, count INTEGER NOT NULL, last_day INTEGER NOT NULL,
    PRIMARY KEY (cluster, text)
) WITHOUT ROWID;
CREATE TABLE hint (
    cluster INTEGER NOT NULL REFERENCES cluster (id) ON DELETE CASCADE,
    matter TEXT NOT NULL, nearest INTEGER NOT NULL, certainty REAL NOT NULL, settled INTEGER NOT NULL,
    PRIMARY KEY (cluster, matter)
) WITHOUT ROWID;
CREATE TABLE demand (
    matter TEXT NOT NULL, days TEXT NOT NULL, hour INTEGER NOT NULL, weight REAL NOT NULL, day INTEGER NOT NULL,
    PRIMARY KEY (matter, days, hour)
) WITHOUT ROWID;
"""
_PATIENCE_S = 5.0
_BLOCK = 1 << 20


def open_database(path: Path) -> sqlite3.Connection:
    """Open or create the file for writing.

    Raises LearningError ``learning.open`` when the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _open(path)
        except sqlite3.OperationalError:
            raise  # busy, full or not to be written: not the file's fault
        except sqlite3.DatabaseError as error:
            logger.warning("%s is damaged (%s); begun anew", path.name, error)
            delete_database(path)
            return _open(path)
    except (OSError, sqlite3.Error) as error:
        raise LearningError(f"{path} cannot be opened ({error}); check the disk", "learning.open") from error


def read_database(path: Path) -> sqlite3.Connection | None:
    """Open the file for reading while a kiosk may be writing it; None when there is none yet.

    Raises LearningError ``learning.open``.
    """
    if not path.is_file():
        return None
    try:
        connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
        try:
            connection.execute("PRAGMA query_only = ON")
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.Error:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise LearningError(f"{path} cannot be read ({error}); check the disk", "learning.open") from error
    if version == SCHEMA_VERSION:
        return connection
    connection.close()
    if version == 0:  # a kiosk is just making it
        return None
    raise LearningError(f"{path} is of another version; start this version's kiosk once", "learning.open")


def delete_database(path: Path) -> None:
    """Remove the file and what SQLite keeps beside it. Raises OSError."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def erase_database(path: Path) -> None:
    """Overwrite what the file holds, then remove it. Raises OSError."""
    if path.is_file():
        with path.open("r+b") as file:
            rest = path.stat().st_size
            while rest > 0:
                rest -= file.write(bytes(min(rest, _BLOCK)))
            file.flush()
            os.fsync(file.fileno())
    delete_database(path)


def close_database(connection: sqlite3.Connection) -> None:
    """Bring everything into the one file, so that nothing deleted is left in the log, and let go of it."""
    with closing(connection):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("the integrity check failed")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, SCHEMA_VERSION):
            raise sqlite3.DatabaseError(f"schema {version}, this program knows {SCHEMA_VERSION}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        if version == 0:
            connection.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;")
    except sqlite3.Error:
        connection.close()
        raise
    path.chmod(0o600)
    return connection
