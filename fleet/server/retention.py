"""What is kept for how long: old records become counts by the hour, and what belongs to old boots goes.

All in small transactions, so that no kiosk waits for them. What was taken is still known by the streams' marks when
its records are gone: a kiosk that sends them again is acknowledged, and nothing is counted twice.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, func, select, tuple_

from fleet.protocol.messages import FINAL_COMMAND_STATES
from fleet.server import tables
from fleet.server.store import Store
from fleet.server.upsert import insert_into

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MARKS_LONGER_DAYS = 365
"""How much longer than its last record the mark of an old boot is kept: for a kiosk put back to an old image."""
_ROWS = 500
_WORK_S = 1.0
_PAUSE_S = 0.02
_LOOK_EVERY_S = 600.0

_Key = tuple[str, int, str, str, str]


class Retention:
    """Keeps records for ``keep_days`` after they were received."""

    def __init__(self, store: Store, keep_days: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._keep_ms = keep_days * DAY_MS
        self._clock = clock
        self._look_at = 0.0

    def sweep(self, now: int, stopping: threading.Event) -> None:
        """Work for about a second; look again at once while there is more, else after some minutes."""
        if self._clock() < self._look_at:
            return
        until = self._clock() + _WORK_S
        while self.step(now):
            if self._clock() > until or stopping.wait(_PAUSE_S):
                return
        self._look_at = self._clock() + _LOOK_EVERY_S

    def step(self, now: int) -> bool:
        """One small transaction; False when nothing is left to do."""
        horizon = now - self._keep_ms
        with self._store.writing() as tx:
            return _roll_up(tx, horizon) or _forget(tx, now, horizon)


def _roll_up(tx: Connection, horizon: int) -> bool:
    """Turn the oldest records into counts; False when none is older than ``horizon``."""
    columns = tables.record.c
    oldest = tx.execute(select(tables.record).order_by(columns.id).limit(_ROWS)).all()
    old = [row for row in oldest if row.received_at < horizon]
    if not old:
        return False
    sums: dict[_Key, dict[str, float]] = defaultdict(lambda: dict.fromkeys(tables.ROLLUP_SUMS, 0))
    for row in old:
        key = (row.kiosk, row.at // HOUR_MS * HOUR_MS, row.kind, row.matter or "", row.act or "")
        counted = sums[key]
        counted["count"] += 1
        for name in tables.LATENCIES:
            if row.data.get(name) is not None:
                counted[f"{name}_count"] += 1
                counted[f"{name}_sum"] += row.data[name]
    statement = insert_into(tx, tables.rollup)
    more = {name: tables.rollup.c[name] + statement.excluded[name] for name in tables.ROLLUP_SUMS}
    key_names = [column.name for column in tables.rollup.primary_key]
    rows = [{**dict(zip(key_names, key, strict=True)), **counted} for key, counted in sorted(sums.items())]
    tx.execute(statement.on_conflict_do_update(index_elements=key_names, set_=more), rows)
    tx.execute(delete(tables.record).where(columns.id.in_([row.id for row in old])))
    return True


def _forget(tx: Connection, now: int, horizon: int) -> bool:
    """Delete what nobody will ask for again; False when there is nothing of it."""
    marks_horizon = horizon - MARKS_LONGER_DAYS * DAY_MS
    stream, boot, presence = tables.stream.c, tables.boot.c, tables.presence.c
    record, command, handover = tables.record.c, tables.command.c, tables.handover.c
    has_records = exists().where(record.kiosk == stream.kiosk, record.boot == stream.boot)
    has_streams = exists().where(stream.kiosk == boot.kiosk, stream.boot == boot.boot)
    conditions: list[tuple[Table, ColumnElement[bool]]] = [
        (tables.stream, (stream.moved_at < marks_horizon) & ~_is_present(stream) & ~has_records),
        (tables.boot, (boot.at < marks_horizon) & ~_is_present(boot) & ~has_streams),
        # No message is on its way for a day: the words of an older boot have all been heard.
        (tables.presence, (presence.since < now - DAY_MS) & ~_is_present(presence)),
        (tables.queue_call, tables.queue_call.c.at < horizon),
        (tables.handover, (handover.changed_at < horizon) & handover.state.not_in(("waiting", "accepting"))),
        (tables.command, (command.at < horizon) & command.state.in_(FINAL_COMMAND_STATES)),
    ]
    return any(_delete(tx, table, condition) for table, condition in conditions)


def _is_present(columns: Any) -> ColumnElement[bool]:
    """The row belongs to the kiosk's present boot."""
    return exists().where(tables.kiosk.c.id == columns.kiosk, tables.kiosk.c.boot == columns.boot)


def _delete(tx: Connection, table: Table, condition: ColumnElement[bool]) -> bool:
    key = list(table.primary_key)
    chosen = select(*key).where(condition).limit(_ROWS)
    return tx.execute(delete(table).where(tuple_(*key).in_(chosen))).rowcount > 0


def rolled_up(tx: Connection) -> int:
    """How many records are counts by now."""
    return tx.execute(select(func.coalesce(func.sum(tables.rollup.c.count), 0))).scalar_one()
