"""Insert what is not there yet, in the same words for SQLite and PostgreSQL."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert: TypeAlias = sqlite.Insert | postgresql.Insert
Values: TypeAlias = Mapping[str, Any]


def insert_into(tx: Connection, table: Table) -> Insert:
    """An INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return _insert(tx.dialect.name, table)


def insert_new(tx: Connection, table: Table, values: Values) -> bool:
    """Insert a row unless one with its key is there; True when it was not."""
    return tx.execute(_insert_new(tx.dialect.name, table), values).rowcount > 0


def put(tx: Connection, table: Table, key: Values, values: Values, new: Values | None = None) -> None:
    """Insert the row ``key`` with ``values`` and ``new``, or set ``values`` in the one that is there."""
    row = {**key, **values, **(new or {})}
    tx.execute(_put(tx.dialect.name, table, tuple(key), tuple(values)), row)


# Building a statement costs several times what the database needs for a row, so each is built once.


@cache
def _insert_new(dialect: str, table: Table) -> Insert:
    return _insert(dialect, table).on_conflict_do_nothing()


@cache
def _put(dialect: str, table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> Insert:
    row = _insert(dialect, table)
    return row.on_conflict_do_update(index_elements=key, set_={name: row.excluded[name] for name in columns})


def _insert(dialect: str, table: Table) -> Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
