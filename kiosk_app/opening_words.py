"""Whether the place is open, in one short line."""

from __future__ import annotations

from collections.abc import Callable

from kiosk_app.opening import OpeningState

Translate = Callable[[str], str]

_WEEK = 7


def opening_words(state: OpeningState | None, _: Translate) -> str:
    """The line in the language of ``_``; empty when nothing is known."""
    return " · ".join(part for part in opening_parts(state, _) if part)


def opening_parts(state: OpeningState | None, _: Translate) -> tuple[str, str]:
    """What holds, and what comes next; either may be empty."""
    if state is None:
        return "", ""
    alone = {
        "open": _("Open now"),
        "noon": _("Lunch break"),
        "pause": _("Closed for the moment"),
        "before": _("Not open yet"),
        "after": _("Closed for today"),
        "closed": _("Closed today"),
    }[state.kind]
    if state.minute is None:
        return alone, ""
    clock = f"{state.minute // 60}:{state.minute % 60:02}"
    if state.kind == "open":
        change = _("until {time}") if state.minute else _("until midnight")
    elif state.kind in ("noon", "pause"):
        change = _("back at {time}")
    else:
        change = _("opens at {time}") if state.days == 0 else _("opens {day} at {time}")
    return alone, change.format(time=clock, day=_day(state, _))


def _day(state: OpeningState, _: Translate) -> str:
    if state.day is None or state.days == 0:
        return ""
    if state.days == 1:
        return _("tomorrow")
    if state.days < _WEEK:
        weekdays = (
            _("on Monday"),
            _("on Tuesday"),
            _("on Wednesday"),
            _("on Thursday"),
            _("on Friday"),
            _("on Saturday"),
            _("on Sunday"),
        )
        return weekdays[state.day.weekday()]
    months = _("January February March April May June July August September October November December")
    return _("on {day} {month}").format(day=state.day.day, month=months.split()[state.day.month - 1])
