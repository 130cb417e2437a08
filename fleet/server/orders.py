"""Orders for kiosks: checked, entered, and handed to the link, which signs and sends them.

The row is written before the command leaves and is gone again when it could not: what a kiosk answers always finds it.
"""

import secrets
from collections.abc import Callable, Mapping

from pydantic import ValidationError
from sqlalchemy import Connection, select

from fleet.protocol.commands import COMMANDS, MAX_TTL_S, CommandArgs, CommandKind, Order
from fleet.protocol.records import describe
from fleet.server import tables
from fleet.server.errors import FleetError
from fleet.server.store import Store, now_ms

Send = Callable[[str, Order], bool]
"""Signs an order for a kiosk and hands it to the broker; False without one."""


def order(
    store: Store, kiosk: str, name: str, args: Mapping[str, object], ttl_s: int | None, send: Send
) -> str:
    """Send a command of an operator; returns its id.

    Raises FleetError ``command.unknown``, ``command.args``, ``command.ttl``, ``kiosk.unknown`` or ``broker.down``.
    """
    kind = COMMANDS.get(name)
    if kind is None or not kind.operators:
        known = ", ".join(sorted(key for key, one in COMMANDS.items() if one.operators))
        raise FleetError("command.unknown", f"there is no command {name[:64]!r}; there are {known}")
    if ttl_s is not None and not 1 <= ttl_s <= kind.longest_s:
        raise FleetError("command.ttl", f"{name} lives 1 to {kind.longest_s} seconds, not {ttl_s}")
    checked = _checked(name, kind, args)
    with store.writing() as tx:
        found = tx.execute(select(tables.kiosk.c.id).where(tables.kiosk.c.id == kiosk)).first()
        if found is None:
            raise FleetError("kiosk.unknown", f"no kiosk {kiosk!r} is known; see kiosk-fleet kiosks list")
        return issue(tx, kiosk, name, checked, ttl_s or kind.ttl_s, send)


def issue(tx: Connection, kiosk: str, name: str, args: CommandArgs, ttl_s: int, send: Send) -> str:
    """Enter a command and send it, in the caller's transaction. Raises FleetError ``broker.down``."""
    now = now_ms()
    made = Order(
        id=secrets.token_hex(8),
        name=name,
        at=now,
        exp=now // 1000 + min(ttl_s, MAX_TTL_S),
        args=args.model_dump(exclude_none=True),
    )
    tx.execute(
        tables.command.insert().values(
            id=made.id, kiosk=kiosk, name=name, exp=made.exp, state="SENT", reason="", at=now
        )
    )
    tx.execute(tables.command_detail.insert().values(command=made.id, args=made.args, data={}))
    # Inside the transaction: a command that could not be handed to the broker leaves no trace.
    if not send(kiosk, made):
        raise FleetError(
            "broker.down", "the server has no link to the broker; try again when the page shows it"
        )
    return made.id


def _checked(name: str, kind: CommandKind, args: Mapping[str, object]) -> CommandArgs:
    known = ", ".join(kind.args.model_fields) or "none"
    strange = [key for key in args if key not in kind.args.model_fields]
    if strange:
        raise FleetError("command.args", f"{name} has no argument {strange[0][:64]!r}; it takes {known}")
    try:
        return kind.args.model_validate(args)
    except ValidationError as error:
        raise FleetError(
            "command.args", f"{name}: {describe(error, tuple(kind.args.model_fields))}"
        ) from None
