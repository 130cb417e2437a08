"""Two devices under one name: a card that was copied, or a machine given another's account.

Every start of a kiosk has a boot id of its own, so one that comes back after a younger one was heard belongs to
another device. A late message may come back once; it takes two returns to be sure.
"""

from sqlalchemy import Connection, bindparam, select

from fleet.server import tables
from fleet.server.upsert import insert_into, insert_new

ENOUGH = 2
"""Returns of an older boot that only a second device explains."""


_PRESENT = select(tables.kiosk.c.boot).where(tables.kiosk.c.id == bindparam("of"))


def note_boot(tx: Connection, kiosk: str, boot: str, now: int) -> None:
    """A birth of ``boot`` was heard; call before it is taken for the present one."""
    if insert_new(tx, tables.boot, {"kiosk": kiosk, "boot": boot, "at": now}):
        return  # never heard before: an ordinary start
    if tx.execute(_PRESENT, {"of": kiosk}).scalar() == boot:
        return
    row = insert_into(tx, tables.returned).values(kiosk=kiosk, times=1, at=now)
    again = {"times": tables.returned.c.times + 1, "at": now}
    tx.execute(row.on_conflict_do_update(index_elements=["kiosk"], set_=again))
