"""The lights of all kiosks, as the store has them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select

from fleet.server import tables
from fleet.server.leading import present_run
from fleet.server.presence import Heard, light

LightName = Literal["online", "offline", "checking", "unknown", "never"]
_NAMES: dict[str, LightName] = {"on": "online", "off": "offline", "unsure": "checking"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A light by its name, and since when it has been so (ms since 1970)."""

    name: LightName
    since: int | None


NEVER = Shown("never", None)


def read_lights(tx: Connection, link_up: bool, now: int) -> dict[str, Shown]:
    """The light of every kiosk that was ever heard. Without a link to the broker the server knows nothing of any."""
    columns = tables.presence.c
    heard: dict[str, list[Heard]] = defaultdict(list)
    for row in tx.execute(select(columns.kiosk, columns.conn, columns.state, columns.run, columns.since)):
        heard[row.kiosk].append(Heard(row.conn, row.state, row.run, row.since))
    run = present_run(tx)
    shown: dict[str, Shown] = {}
    for kiosk, boots in heard.items():
        now_lit = light(boots, run, now)
        if now_lit is not None:
            shown[kiosk] = Shown(_NAMES[now_lit.state] if link_up else "unknown", now_lit.since)
    return shown
