"""What the camera tells the kiosk; never who somebody is.

``at`` is ``time.monotonic()`` seconds. It is the moment itself, so ``PersonArrived`` carries the first
sighting and ``PersonLeft`` the last one, although both are known for certain only a little later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class PersonArrived:
    """Somebody came into view at ``at`` (first sighting); ``count`` people are in view."""

    at: float
    count: int


@dataclass(frozen=True, slots=True)
class PersonNear:
    """The nearest person has stood close for the dwell time, which was complete at ``at``."""

    at: float
    count: int


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


PresenceEvent: TypeAlias = PersonArrived | PersonNear | PersonLeft
VisionEvent: TypeAlias = PresenceEvent | CameraLost | CameraBack
