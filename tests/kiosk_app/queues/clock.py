"""A clock that tests turn: it runs, is set, and goes on in another start of the machine."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from kiosk_app.queues.rounds import Moment

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=timezone(timedelta(hours=8)))


class Wall:
    """``now()`` is what the machine would say."""

    def __init__(self) -> None:
        self.wall, self.boot, self.running_s = MORNING, 1, 100.0
        self.midnights = 0
        """Midnights that the clock has run over, and later dates after a start: where numbers may begin again."""
        self.used = True
        """Set by who takes a number; false from a start of the machine on."""
        self._seen = (self.boot, self.wall.date())

    def now(self) -> Moment:
        """This moment. A later date is a new day while nobody has a number since the machine started (ADR 26)."""
        _, day = self._seen
        self.midnights += not self.used and self.wall.date() > day
        self._seen = (self.boot, self.wall.date())
        return Moment(self.wall, str(self.boot), self.running_s)

    def run(self, hours: float) -> None:
        """Time passes."""
        day = self.wall.date()
        self.wall += timedelta(hours=hours)
        self.running_s += hours * 3600
        self.midnights += self.wall.date() > day

    def set(self, hours: float) -> None:
        """Somebody, or the network, sets the clock."""
        self.wall += timedelta(hours=hours)

    def reboot(self, hours_off: float) -> None:
        """The machine is switched off and on; a clock with a battery runs on."""
        self.wall += timedelta(hours=hours_off)
        self.boot += 1
        self.running_s = 5.0
        self.used = False
