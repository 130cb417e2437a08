"""Queues: how they stand on the kiosks that number, and the calls of the windows.

A call is a command that a kiosk does once and answers with the number. What the page shows is what the kiosk says
of its queues, never what was asked of it.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, select, update

from fleet.protocol.commands import QueueCallArgs
from fleet.protocol.messages import CommandResult, Queues, QueueState
from fleet.server import orders, tables
from fleet.server.errors import FleetError
from fleet.server.store import Store, now_ms
from fleet.server.upsert import put

CALL_TTL_S = 10
Verb = Literal["next", "again", "absent"]
_STATES: TypeAdapter[tuple[QueueState, ...]] = TypeAdapter(tuple[QueueState, ...])


@dataclass(frozen=True, slots=True)
class QueueView:
    """One queue of one kiosk. ``last`` was called to ``window``; both are empty when nobody was called today."""

    kiosk: str
    queue: str
    letter: str
    names: dict[str, str]
    windows: tuple[str, ...]
    waiting: int
    last: str
    window: str
    at: int
    reachable: bool = False


@dataclass(frozen=True, slots=True)
class CallView:
    """What became of a window's call: the command's state, and the number that it came to."""

    command: str
    state: str
    reason: str
    number: str


def remember(tx: Connection, kiosk: str, said: Queues) -> None:
    """Keep how a kiosk's queues stand. The newest message counts: its clock may be set back."""
    values: dict[str, Any] = {
        "at": said.at,
        "queues": [queue.model_dump(mode="json") for queue in said.queues],
    }
    put(tx, tables.queues, {"kiosk": kiosk}, values)


def conclude(tx: Connection, result: CommandResult) -> None:
    """A kiosk has answered a call."""
    tx.execute(
        update(tables.queue_call)
        .where(tables.queue_call.c.command == result.id)
        .values(number=result.number or "")
    )


def queues(store: Store, online: set[str]) -> list[QueueView]:
    """Every queue, by kiosk and in the hall's own order."""
    with store.reading() as tx:
        rows = tx.execute(select(tables.queues).order_by(tables.queues.c.kiosk)).all()
    return [
        QueueView(
            row.kiosk,
            state.queue,
            state.letter,
            {str(lang): name for lang, name in state.names.items()},
            state.windows,
            state.waiting,
            state.last or "",
            state.window or "",
            row.at,
            row.kiosk in online,
        )
        for row in rows
        for state in _STATES.validate_python(row.queues)
    ]


def call(store: Store, kiosk: str, queue: str, window: str, verb: Verb, send: orders.Send) -> str:
    """Call for a window; returns the command's id.

    Raises FleetError ``queue.unknown`` or ``broker.down``.
    """
    _known(store, kiosk, queue, window)
    try:
        args = QueueCallArgs(queue=queue, window=window)
    except ValidationError:
        raise FleetError("queue.unknown", "that is no queue or no window") from None
    with store.writing() as tx:
        command = orders.issue(tx, kiosk, f"queue.{verb}", args, CALL_TTL_S, send)
        tx.execute(
            tables.queue_call.insert().values(command=command, queue=queue, window=window, at=now_ms())
        )
    return command


def called(store: Store, command: str) -> CallView:
    """How far a call is. Raises FleetError ``call.unknown``."""
    columns = tables.command.c
    statement = (
        select(columns.state, columns.reason, tables.queue_call.c.number)
        .join(tables.queue_call, tables.queue_call.c.command == columns.id)
        .where(columns.id == command)
    )
    with store.reading() as tx:
        row = tx.execute(statement).first()
    if row is None:
        raise FleetError("call.unknown", f"there is no call {command!r}")
    return CallView(command, row.state, row.reason, row.number)


def _known(store: Store, kiosk: str, queue: str, window: str) -> None:
    mine = [view for view in queues(store, set()) if view.kiosk == kiosk]
    if not mine:
        raise FleetError("queue.unknown", f"kiosk {kiosk!r} has told of no queues; see kiosk-fleet queues")
    found = next((view for view in mine if view.queue == queue), None)
    if found is None:
        names = ", ".join(view.queue for view in mine)
        raise FleetError("queue.unknown", f"kiosk {kiosk!r} has no queue {queue!r}; it has {names}")
    if window not in found.windows:
        raise FleetError(
            "queue.unknown", f"queue {queue!r} is called by the windows {', '.join(found.windows)}"
        )
