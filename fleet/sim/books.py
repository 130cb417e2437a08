"""What the centre's database has of a simulation."""

from collections.abc import Iterable

from sqlalchemy import func, select

from fleet.server import tables
from fleet.server.store import Store

_AT_ONCE = 500


def count_stored(store: Store, boots: Iterable[str]) -> tuple[int, int]:
    """How many records of these boots are stored, and how many of them are there more than once."""
    names, rows, distinct = sorted(boots), 0, 0
    columns = tables.record.c
    with store.reading() as tx:
        for first in range(0, len(names), _AT_ONCE):
            counted = (
                select(func.count(), func.count(func.distinct(columns.seq)))
                .where(columns.boot.in_(names[first : first + _AT_ONCE]))
                .group_by(columns.kiosk, columns.boot)
            )
            for all_of_boot, once in tx.execute(counted):
                rows, distinct = rows + all_of_boot, distinct + once
    return rows, rows - distinct
