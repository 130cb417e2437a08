"""Hand-overs: a citizen asks for a person, a person in the centre accepts, the kiosk says so.

States: waiting → accepting (the command is on its way) → accepted; back to waiting with a reason when the
kiosk did not take it; closed when the visit ended or the kiosk restarted.
"""

import secrets
from collections.abc import Callable

from pydantic import ValidationError
from sqlalchemy import Connection, select, update

from fleet.protocol.messages import FINAL_COMMAND_STATES, Command, HandoverAcceptArgs
from fleet.protocol.records import Handover
from fleet.server import tables
from fleet.server.errors import FleetError
from fleet.server.store import Store, now_ms
from fleet.server.upsert import insert_new

COMMAND_TTL_S = 30
OPEN = ("waiting", "accepting")


def ask(tx: Connection, kiosk: str, boot: str, asked: Handover, at: int, now: int, *, is_over: bool) -> None:
    """Enter a request; one that is known changes nothing.

    One whose visit is over already is closed: ``is_over``, when its end is about to be stored.
    """
    records = tables.record.c
    over = tx.execute(
        select(records.id).where(
            records.kiosk == kiosk,
            records.boot == boot,
            records.visit == asked.visit,
            records.kind == "visit.ended",
        )
    ).first()
    row = {
        "id": f"{kiosk}.{boot[:8]}.{asked.handover}",
        "kiosk": kiosk,
        "boot": boot,
        "handover": asked.handover,
        "visit": asked.visit,
        "lang": asked.lang or "",
        "matters": list(asked.matters),
        "at": at,
        "state": "waiting" if over is None and not is_over else "closed",
        "reason": "",
        "changed_at": now,
    }
    insert_new(tx, tables.handover, row)


def close_visit(tx: Connection, kiosk: str, boot: str, visit: str, now: int) -> None:
    """The citizen has gone: nobody waits any more."""
    columns = tables.handover.c
    tx.execute(
        update(tables.handover)
        .where(columns.kiosk == kiosk, columns.boot == boot, columns.visit == visit, columns.state.in_(OPEN))
        .values(state="closed", reason="", changed_at=now)
    )


def close_older_boots(tx: Connection, kiosk: str, boot: str, now: int) -> None:
    """The kiosk has restarted: its earlier visits are over."""
    columns = tables.handover.c
    tx.execute(
        update(tables.handover)
        .where(columns.kiosk == kiosk, columns.boot != boot, columns.state.in_(OPEN))
        .values(state="closed", reason="the kiosk restarted", changed_at=now)
    )


def conclude(tx: Connection, command: str, accepted: bool, reason: str, now: int) -> None:
    """The kiosk has answered the command of a hand-over."""
    columns = tables.handover.c
    tx.execute(
        update(tables.handover)
        .where(columns.command == command, columns.state == "accepting")
        .values(state="accepted" if accepted else "waiting", reason=reason, changed_at=now)
    )


def accept(store: Store, handover: str, text: str, send: Callable[[str, Command], bool]) -> str:
    """Send a kiosk the word that a person takes over; returns the command's id.

    ``send(kiosk, command)`` returns False when the broker cannot be reached.
    Raises FleetError ``handover.unknown``, ``handover.state``, ``handover.text`` or ``broker.down``.
    """
    with store.writing() as tx:
        row = tx.execute(
            select(tables.handover).where(tables.handover.c.id == handover).with_for_update()
        ).first()
        if row is None:
            raise FleetError(
                "handover.unknown", f"there is no hand-over {handover!r}; see GET /api/handovers"
            )
        if row.state != "waiting":
            raise FleetError("handover.state", f"this hand-over is {row.state}, it cannot be accepted")
        try:
            args = HandoverAcceptArgs(handover=row.handover, text=text.strip())
        except ValidationError:
            raise FleetError(
                "handover.text", "the line for the citizen must have 1 to 200 printable characters"
            ) from None
        now = now_ms()
        command = Command(
            id=secrets.token_hex(8),
            name="handover.accept",
            exp=now // 1000 + COMMAND_TTL_S,
            args=args.model_dump(),
        )
        tx.execute(
            tables.command.insert().values(
                id=command.id,
                kiosk=row.kiosk,
                name=command.name,
                exp=command.exp,
                state="SENT",
                reason="",
                at=now,
            )
        )
        tx.execute(
            update(tables.handover)
            .where(tables.handover.c.id == handover)
            .values(state="accepting", command=command.id, reason="", changed_at=now)
        )
        # Inside the transaction: a command that could not be handed to the broker leaves no trace.
        if not send(row.kiosk, command):
            raise FleetError(
                "broker.down", "the server has no link to the broker; try again when the page shows it"
            )
    return command.id


def expire(store: Store, now: int) -> None:
    """Give hand-overs back whose command no kiosk answered in time."""
    columns = tables.command.c
    overdue = (columns.exp * 1000 + 5_000 < now) & columns.state.not_in(FINAL_COMMAND_STATES)
    with store.reading() as tx:
        ids = list(tx.execute(select(columns.id).where(overdue)).scalars())
    if not ids:
        return
    with store.writing() as tx:
        for command in ids:
            changed = tx.execute(
                update(tables.command).where(columns.id == command, overdue).values(state="EXPIRED", at=now)
            )
            if changed.rowcount:
                conclude(tx, command, False, "no answer from the kiosk", now)
