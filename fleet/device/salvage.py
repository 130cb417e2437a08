"""What can still be read of a damaged outbox: from its oldest record on, then from its newest back to the damage."""

import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from fleet.protocol.messages import Record

logger = logging.getLogger(__name__)

Row = tuple[str, str, int, str, int, str, int, int]
"""boot, lane, seq, kind, at, data, size, ran"""

_COLUMNS = "id, boot, lane, seq, kind, at, data, size, ran"


def salvage(path: Path) -> list[Row]:
    """The whole records of a damaged file, oldest first; none when nothing can be read."""
    found: dict[int, Row] = {}
    try:
        with closing(sqlite3.connect(path)) as damaged:
            for order in ("", "DESC"):
                for row_id, row in _readable(damaged, order):
                    if row_id in found:
                        break
                    found[row_id] = row
    except sqlite3.Error as error:
        logger.warning("%s cannot be opened any more: %s", path.name, error)
    return [found[row_id] for row_id in sorted(found)]


def _readable(damaged: sqlite3.Connection, order: str) -> Iterator[tuple[int, Row]]:
    try:
        # The table itself and not an index, which may be damaged while the table is whole.
        for row_id, *row in damaged.execute(f"SELECT {_COLUMNS} FROM record NOT INDEXED ORDER BY id {order}"):  # noqa: S608
            if (whole := _whole(row)) is not None:
                yield row_id, whole
    except sqlite3.Error as error:
        logger.warning("a damaged outbox can be read no further: %s", error)


def _whole(row: list[object]) -> Row | None:
    boot, lane, seq, kind, at, data, size, ran = row
    if not (isinstance(boot, str) and lane in ("ev", "tm") and isinstance(data, str)):
        return None
    if not (isinstance(size, int) and isinstance(ran, int)):
        return None
    try:
        record = Record.model_validate({"seq": seq, "kind": kind, "at": at, "data": json.loads(data)})
    except (ValidationError, ValueError):
        return None
    return boot, str(lane), record.seq, record.kind, record.at, data, size, ran
