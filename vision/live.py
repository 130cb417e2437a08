"""What the watcher sees, for a technician who stands before it: small pictures, for as long as somebody looks.

A look is handed to one viewer in the same process, who overwrites its picture as soon as it has been drawn. It is no
event: nothing that records or sends events ever gets one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from vision.events import (
    CustomerLeft,
    OnlookerGone,
    OnlookerSeen,
    PersonApproaching,
    PersonArrived,
    PersonEngaged,
    PersonLeft,
    PersonNear,
    PersonWaiting,
    VisionEvent,
)

if TYPE_CHECKING:
    from vision.ports import CameraFrame, Detection, Frame
    from vision.presence import Presence
    from vision.scene import Scene, Zone

_WIDEST = 480
"""Pixels from the left to the right edge of a copy, at most: enough to see where the boxes are."""
_EVERY_S = 0.18
"""Not more than five looks a second, whatever the camera does."""
_RATE_S = 3.0
"""The looks a second are those of so many seconds."""
_IGNORED_S = 0.5
"""What was found in an ignored zone is shown for so long: detectors do not find it on every look."""

Role: TypeAlias = Literal["customer", "bystander", "unsure", "far", "ignored"]
"""unsure: seen too seldom yet to count. far, ignored: does not count there."""
Told: TypeAlias = Literal[
    "arrived",
    "approaching",
    "near",
    "engaged",
    "waiting",
    "onlooker",
    "onlooker_gone",
    "customer_left",
    "left",
]

_TOLD: dict[type, Told] = {
    PersonArrived: "arrived",
    PersonApproaching: "approaching",
    PersonNear: "near",
    PersonEngaged: "engaged",
    PersonWaiting: "waiting",
    OnlookerSeen: "onlooker",
    OnlookerGone: "onlooker_gone",
    CustomerLeft: "customer_left",
    PersonLeft: "left",
}


@dataclass(frozen=True, slots=True)
class Box:
    """Somebody in the picture: edges as shares of its width and height from the upper left corner, metres away."""

    left: float
    top: float
    right: float
    bottom: float
    kind: Literal["face", "person"]
    score: float
    away: float
    role: Role


@dataclass(frozen=True, slots=True)
class LiveLook:
    """One look of the watcher. ``picture`` is RGB uint8, and is the viewer's to overwrite: ``wipe`` it."""

    at: float
    picture: Frame
    people: tuple[Box, ...]
    ignored: tuple[Zone, ...]
    near_m: float
    looks_a_second: float
    """0 until it is known."""
    detector: str
    present: bool
    count: int
    told: Told | None
    """The event that was told last,"""
    told_ago: float
    """and how many seconds ago."""

    def wipe(self) -> None:
        """Overwrite the picture."""
        self.picture.fill(0)


Viewer: TypeAlias = Callable[[LiveLook], None]
"""Takes looks in the watcher's thread, and returns at once."""


class LiveView:
    """Makes looks of what the watcher has worked out anyway. Without a viewer it copies nothing."""

    def __init__(self, scene: Scene, detector: str, near_m: float) -> None:
        self._scene = scene
        self._detector = detector
        self._near_m = near_m
        self._viewer: Viewer | None = None
        self._shown_at = float("-inf")
        self._looks: deque[float] = deque()
        self._ignored: tuple[float, list[Detection]] = (float("-inf"), [])
        self._told: tuple[Told, float] | None = None

    def view(self, viewer: Viewer | None) -> None:
        """Show to ``viewer`` from now on, or to nobody; from any thread."""
        self._viewer = viewer

    def tell(self, event: VisionEvent) -> None:
        """An event was told."""
        name = _TOLD.get(type(event))
        if name is not None:
            self._told = (name, event.at)

    def show(self, frame: CameraFrame, found: Sequence[Detection], presence: Presence) -> None:
        """One look was taken. ``found`` is everything that the detector found, as the frame has it."""
        viewer = self._viewer
        if viewer is None:
            self._looks.clear()
            return
        self._count(frame.at)
        height, width = frame.image.shape[:2]
        ignored = [one for one in found if self._scene.ignores(one, width, height)]
        if ignored or frame.at - self._ignored[0] > _IGNORED_S:
            self._ignored = (frame.at, ignored)
        if frame.at - self._shown_at < _EVERY_S:
            return
        self._shown_at = frame.at
        picture = small_copy(frame.image)
        told, told_at = self._told or (None, frame.at)
        try:
            viewer(
                LiveLook(
                    frame.at,
                    picture,
                    tuple(self._boxes(found, presence, width, height)),
                    self._scene.ignored,
                    self._near_m,
                    self._rate(),
                    self._detector,
                    presence.present,
                    presence.count,
                    told,
                    max(0.0, frame.at - told_at),
                )
            )
        except BaseException:
            picture.fill(0)
            raise

    def _count(self, at: float) -> None:
        self._looks.append(at)
        while self._looks[0] < at - _RATE_S:
            self._looks.popleft()

    def _rate(self) -> float:
        passed = self._looks[-1] - self._looks[0]
        return (len(self._looks) - 1) / passed if passed > 0 else 0.0

    def _boxes(self, found: Sequence[Detection], presence: Presence, width: int, height: int) -> list[Box]:
        """Who is followed, then who is too far away to be, then what is ignored."""
        boxes: list[Box] = []
        followed: list[Detection] = []
        for one, role in presence.sightings():
            followed.append(one.found)
            boxes.append(_box(one.found, one.place.away, role, width, height))
        boxes += [
            _box(seen.found, seen.place.away, "far", width, height)
            for seen in self._scene.read(found, width, height)
            if seen.found.sure and not any(seen.found is other for other in followed)
        ]
        for one in self._ignored[1]:
            away = self._scene.optics.place(one, width, height).away
            boxes.append(_box(one, away, "ignored", width, height))
        return boxes


def small_copy(image: Frame) -> Frame:
    """A copy in RGB, scaled down to at most 480 pixels across; nothing else is left of it."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    scale = min(1.0, _WIDEST / width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    copy = np.empty((size[1], size[0], 3), np.uint8)
    cv2.resize(image, size, copy, interpolation=cv2.INTER_AREA)
    cv2.cvtColor(copy, cv2.COLOR_BGR2RGB, copy)
    return copy


def _box(found: Detection, away: float, role: Role, width: int, height: int) -> Box:
    return Box(
        max(0.0, found.x / width),
        max(0.0, found.y / height),
        min(1.0, (found.x + found.width) / width),
        min(1.0, (found.y + found.height) / height),
        found.kind,
        found.score,
        away,
        role,
    )
