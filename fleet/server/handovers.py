"""Hand-overs: a citizen asks for a person, a person in the centre accepts, the kiosk says so.

States: waiting → accepting (the command is on its way) → accepted; back to waiting with a reason when the
kiosk did not take it; closed when the visit ended or the kiosk restarted.
"""

from pydantic import ValidationError
from sqlalchemy import Connection, bindparam, select, update

from fleet.protocol.commands import HandoverAcceptArgs
from fleet.protocol.records import Handover
from fleet.server import orders, tables
from fleet.server.errors import FleetError
from fleet.server.store import Store, now_ms
from fleet.server.upsert import insert_new

COMMAND_TTL_S = 30
OPEN = ("waiting", "accepting")

_columns = tables.handover.c
_CLOSE_OLDER = (
    update(tables.handover)
    .where(_columns.kiosk == bindparam("of"), _columns.boot != bindparam("but"), _columns.state.in_(OPEN))
    .values(state="closed", reason="the kiosk restarted", changed_at=bindparam("now"))
)


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
    tx.execute(_CLOSE_OLDER, {"of": kiosk, "but": boot, "now": now})


def conclude(tx: Connection, command: str, accepted: bool, reason: str, now: int) -> None:
    """The kiosk has answered the command of a hand-over."""
    columns = tables.handover.c
    tx.execute(
        update(tables.handover)
        .where(columns.command == command, columns.state == "accepting")
        .values(state="accepted" if accepted else "waiting", reason=reason, changed_at=now)
    )


def accept(store: Store, handover: str, text: str, send: orders.Send) -> str:
    """Send a kiosk the word that a person takes over; returns the command's id.

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
        command = orders.issue(tx, row.kiosk, "handover.accept", args, COMMAND_TTL_S, send)
        tx.execute(
            update(tables.handover)
            .where(tables.handover.c.id == handover)
            .values(state="accepting", command=command, reason="", changed_at=now_ms())
        )
    return command
