"""Which matters are asked most here at this hour, from counts that fade and from what the pack expects. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

DayKind = Literal["work", "rest"]

HALF_LIFE_DAYS = 28.0
"""What was asked four weeks ago counts half: the season of school enrolment has an end."""
PRIOR = 12.0
"""How many questions the first place in the pack's own list is worth; the other places less, evenly."""
LOYALTY = 1.15
"""A newcomer has to be this much ahead of one that is on the screen: near equals do not take turns."""
_NEAR_HOURS = {0: 1.0, 1: 0.5, 2: 0.25}
_OTHER_DAYS = 0.25
_EARLIEST_YEAR = 2025
"""A clock that shows less was never set (a board without a battery wakes in 1970)."""


@dataclass(frozen=True, slots=True)
class Hour:
    """A place in the week: working day or weekend, and the hour by the clock on the wall."""

    days: DayKind
    hour: int

    @classmethod
    def of(cls, moment: datetime) -> Hour | None:
        """The hour of ``moment``, which is local time; None when the clock was never set."""
        if moment.year < _EARLIEST_YEAR:
            return None
        return cls("rest" if moment.weekday() >= 5 else "work", moment.hour)


Counts = Mapping[tuple[str, Hour], float]


def faded(weight: float, days: float) -> float:
    """What ``weight`` is worth ``days`` later; a clock that was put back costs nothing."""
    return weight * 0.5 ** (max(0.0, days) / HALF_LIFE_DAYS)


def most_asked(
    counts: Counts,
    now: Hour | None,
    prior: Sequence[str],
    known: Collection[str],
    most: int,
    shown: Sequence[str] = (),
) -> tuple[str, ...]:
    """The ids of at most ``most`` matters, those of ``known`` only.

    ``counts`` are smoothed over the hours beside this one and, less, over the other days of the week, and added to
    ``prior``. What is ``shown`` and stays keeps its place, so that a hand that knows it finds it there.
    """
    scores = dict.fromkeys((matter for matter in prior if matter in known), 0.0)
    for place, matter in enumerate(scores):
        scores[matter] = PRIOR * (1.0 - place / (len(scores) + 1))
    if now is not None:
        for (matter, hour), weight in counts.items():
            share = _NEAR_HOURS.get(min(abs(hour.hour - now.hour), 24 - abs(hour.hour - now.hour)), 0.0)
            if share and matter in known:
                days = 1.0 if hour.days == now.days else _OTHER_DAYS
                scores[matter] = scores.get(matter, 0.0) + weight * share * days
    present = set(shown)
    ranked = sorted(scores, key=lambda matter: -scores[matter] * (LOYALTY if matter in present else 1.0))
    return _in_place(ranked[:most], shown)


def _in_place(chosen: Sequence[str], shown: Sequence[str]) -> tuple[str, ...]:
    places = [matter if matter in chosen else None for matter in shown[: len(chosen)]]
    places += [None] * (len(chosen) - len(places))
    newcomers = iter([matter for matter in chosen if matter not in places])
    return tuple(matter if matter is not None else next(newcomers) for matter in places)
