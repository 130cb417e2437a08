"""The store: an SQLite file in WAL mode, or a PostgreSQL database. Opens, upgrades and hands out transactions."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from fleet.protocol.topics import check_name
from fleet.server import tables
from fleet.server.database import cause, open_engine, shown
from fleet.server.errors import FleetError
from fleet.server.schema import bring_up_to_date
from fleet.server.upsert import insert_new


def now_ms() -> int:
    """Wall-clock milliseconds since 1970."""
    return int(time.time() * 1000)


class Store:
    """Transactions on the database; what to write is decided by the callers."""

    def __init__(self, url: str) -> None:
        """Open, create or upgrade.

        Raises FleetError ``store.url``, ``store.driver``, ``store.password``, ``store.open`` or ``store.schema``.
        """
        self._engine = open_engine(url)
        try:
            bring_up_to_date(self._engine)
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise FleetError(
                "store.open",
                f"cannot open {shown(self._engine)}: {cause(error)}; check --db, and that the disk or the "
                "database server is there",
            ) from None  # the statement, and the password in it, stay out of a traceback
        except FleetError:
            self._engine.dispose()
            raise

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that writes: committed, and synced to disk, when the block ends."""
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One transaction that only reads."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    def add_kiosk(self, kiosk: str) -> bool:
        """Enter a kiosk before it has ever been heard of; False when it is there already."""
        with self.writing() as tx:
            return ensure_kiosk(tx, check_name(kiosk))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def ensure_kiosk(tx: Connection, kiosk: str) -> bool:
    """Enter a kiosk unless it is there; True when it is new."""
    return insert_new(tx, tables.kiosk, {"id": kiosk, "added_at": now_ms(), "versions": {}, "faults": []})
