"""Whether a kiosk is there: the rule that keeps late wills and lost goodbyes from lying."""

from dataclasses import dataclass
from typing import Literal

from fleet.protocol.messages import Presence

PresenceState = Literal["on", "off", "unsure"]
# A kiosk that is there says so again when the server comes back; its longest retry is 30 s, with time
# for the handshakes of a whole fleet this is ample.
GRACE_MS = 90_000


@dataclass(frozen=True, slots=True)
class Light:
    """The last word on a kiosk: state, the connection it belongs to, and since when (ms since 1970)."""

    state: PresenceState
    conn: str
    since: int


def hear(light: Light | None, said: Presence, now: int) -> Light:
    """Take a presence message. An ``off`` of another connection than the current one changes nothing."""
    if said.state == "on":
        if light is not None and light.state == "on" and light.conn == said.conn:
            return light
        return Light("on", said.conn, now)
    if light is not None and (light.conn != said.conn or light.state == "off"):
        return light
    return Light("off", said.conn, now)


def doubt(light: Light, now: int) -> Light:
    """The server was away: what it believed to be on may be gone since."""
    return Light("unsure", light.conn, now) if light.state == "on" else light


def settled(light: Light, now: int) -> Light:
    """Nobody repeated that it is there within the grace: it is off, since we lost sight of it."""
    if light.state == "unsure" and now - light.since > GRACE_MS:
        return Light("off", light.conn, light.since)
    return light
