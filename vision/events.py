"""What the camera tells the kiosk; never who somebody is.

``at`` is ``time.monotonic()`` seconds. It is the moment itself, so ``PersonArrived`` carries the first
sighting and ``PersonLeft`` the last one, although both are known for certain only a little later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class PersonArrived:
    """The first person came into view at ``at`` (first sighting); ``count`` people are in view."""

    at: float
    count: int


@dataclass(frozen=True, slots=True)
class PersonApproaching:
    """Somebody is walking towards the kiosk and ``away`` metres from it."""

    at: float
    away: float


@dataclass(frozen=True, slots=True)
class PersonNear:
    """Somebody came within reach of the kiosk at ``at``; ``count`` people are in view."""

    at: float
    count: int


@dataclass(frozen=True, slots=True)
class PersonEngaged:
    """Somebody stands before the kiosk, looks at it, and has for the dwell time: the customer from now on.

    ``other``: certainly somebody else than the last customer, for both were in view at the same time.
    """

    at: float
    count: int
    other: bool = False


@dataclass(frozen=True, slots=True)
class PersonWaiting:
    """One more person stands behind the customer; ``waiting`` do so now."""

    at: float
    waiting: int


@dataclass(frozen=True, slots=True)
class OnlookerSeen:
    """Beside the customer somebody else near the screen reads along at ``at``."""

    at: float


@dataclass(frozen=True, slots=True)
class OnlookerGone:
    """Nobody does since ``at``."""

    at: float


@dataclass(frozen=True, slots=True)
class CustomerLeft:
    """The customer is gone since ``at``; ``count`` others are still in view."""

    at: float
    count: int = 0


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """Nobody is in view any more; ``at`` is the last sighting."""

    at: float


@dataclass(frozen=True, slots=True)
class CameraLost:
    """The camera gives no picture; ``reason`` is a sentence for the log and the technician."""

    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class CameraBack:
    """The camera gives pictures again."""

    at: float


PresenceEvent: TypeAlias = (
    PersonArrived
    | PersonApproaching
    | PersonNear
    | PersonEngaged
    | PersonWaiting
    | OnlookerSeen
    | OnlookerGone
    | CustomerLeft
    | PersonLeft
)
VisionEvent: TypeAlias = PresenceEvent | CameraLost | CameraBack
