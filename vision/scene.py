"""From what a detector found in a frame to who stands where before the kiosk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from vision.facing import facing
from vision.optics import Optics, head
from vision.ports import Detection
from vision.tracking import Seen

_EDGE = 0.01
"""A box that comes this close to the picture's edge, as a share of its width, goes on beyond it."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A rectangle of the picture, as shares of its width and height from its upper left corner, 0 to 1."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point, as shares of the picture, lies in it."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Scene:
    """The camera's place: its optics, and where heads are none (a poster, a desk behind, a mirror)."""

    optics: Optics = field(default_factory=Optics)
    ignored: tuple[Zone, ...] = ()

    def read(self, found: Sequence[Detection], width: int, height: int) -> list[Seen]:
        """Who is seen in a frame of so many pixels."""
        return [
            Seen(one, self.optics.place(one, width, height), _faces(one), cut=_cut(one, width))
            for one in found
            if not self.ignores(one, width, height)
        ]

    def ignores(self, found: Detection, width: int, height: int) -> bool:
        """Whether a detection's head lies where nobody counts."""
        x, y = head(found)
        return any(zone.holds(x / width, y / height) for zone in self.ignored)


def _cut(found: Detection, width: int) -> bool:
    return found.x <= _EDGE * width or found.x + found.width >= (1 - _EDGE) * width


def _faces(found: Detection) -> bool | None:
    if found.landmarks is not None:
        return facing(found.landmarks)
    return (
        True if found.kind == "face" else None
    )  # a detector without landmarks finds only faces that look at it
