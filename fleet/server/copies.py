"""Two devices under one name: a card that was copied, or a machine given another's account.

Every start of a kiosk has a boot id of its own, so one that comes back after a younger one was heard belongs to
another device. A late message may come back once; it takes two returns to be sure.
"""

from sqlalchemy import Connection, select

from fleet.server import tables
from fleet.server.upsert import insert_new, put

ENOUGH = 2
"""Returns of an older boot that only a second device explains."""


def note_boot(tx: Connection, kiosk: str, boot: str, now: int) -> None:
    """A birth of ``boot`` was heard; call before it is taken for the present one."""
    if insert_new(
        tx, tables.boot, {"kiosk": kiosk, "boot": boot, "at": now}
    ):  # never heard before: an ordinary start
        return
    present = tx.execute(select(tables.kiosk.c.boot).where(tables.kiosk.c.id == kiosk)).scalar()
    if present == boot:
        return
    again = {"times": tables.returned.c.times + 1, "at": now}
    put(tx, tables.returned, {"kiosk": kiosk}, {"times": 1, "at": now}, again)
