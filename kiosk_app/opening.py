"""Whether the place is open now and when that changes, from its hours and the clock on its wall; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from models.knowledge.place import Opening


FIRST_YEAR = 2024
"""A clock that shows an earlier year has not been set yet, and nothing is said."""
_AHEAD_DAYS = 60
_WHOLE_DAY = timedelta(hours=24)

OpeningKind = Literal["open", "noon", "pause", "before", "after", "closed"]
"""noon and pause: closed between two spans of today. after: no more today. closed: not today at all."""


@dataclass(frozen=True, slots=True)
class OpeningState:
    """``minute`` of ``day``, ``days`` from today, is when it closes or opens next; None when that is far off."""

    kind: OpeningKind
    minute: int | None = None
    days: int = 0
    day: date | None = None


def opening_at(opening: Opening, now: datetime) -> OpeningState | None:
    """What holds at ``now``, local time without a zone; None when the clock was never set."""
    if now.year < FIRST_YEAR:
        return None
    spans = list(_spans(opening, now.date()))
    current = next((span for span in spans if span[0] <= now < span[1]), None)
    if current is not None:
        return _state("open", now, current[1]) if current[1] - now < _WHOLE_DAY else OpeningState("open")
    following = next((start for start, _ in spans if start > now), None)
    if following is not None and following.date() == now.date():
        over = any(end.date() == now.date() and end <= now for _, end in spans)
        between: OpeningKind = "noon" if 11 <= now.hour < 15 else "pause"
        return _state(between if over else "before", now, following)
    kind: OpeningKind = "after" if opening.on(now.date()) else "closed"
    return _state(kind, now, following) if following is not None else OpeningState(kind)


def _state(kind: OpeningKind, now: datetime, change: datetime) -> OpeningState:
    return OpeningState(
        kind, change.hour * 60 + change.minute, (change.date() - now.date()).days, change.date()
    )


def _spans(opening: Opening, today: date) -> Iterator[tuple[datetime, datetime]]:
    """From yesterday on, in order; spans that meet, at midnight too, are one."""
    last: tuple[datetime, datetime] | None = None
    for ahead in range(-1, _AHEAD_DAYS):
        day = today + timedelta(days=ahead)
        midnight = datetime.combine(day, datetime.min.time())
        for since, until in opening.on(day):
            span = midnight + timedelta(minutes=since), midnight + timedelta(minutes=until)
            if last is not None and span[0] <= last[1]:
                last = last[0], max(last[1], span[1])
                continue
            if last is not None:
                yield last
            last = span
    if last is not None:
        yield last
