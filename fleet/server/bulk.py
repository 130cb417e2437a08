"""Many rows in one statement and as plain tuples: what every message of every kiosk passes through.

Core's own way costs more for each row than the database does (ADR 32). SQLite takes tuples one by one within the
process; PostgreSQL takes all rows as one JSON array, for each statement there is a round trip.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import JSON, BigInteger, Connection, Integer, Table

Row = tuple[Any, ...]


def write_rows(
    tx: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row], changes: tuple[str, ...] = ()
) -> None:
    """Insert rows; of one whose key is there already ``changes`` are set, none when there are none.

    Values of JSON columns are JSON text. Rows are locked in the order given.
    """
    if not rows:
        return
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(_postgres_insert(table, columns, changes), (_json_rows(columns, rows),))
    else:
        tx.exec_driver_sql(_sqlite_insert(table, columns, changes), list(rows))


def read_rows(
    tx: Connection, table: Table, key: tuple[str, ...], columns: tuple[str, ...], keys: Iterable[Row]
) -> list[Row]:
    """``key`` and ``columns`` of the rows with these keys; JSON columns as JSON text."""
    wanted = list(keys)
    if not wanted:
        return []
    if tx.dialect.name == "postgresql":
        rows = tx.exec_driver_sql(_postgres_select(table, key, columns), (_json_rows(key, wanted),))
    else:
        rows = tx.exec_driver_sql(_sqlite_select(table, key, columns), (json.dumps(wanted),))
    return [tuple(row) for row in rows]


def _json_rows(columns: tuple[str, ...], rows: Iterable[Row]) -> str:
    return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False)


@cache
def _sqlite_insert(table: Table, columns: tuple[str, ...], changes: tuple[str, ...]) -> str:
    places = ", ".join("?" * len(columns))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places}) {_on_conflict(table, changes)}"  # noqa: S608


@cache
def _postgres_insert(table: Table, columns: tuple[str, ...], changes: tuple[str, ...]) -> str:
    values = ", ".join(_from_text(table, name) for name in columns)
    return (
        f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {values} "  # noqa: S608
        f"FROM json_to_recordset(%s::json) AS given({_shape(table, columns)}) {_on_conflict(table, changes)}"
    )


@cache
def _sqlite_select(table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> str:
    names = ", ".join(f"{table.name}.{name}" for name in (*key, *columns))
    same = " AND ".join(
        f"{table.name}.{name} = json_extract(wanted.value, '$[{place}]')" for place, name in enumerate(key)
    )
    return f"SELECT {names} FROM json_each(?) AS wanted CROSS JOIN {table.name} WHERE {same}"  # noqa: S608


@cache
def _postgres_select(table: Table, key: tuple[str, ...], columns: tuple[str, ...]) -> str:
    names = ", ".join(_as_text(table, name) for name in (*key, *columns))
    return (
        f"SELECT {names} FROM json_to_recordset(%s::json) AS wanted({_shape(table, key)}) "  # noqa: S608
        f"JOIN {table.name} USING ({', '.join(key)})"
    )


def _on_conflict(table: Table, changes: tuple[str, ...]) -> str:
    if not changes:
        return "ON CONFLICT DO NOTHING"
    key = ", ".join(column.name for column in table.primary_key)
    return f"ON CONFLICT ({key}) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in changes)


def _shape(table: Table, columns: tuple[str, ...]) -> str:
    kinds = {BigInteger: "bigint", Integer: "integer"}
    return ", ".join(f"{name} {kinds.get(type(table.c[name].type), 'text')}" for name in columns)


def _from_text(table: Table, name: str) -> str:
    return f"{name}::json" if isinstance(table.c[name].type, JSON) else name


def _as_text(table: Table, name: str) -> str:
    return f"{table.name}.{name}::text" if isinstance(table.c[name].type, JSON) else f"{table.name}.{name}"
