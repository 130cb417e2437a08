"""What became of the commands: what kiosks answer, what they never do, and how one stands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, case, select, update

from fleet.protocol.commands import COMMANDS
from fleet.protocol.messages import FINAL_COMMAND_STATES, CommandResult
from fleet.server import handovers, queues, tables
from fleet.server.errors import FleetError
from fleet.server.store import Store

_GRACE_MS = 5_000
UNFINISHED_MS = 3_600_000
"""What a kiosk does in its own time and has never finished is given up so long after its expiry."""
_LASTING = tuple(name for name, kind in COMMANDS.items() if kind.operators)


@dataclass(frozen=True, slots=True)
class CommandView:
    """One command: what was asked, how far it is, and what came of it; ``complete``: the attachment has arrived."""

    command: str
    kiosk: str
    name: str
    args: dict[str, Any]
    state: str
    reason: str
    data: dict[str, Any]
    attachment: dict[str, Any] | None
    exp: int
    at: int
    complete: bool


def hear(tx: Connection, kiosk: str, result: CommandResult, now: int) -> None:
    """A kiosk says how far a command is; of one that is over nothing more is taken."""
    columns = tables.command.c
    row = tx.execute(
        select(columns.state).where(columns.id == result.id, columns.kiosk == kiosk).with_for_update()
    ).first()
    if row is None or row.state in FINAL_COMMAND_STATES:
        return
    tx.execute(
        update(tables.command)
        .where(columns.id == result.id)
        .values(state=result.state, reason=result.reason, at=now)
    )
    if result.data or result.attachment:
        attached = result.attachment.model_dump(mode="json") if result.attachment else None
        tx.execute(
            update(tables.command_detail)
            .where(tables.command_detail.c.command == result.id)
            .values(data=result.data, attachment=attached)
        )
    if result.state in FINAL_COMMAND_STATES:
        queues.conclude(tx, result)
        handovers.conclude(tx, result.id, result.state == "SUCCEEDED", result.reason, now)


def expire(store: Store, now: int) -> None:
    """Give up commands that no kiosk answered in time, or that one began and never finished."""
    columns = tables.command.c
    answered = and_(columns.state != "SENT", columns.name.in_(_LASTING))
    bound = case((answered, columns.exp * 1000 + UNFINISHED_MS), else_=columns.exp * 1000 + _GRACE_MS)
    overdue = and_(columns.state.not_in(FINAL_COMMAND_STATES), bound < now)
    with store.reading() as tx:
        ids = list(tx.execute(select(columns.id).where(overdue)).scalars())
    if not ids:
        return
    with store.writing() as tx:
        for command in ids:
            changed = tx.execute(
                update(tables.command)
                .where(columns.id == command, overdue)
                .values(state="EXPIRED", reason="no answer from the kiosk", at=now)
            )
            if changed.rowcount:
                handovers.conclude(tx, command, False, "no answer from the kiosk", now)


def view(store: Store, command: str, complete: Callable[[str], bool]) -> CommandView:
    """One command. Raises FleetError ``command.gone``."""
    columns, detail = tables.command.c, tables.command_detail.c
    statement = (
        select(tables.command, detail.args, detail.data, detail.attachment)
        .join(tables.command_detail, detail.command == columns.id)
        .where(columns.id == command)
    )
    with store.reading() as tx:
        row = tx.execute(statement).first()
    if row is None:
        raise FleetError("command.gone", f"there is no command with the id {command[:64]!r}")
    return CommandView(
        row.id,
        row.kiosk,
        row.name,
        row.args,
        row.state,
        row.reason,
        row.data,
        row.attachment,
        row.exp,
        row.at,
        row.attachment is not None and complete(row.id),
    )
