"""The store: an SQLite file in WAL mode. Opens, upgrades and hands out transactions."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, event, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from fleet.protocol.topics import check_name
from fleet.server import tables
from fleet.server.errors import FleetError


def now_ms() -> int:
    """Wall-clock milliseconds since 1970."""
    return int(time.time() * 1000)


class Store:
    """Transactions on the database; what to write is decided by the callers."""

    def __init__(self, url: str) -> None:
        """Open or create. Raises FleetError ``store.url``, ``store.open`` or ``store.schema``."""
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise FleetError(
                "store.url", f"--db {url!r} is not a database URL; use sqlite:////path/to/fleet.sqlite"
            ) from None
        if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
            raise FleetError("store.url", "--db takes a SQLite file: sqlite:////path/to/fleet.sqlite")
        self._engine = create_engine(parsed, connect_args={"timeout": 10.0})
        event.listen(self._engine, "connect", _on_connect)
        event.listen(self._engine, "begin", _on_begin)
        try:
            self._create()
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise FleetError(
                "store.open", f"cannot open {parsed.database}: {_cause(error)}; check folder and disk"
            ) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes: committed, and synced to disk, when the block ends."""
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view for reading."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    def add_kiosk(self, kiosk: str) -> bool:
        """Enter a kiosk before it has ever been heard of; False when it is there already."""
        with self.writing() as tx:
            return ensure_kiosk(tx, check_name(kiosk))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _create(self) -> None:
        with self.writing() as tx:
            tables.metadata.create_all(tx)
            row = tx.execute(select(tables.meta.c.value).where(tables.meta.c.key == "schema_version")).first()
            if row is None:
                tx.execute(
                    tables.meta.insert().values(key="schema_version", value=str(tables.SCHEMA_VERSION))
                )
            elif row.value != str(tables.SCHEMA_VERSION):
                raise FleetError(
                    "store.schema",
                    f"the database has schema {row.value}, this program knows {tables.SCHEMA_VERSION}; "
                    "use the program version that wrote it",
                )


def ensure_kiosk(tx: Connection, kiosk: str) -> bool:
    """Enter a kiosk unless it is there; True when it is new."""
    row = insert(tables.kiosk).values(id=kiosk, added_at=now_ms(), versions={}, faults=[])
    return tx.execute(row.on_conflict_do_nothing()).rowcount > 0


def _on_connect(connection: Any, _record: object) -> None:
    # The driver would begin transactions by its own rules; _on_begin does it by ours.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    # An acknowledged record is deleted on the kiosk: the commit must be on the platter.
    connection.execute("PRAGMA synchronous = FULL")


def _on_begin(connection: Connection) -> None:
    # A reader that turns writer half-way fails with SQLITE_BUSY; writers say so from the start.
    connection.exec_driver_sql(
        "BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN"
    )


def _cause(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
