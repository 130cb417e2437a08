"""What happens in the staff corner: what a technician touches, what the door answers, what the pages are told."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk_app.staff.reports import Report, StaffTask
from kiosk_app.staff.view import StaffPage


@dataclass(frozen=True, slots=True)
class StaffKnocked:
    """The hidden gesture was made on the head of the screen."""

    at: float


@dataclass(frozen=True, slots=True)
class PinEntered:
    """A PIN on the pad. Its digits are in no text that is made of this event."""

    at: float
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffPageChosen:
    """One of the corner's pages, or its menu."""

    at: float
    page: StaffPage


@dataclass(frozen=True, slots=True)
class StaffTaskChosen:
    """Something is to be done; what is dangerous is asked once more."""

    at: float
    task: StaffTask


@dataclass(frozen=True, slots=True)
class StaffTaskConfirmed:
    """Yes, that is to be done."""

    at: float


@dataclass(frozen=True, slots=True)
class StaffTaskDropped:
    """No, it is not."""

    at: float


@dataclass(frozen=True, slots=True)
class SiteVolumeStepped:
    """The site's volume one step up or down."""

    at: float
    up: bool


@dataclass(frozen=True, slots=True)
class StaffLanguageToggled:
    """The corner in the other language, until it is left."""

    at: float


@dataclass(frozen=True, slots=True)
class StaffLeft:
    """Leave the pad or the corner."""

    at: float


@dataclass(frozen=True, slots=True)
class PinPadOffered:
    """The answer to the gesture: a PIN has been set. ``locked_until`` is monotonic seconds, 0 when it is not.

    ``broken``: it cannot be checked; the log says why.
    """

    at: float
    locked_until: float = 0.0
    broken: bool = False


@dataclass(frozen=True, slots=True)
class PinAccepted:
    """It was the right PIN."""

    at: float


@dataclass(frozen=True, slots=True)
class PinRefused:
    """It was not: ``wrong`` in a row so far, ``left`` before the pad is locked again; the rest as in PinPadOffered."""

    at: float
    wrong: int = 0
    left: int = 1
    locked_until: float = 0.0
    broken: bool = False


@dataclass(frozen=True, slots=True)
class StaffTold:
    """Something for one of the pages; it keeps no corner open."""

    at: float
    report: Report
