"""When the numbers begin again at 001: at midnight by the clock, and never because somebody set the clock. Pure."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

TOLERANCE = timedelta(hours=1)
"""A clock that went farther than this beyond the time that has passed was set; slewing is slower by far."""
_SLEW = timedelta(minutes=1)
_LOOK_S = 3600.0
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment by the clock on the wall and by the time since the machine was switched on, which nobody can set.

    ``wall`` is in the hall's time zone; ``boot`` names this start of the machine, ``running_s`` are seconds since it.
    """

    wall: datetime
    boot: str
    running_s: float

    @property
    def day(self) -> date:
        """The date on the wall."""
        return self.wall.date()


@dataclass(frozen=True, slots=True)
class Round:
    """The numbers from one 001 to the next.

    ``day`` is the date it counts for, ``seen`` when it was last looked at, ``used`` whether a number was given since
    the machine was switched on.
    """

    number: int
    day: date
    seen: Moment
    used: bool = False


def moved_on(current: Round, now: Moment) -> Round:
    """The round that is on at ``now``.

    A later date is a new day when the clock has run there, when nobody has a number yet that could be given twice, or
    when the machine was off in between. A clock that was set goes on with the numbers, forwards as backwards.
    """
    rebooted = now.boot != current.seen.boot
    same = replace(current, seen=now, used=current.used and not rebooted)
    if now.day == current.day:
        return same
    if now.day > current.day and (rebooted or not current.used or _ran(current.seen, now)):
        return Round(current.number + 1, now.day, now)
    return replace(same, day=now.day)


def steady(before: Moment, now: Moment) -> bool:
    """Whether the clock has run on since ``before``, which is not long ago: then it need not be written down again."""
    fresh = before.boot == now.boot and 0 <= now.running_s - before.running_s < _LOOK_S
    return fresh and _drift(before, now) < _SLEW


def _drift(before: Moment, now: Moment) -> timedelta:
    return abs((now.wall - before.wall) - timedelta(seconds=now.running_s - before.running_s))


def _ran(before: Moment, now: Moment) -> bool:
    return _drift(before, now) <= TOLERANCE


def moment() -> Moment:
    """Now, as this machine has it."""
    return Moment(datetime.now().astimezone(), _boot(), time.clock_gettime(time.CLOCK_BOOTTIME))


@cache
def _boot() -> str:
    return _BOOT_ID.read_text(encoding="ascii").strip()
