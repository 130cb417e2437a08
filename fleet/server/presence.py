"""Whether a kiosk is there: rules that keep late wills, lost goodbyes and several workers from lying.

What a kiosk says of one boot is merged by rank, whatever the order in which workers take it: a newer connection
counts more than an older one, and in the same connection ``off`` more than ``on``, for a connection never comes back.

A worker that dies may take a kiosk's last word with it. Then the leader begins a new run, every kiosk that is there
answers it (``Birth.run``), and an ``on`` that was not said again in the present run is doubted, then off.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

State = Literal["on", "off"]
LightState = Literal["on", "off", "unsure"]
# A kiosk that is there says so again when the server comes back; its longest retry is 30 s, with time
# for the handshakes of a whole fleet this is ample.
GRACE_MS = 90_000


@dataclass(frozen=True, slots=True)
class Heard:
    """The last word of one boot: its newest connection, the run it answered there, and since when (ms since 1970)."""

    conn: int
    state: State
    run: str
    since: int

    @property
    def rank(self) -> tuple[int, bool, str]:
        """What counts more is higher. Runs are named so that a later one is higher."""
        return self.conn, self.state == "off", self.run


@dataclass(frozen=True, slots=True)
class Run:
    """The server's present run, and since when."""

    name: str
    since: int


@dataclass(frozen=True, slots=True)
class Light:
    """What is shown of a kiosk."""

    state: LightState
    since: int


def merge(known: Heard | None, said: Heard) -> Heard:
    """The higher of two words on the same boot; the time stays while only the run changes."""
    if known is None:
        return said
    if said.rank <= known.rank:
        return known
    unchanged = (said.conn, said.state) == (known.conn, known.state)
    return Heard(said.conn, said.state, said.run, known.since if unchanged else said.since)


def light(boots: Iterable[Heard], run: Run, now: int) -> Light | None:
    """The light of a kiosk from what was heard of its boots; None when nothing was."""
    heard = sorted(boots, key=lambda one: one.since)
    if not heard:
        return None
    on = [one for one in heard if one.state == "on"]
    sure = [one for one in on if one.run == run.name]
    if sure:
        return Light("on", sure[0].since)
    doubted = max((max(one.since, run.since) for one in on), default=None)
    if doubted is None:
        return Light("off", heard[-1].since)
    # Nobody repeated within the grace that it is there: it is off, since we lost sight of it.
    return Light("unsure" if now - doubted <= GRACE_MS else "off", doubted)
