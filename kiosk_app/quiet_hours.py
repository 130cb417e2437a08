"""The hours in which nobody is greeted aloud, as a site writes them: ``21:30-07:00``, by the clock on its wall."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–~]\s*([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHoursPlan:
    """From one time of day until another, over midnight where the second is the earlier; the end is not in it."""

    since: time
    until: time

    @classmethod
    def parse(cls, text: str) -> QuietHoursPlan:
        """Read ``21:30-07:00``. Raises ValueError for anything else, and for hours without length."""
        found = _SPAN.fullmatch(text.strip())
        if found is None:
            raise ValueError("must be two times of day like 21:30-07:00")
        hours = [int(part) for part in found.groups()]
        plan = cls(time(hours[0], hours[1]), time(hours[2], hours[3]))
        if plan.since == plan.until:
            raise ValueError(
                "must end at another time than it begins; greet_aloud = false is for the whole day"
            )
        return plan

    def quiet_at(self, now: time) -> bool:
        """Whether a time of day is in them."""
        if self.since < self.until:
            return self.since <= now < self.until
        return now >= self.since or now < self.until
