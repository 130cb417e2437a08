"""What the staff corner's pad and pages show of the session's state; pure."""

from __future__ import annotations

import math

from kiosk_app.attendance import SENSOR
from kiosk_app.session.state import NOT_CONFIGURED, STARTING, TURNED_OFF, SessionState, StaffCorner
from kiosk_app.staff.view import CornerView, PadMood, PartLine

_PARTS = ("knowledge", "microphone", "recognition", "speech", "camera", "link")
"""In this order, and after them whatever else is down."""
_SENSES = frozenset(
    {"printer", "queue", "headphones", "microphone", "recognition", "speech", "camera", SENSOR}
)
"""In safe mode they are not even started."""
_FIRST = ("fault", "starting", "off", "on")
"""What has to be looked after comes first."""


def corner_of(
    state: SessionState, now: float, *, camera_enabled: bool, printer: bool = False
) -> CornerView | None:
    """The corner's view at the monotonic time ``now``; None while it is closed."""
    corner = state.corner
    if corner is None:
        return None
    return CornerView(
        pad=_mood(corner),
        tries_left=corner.tries_left,
        locked_seconds=max(1, math.ceil(corner.locked_until - now)) if corner.locked_until else 0,
        page=corner.page,
        parts=_parts(state, camera_enabled, printer),
        asking=corner.asking,
        volume=state.volume,
        reports=corner.reports,
    )


def _mood(corner: StaffCorner) -> PadMood:
    if corner.broken:
        return "broken"
    if corner.locked_until:
        return "locked"
    if corner.checking:
        return "checking"
    return "refused" if corner.refused else "ask"


def _parts(state: SessionState, camera_enabled: bool, printer: bool) -> tuple[PartLine, ...]:
    down = dict(state.down)
    broken = ("config",) if "config" in down else ()
    more = (
        *((SENSOR,) if SENSOR in state.senses else ()),
        *(("printer",) if printer else ()),
        *(("queue",) if state.ticketing else ()),
    )
    names = (*broken, *_PARTS, *more)
    others = tuple(name for name in down if name not in names)
    lines = [_line(name, state, down, camera_enabled) for name in (*names, *others)]
    return tuple(sorted(lines, key=lambda line: _FIRST.index(line.light)))


def _line(name: str, state: SessionState, down: dict[str, str], camera_enabled: bool) -> PartLine:
    if name in down:
        reason = down[name]
        if reason == STARTING:
            return PartLine(name, "starting")
        return PartLine(name, "off" if reason in (TURNED_OFF, NOT_CONFIGURED) else "fault", reason)
    if name in _SENSES and "config" in down:
        return PartLine(name, "off", "not started in safe mode")
    if name == "camera" and not camera_enabled:
        return PartLine(name, "off", TURNED_OFF)
    if name == "recognition" and down.get("microphone") == TURNED_OFF:
        return PartLine(name, "off", TURNED_OFF)
    if name == "microphone" and state.microphone_fault is not None:
        return PartLine(name, "fault", f"its sound is {state.microphone_fault}")
    return PartLine(name, "on")
