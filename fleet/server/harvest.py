"""The records of one transaction: each stored once, and how far their streams are after it."""

import json
from collections.abc import Collection
from typing import TypeAlias

from sqlalchemy import Connection, select

from fleet.protocol.checked import CheckedBatch, CheckedRecord
from fleet.protocol.messages import Lane
from fleet.protocol.records import Handover, Turn, VisitEnded
from fleet.server import handovers, tables
from fleet.server.bulk import Row, read_rows, write_rows
from fleet.server.marks import Mark

Stream: TypeAlias = tuple[str, str, Lane]  # kiosk, boot, lane

_STREAM = ("kiosk", "boot", "lane")
_RECORD = (
    "kiosk",
    "boot",
    "seq",
    "lane",
    "kind",
    "at",
    "received_at",
    "visit",
    "matter",
    "act",
    "data",
)
_NO_SPANS = "[]"


class Harvest:
    """Takes batches and writes them all at once. The kiosks' rows are locked by the caller."""

    def __init__(self, tx: Connection, now: int, streams: Collection[Stream]) -> None:
        self._tx = tx
        self._now = now
        self._rows: list[Row] = []
        self._ended: set[tuple[str, str, str]] = set()
        self._marks = {
            (kiosk, boot, lane): Mark(acked, _spans(ahead))
            for kiosk, boot, lane, acked, ahead in read_rows(
                tx, tables.stream, _STREAM, ("acked", "ahead"), streams
            )
        }
        self._waiting = _kiosks_that_wait(tx) if streams else set()

    def take(self, kiosk: str, lane: Lane, batch: CheckedBatch) -> None:
        """Take a batch; what is stored already is left out."""
        mark = self._marks.setdefault((kiosk, batch.boot, lane), Mark())
        all_new = mark.holds_nothing_after(batch.after)
        for record in batch.records:
            if all_new or not mark.holds(record.seq):
                self._rows.append(self._row(kiosk, batch.boot, lane, record))
        mark.take(batch.floor, batch.after, batch.last)

    def write(self) -> dict[Stream, int]:
        """Write records and marks; how far each stream is."""
        # Forgotten spans, and kiosks that count wrongly: the table's key has the last word.
        write_rows(self._tx, tables.record, _RECORD, self._rows)
        marks = [
            (*stream, mark.acked, json.dumps(mark.ahead) if mark.ahead else _NO_SPANS, self._now)
            for stream, mark in self._marks.items()
        ]
        moved = ("acked", "ahead", "moved_at")
        write_rows(self._tx, tables.stream, (*_STREAM, *moved), marks, moved)
        return {stream: mark.acked for stream, mark in self._marks.items()}

    def _row(self, kiosk: str, boot: str, lane: Lane, record: CheckedRecord) -> Row:
        data = record.data
        visit: str | None = getattr(data, "visit", None)
        matter = act = None
        if isinstance(data, Turn):
            matter, act = data.matter, data.act
        elif isinstance(data, Handover):
            is_over = (kiosk, boot, data.visit) in self._ended
            handovers.ask(self._tx, kiosk, boot, data, record.at, self._now, is_over=is_over)
            self._waiting.add(kiosk)
        elif isinstance(data, VisitEnded):
            self._ended.add((kiosk, boot, data.visit))
            if kiosk in self._waiting:
                handovers.close_visit(self._tx, kiosk, boot, data.visit, self._now)
        text = data.__pydantic_serializer__.to_json(data, exclude_none=True).decode()
        return (kiosk, boot, record.seq, lane, record.kind, record.at, self._now, visit, matter, act, text)


def _spans(ahead: str) -> list[tuple[int, int]]:
    """What is stored behind a gap; there is hardly ever one."""
    return [] if ahead == _NO_SPANS else [(after, last) for after, last in json.loads(ahead)]


def _kiosks_that_wait(tx: Connection) -> set[str]:
    columns = tables.handover.c
    return set(tx.execute(select(columns.kiosk).where(columns.state.in_(handovers.OPEN))).scalars())
