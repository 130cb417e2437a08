"""How far away somebody is, and where: from the size of a face or a body and the camera's field of view.

A pinhole camera sees ``2 · d · tan(v / 2)`` metres from top to bottom at the distance d, where v is its vertical
field of view. What is h metres tall and fills the share s of the picture's height is therefore at

    d = h / (2 · s · tan(v / 2)).

Heights, as the detectors draw their boxes: a face 0.20 m, a body from head to feet 1.65 m. Where a body is cut off by
the picture's edge its width counts, 0.48 m across the shoulders. People differ by a tenth, and so does the distance;
bands are decided on, not metres, and the doctor's calibration takes what this camera shows of somebody at one metre.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from vision.ports import Detection

FACE_M = 0.20
BODY_M = 1.65
SHOULDERS_M = 0.48
FACE_PIXELS = 20
"""Height of a face that a detector finds surely; it finds some from 12 on."""

_EDGE = 0.01
"""A box that comes this close to the picture's edge, as a share of its height, goes on beyond it."""
_HEAD = 0.07
"""The middle of the head is this share of a body's height below its top."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody's head is, in metres: ``right`` and ``down`` of the camera's axis, ``away`` along it."""

    right: float
    down: float
    away: float


@dataclass(frozen=True, slots=True)
class Optics:
    """A camera without distortion.

    Args:
        vertical_fov_deg: its vertical field of view; 43° is a common webcam at 4:3, 41° the Pi camera 3.
    """

    vertical_fov_deg: float = 43.0

    def place(self, found: Detection, width: int, height: int) -> Place:
        """Where a detection is, in a frame of so many pixels."""
        metres = self._metres_a_pixel(found, height)
        x, y = head(found)
        return Place((x - width / 2) * metres, (y - height / 2) * metres, metres * self._focal(height))

    def rows_for(self, away: float) -> int:
        """The least height of a picture, in pixels, in which a face so many metres away is large enough to be found."""
        return math.ceil(FACE_PIXELS * 2 * away * math.tan(math.radians(self.vertical_fov_deg) / 2) / FACE_M)

    def _metres_a_pixel(self, found: Detection, height: int) -> float:
        """At the distance of what was found."""
        if found.kind == "face":
            return FACE_M / max(1.0, found.height)
        cut = found.y + found.height >= height * (1 - _EDGE)
        return SHOULDERS_M / max(1.0, found.width) if cut else BODY_M / max(1.0, found.height)

    def _focal(self, height: int) -> float:
        """In pixels: what is as large as its distance fills so many."""
        return height / (2 * math.tan(math.radians(self.vertical_fov_deg) / 2))


def field_of_view(face: Detection, height: int, away: float) -> float:
    """Degrees from top to bottom of a camera that shows a face so at a known distance in metres."""
    share = max(1.0, face.height) / height
    return math.degrees(2 * math.atan(FACE_M / (2 * share * away)))


def belongs(face: Detection, body: Detection) -> bool:
    """A face in the upper half of a body is that body's."""
    x, y = head(face)
    return body.x <= x <= body.x + body.width and body.y <= y <= body.y + body.height / 2


def head(found: Detection) -> tuple[float, float]:
    """The middle of the head, in pixels."""
    below = found.height * (0.5 if found.kind == "face" else _HEAD)
    return found.x + found.width / 2, found.y + below
