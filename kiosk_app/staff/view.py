"""What the screen shows of the staff corner, as one immutable value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

from kiosk_app.staff.reports import Report, StaffTask, TaskReport, latest, task_of

StaffPage = Literal["menu", "live", "parts", "sound", "turns", "doctor", "network", "maintenance"]
STAFF_PAGES: tuple[StaffPage, ...] = (
    "live",
    "parts",
    "sound",
    "turns",
    "doctor",
    "network",
    "maintenance",
)
"""The pages behind the menu, in the order of its tiles."""

PadMood = Literal["ask", "checking", "refused", "locked", "broken"]

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of the kiosk as the technician reads of it: its name, whether it works, and why not."""

    part: str
    light: Literal["on", "off", "fault", "starting"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CornerView:
    """The staff corner: its PIN pad, or the page that is open."""

    pad: PadMood = "ask"
    tries_left: int = 0
    """refused: before the pad is locked."""
    locked_seconds: int = 0
    page: StaffPage = "menu"
    parts: tuple[PartLine, ...] = ()
    asking: StaffTask | None = None
    """It is asked once more whether this is to be done."""
    volume: float = 0.8
    """The site's volume, with which every visit begins."""
    reports: tuple[Report, ...] = ()
    """The newest of each kind, of the tasks the newest of each."""

    def report(self, kind: type[Kind]) -> Kind | None:
        """The newest report of a kind."""
        return latest(self.reports, kind)

    def task(self, name: StaffTask) -> TaskReport:
        """What became of a task; an idle one when it was not begun."""
        return task_of(self.reports, name)

    @property
    def busy(self) -> StaffTask | None:
        """The task that is being done."""
        return next(
            (one.task for one in self.reports if isinstance(one, TaskReport) and one.state == "busy"), None
        )

    def light_of(self, part: str) -> PartLine:
        """A part's line; one that is not there is not in use."""
        return next((line for line in self.parts if line.part == part), PartLine(part, "off"))
