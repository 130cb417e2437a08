"""Insert what is not there yet, in the same words for SQLite and PostgreSQL."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert: TypeAlias = sqlite.Insert | postgresql.Insert
Values: TypeAlias = Mapping[str, Any]


def insert_into(tx: Connection, table: Table) -> Insert:
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


def insert_new(tx: Connection, table: Table, values: Values) -> bool:
    """Insert a row unless one with its key is there; True when it was not."""
    return tx.execute(insert_into(tx, table).values(values).on_conflict_do_nothing()).rowcount > 0


def put(tx: Connection, table: Table, key: Values, values: Values, changes: Values | None = None) -> None:
    """Insert the row ``key`` with ``values``, or set ``changes`` (left out: ``values``) in the one that is there."""
    row = insert_into(tx, table).values({**key, **values})
    tx.execute(
        row.on_conflict_do_update(index_elements=list(key), set_=dict(values if changes is None else changes))
    )
