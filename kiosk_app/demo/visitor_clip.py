"""A drawn test visitor: a short video of somebody who does not exist, for machines without a camera.

Every pixel is drawn here from ellipses and gradients; no photograph and no person is behind it. The visitor
enters from the left, comes near, stays, and leaves to the right, so that the real detectors (YuNet and the
bundled Haar cascade) and the real presence logic run in the demo and in the tests exactly as they would in a
hall. It proves that the parts work together, not how well faces are found: that is measured on real videos.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

_CANVAS = 640
"""Side of the square the portrait is drawn on, in pixels; it is scaled down into the scene."""
_FACE_SHARE = 0.44
"""Height of the face (chin to brow line, what a detector boxes) as a share of the canvas."""

# Colours are BGR, as everywhere in OpenCV.
_WALL = (196, 200, 202)
_FLOOR = (128, 140, 150)
_SKIN = (150, 182, 224)
_SKIN_SHADE = (104, 136, 184)
_SKIN_LIGHT = (178, 206, 240)
_HAIR = (34, 38, 46)
_LIP = (92, 92, 172)
_JACKET = (112, 84, 62)


@dataclass(frozen=True, slots=True)
class VisitorPlan:
    """What happens in the clip, in seconds, and how large it is drawn.

    ``near_share`` is the height of the face as a share of the frame when the visitor stands at the kiosk;
    ``far_share`` the same where they come into view and where they go out of it.
    """

    empty_s: float = 2.0
    approach_s: float = 1.5
    stay_s: float = 6.0
    leave_s: float = 1.5
    after_s: float = 3.0
    width: int = 640
    height: int = 480
    fps: float = 15.0
    far_share: float = 0.2
    near_share: float = 0.42

    def __post_init__(self) -> None:
        """Refuse a plan that cannot be drawn."""
        spans = (self.empty_s, self.approach_s, self.stay_s, self.leave_s, self.after_s)
        if min(spans) < 0 or sum(spans) <= 0:
            raise ValueError("a visitor plan needs durations of 0 s or more that add up to more than 0 s")
        if self.width < 160 or self.height < 120 or not 1 <= self.fps <= 60:
            raise ValueError("a visitor plan needs at least 160×120 pixels and 1 to 60 frames a second")
        if not 0.05 <= self.far_share <= self.near_share <= 0.6:
            raise ValueError("a visitor plan needs 0.05 ≤ far_share ≤ near_share ≤ 0.6")

    @property
    def duration_s(self) -> float:
        """Length of the clip in seconds."""
        return self.empty_s + self.approach_s + self.stay_s + self.leave_s + self.after_s


def write_visitor_clip(path: Path, plan: VisitorPlan | None = None) -> Path:
    """Write the clip as Motion JPEG in an AVI file and return its path.

    Raises ``OSError`` when the file cannot be written there or this OpenCV has no Motion JPEG writer.
    """
    import cv2

    chosen = plan or VisitorPlan()
    path.parent.mkdir(parents=True, exist_ok=True)
    fourcc = cv2.VideoWriter.fourcc(*"MJPG")
    writer = cv2.VideoWriter(str(path), fourcc, chosen.fps, (chosen.width, chosen.height))
    if not writer.isOpened():
        raise OSError(
            f"cannot write the visitor clip to {path}: check the folder, and that the name ends in .avi"
        )
    try:
        for frame in draw_visit(chosen):
            writer.write(frame)
    finally:
        writer.release()
    return path


def draw_visit(plan: VisitorPlan) -> Iterator[Image]:
    """Draw the frames of one visit, height × width × 3, BGR uint8."""
    colour, opacity = _portrait()
    scene = _empty_hall(plan.width, plan.height)
    noise = np.random.default_rng(7)
    for index in range(round(plan.duration_s * plan.fps)):
        frame = scene.copy()
        place = _place(plan, index / plan.fps)
        if place is not None:
            centre, share = place
            _paste(frame, colour, opacity, centre * plan.width, share * plan.height)
        grain = noise.normal(0.0, 2.0, frame.shape[:2])[..., None]
        yield np.clip(frame + grain, 0, 255).astype(np.uint8)


def _place(plan: VisitorPlan, at: float) -> tuple[float, float] | None:
    """Where the visitor is at a time: (horizontal centre 0–1, face height as a share), or None."""
    at -= plan.empty_s
    if at < 0:
        return None
    if at < plan.approach_s:
        done = at / plan.approach_s
        return -0.1 + 0.6 * done, plan.far_share + (plan.near_share - plan.far_share) * done
    at -= plan.approach_s
    if at < plan.stay_s:
        return 0.5 + 0.01 * float(np.sin(2.1 * at)), plan.near_share
    at -= plan.stay_s
    if at < plan.leave_s:
        done = at / plan.leave_s
        return 0.5 + 0.65 * done, plan.near_share + (plan.far_share - plan.near_share) * done
    return None


def _empty_hall(width: int, height: int) -> Image:
    """A plain wall that is lighter at the top, and a floor."""
    down = np.linspace(1.06, 0.94, height)[:, None, None]
    scene = np.broadcast_to(np.array(_WALL, dtype=np.float64), (height, width, 3)) * down
    scene[round(height * 0.86) :] = np.array(_FLOOR) * 0.95
    return np.clip(scene, 0, 255).astype(np.uint8)


def _paste(
    frame: Image, colour: Image, opacity: NDArray[np.float32], centre_x: float, face_height: float
) -> None:
    """Blend the portrait into the frame: face centred a little above the middle, clipped at the edges."""
    import cv2

    side = max(8, round(face_height / _FACE_SHARE))
    small = cv2.resize(colour, (side, side), interpolation=cv2.INTER_AREA)
    mask = cv2.resize(opacity, (side, side), interpolation=cv2.INTER_AREA)[..., None]
    left = round(centre_x - side / 2)
    top = round(frame.shape[0] * 0.46 - side * 0.46)
    x0, x1 = max(left, 0), min(left + side, frame.shape[1])
    y0, y1 = max(top, 0), min(top + side, frame.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    behind = frame[y0:y1, x0:x1].astype(np.float32)
    frame[y0:y1, x0:x1] = (behind * (1 - mask[part]) + small[part] * mask[part]).astype(np.uint8)
    coat = mask[-1, part[1]]
    below = frame[y1:, x0:x1].astype(np.float32)
    frame[y1:, x0:x1] = (below * (1 - coat) + small[-1, part[1]] * coat).astype(np.uint8)


def _portrait() -> tuple[Image, NDArray[np.float32]]:
    """The visitor from the chest up: colours, and how opaque each pixel is (0–1)."""
    canvas = np.zeros((_CANVAS, _CANVAS, 3), dtype=np.float32)
    opacity = np.zeros((_CANVAS, _CANVAS), dtype=np.float32)
    pen = _Pen(canvas, opacity)
    _draw_body(pen)
    _draw_head(pen)
    for side in (-1, 1):
        _draw_eye(pen, 320 + side * 62)
    _draw_nose_and_mouth(pen)
    return np.clip(canvas, 0, 255).astype(np.uint8), np.clip(opacity, 0, 1)


class _Pen:
    """Draws soft-edged ellipses on a canvas of floats."""

    def __init__(self, canvas: NDArray[np.float32], opacity: NDArray[np.float32]) -> None:
        self._canvas = canvas
        self._opacity = opacity

    def ellipse(
        self,
        centre: tuple[int, int],
        axes: tuple[int, int],
        colour: tuple[int, int, int],
        *,
        soft: float = 2.0,
        strength: float = 1.0,
        tilt: float = 0.0,
        arc: tuple[float, float] = (0.0, 360.0),
        solid: bool = False,
    ) -> None:
        """Fill an ellipse: centre and half axes in pixels, tilt and arc in degrees; ``solid`` is opaque."""
        import cv2

        stencil: Any = np.zeros(self._opacity.shape, dtype=np.float32)
        cv2.ellipse(stencil, centre, axes, tilt, arc[0], arc[1], 1.0, -1, cv2.LINE_AA)
        stencil = cv2.GaussianBlur(stencil, (0, 0), soft) * strength
        self._canvas += (np.array(colour, dtype=np.float32) - self._canvas) * stencil[..., None]
        if solid:
            np.maximum(self._opacity, stencil, out=self._opacity)


def _draw_body(pen: _Pen) -> None:
    pen.ellipse((320, 660), (250, 150), _JACKET, solid=True)
    pen.ellipse((320, 520), (66, 90), _SKIN_SHADE, solid=True)
    pen.ellipse((320, 470), (70, 50), (84, 112, 156), soft=14, strength=0.8)


def _draw_head(pen: _Pen) -> None:
    pen.ellipse((320, 250), (158, 190), _HAIR, solid=True)
    for side in (-1, 1):
        pen.ellipse((320 + side * 140, 312), (18, 40), _SKIN_SHADE, solid=True)
    pen.ellipse((320, 310), (134, 178), _SKIN_SHADE, solid=True)
    pen.ellipse((320, 306), (112, 160), _SKIN, soft=22)
    pen.ellipse((320, 205), (84, 44), _SKIN_LIGHT, soft=22, strength=0.8)
    for side in (-1, 1):
        pen.ellipse((320 + side * 66, 350), (40, 36), _SKIN_LIGHT, soft=16, strength=0.85)
    pen.ellipse((320, 140), (138, 62), _HAIR, soft=6)
    pen.ellipse((320, 452), (40, 22), _SKIN_LIGHT, soft=12, strength=0.6)


def _draw_eye(pen: _Pen, x: int) -> None:
    pen.ellipse((x, 282), (44, 26), (78, 104, 148), soft=9, strength=0.9)
    pen.ellipse((x, 247), (46, 10), _HAIR, soft=3, strength=0.95)
    pen.ellipse((x, 285), (31, 13), (226, 230, 232), soft=2)
    pen.ellipse((x, 284), (14, 14), (36, 44, 58), soft=1.5)
    pen.ellipse((x, 284), (6, 6), (8, 8, 10), soft=1)
    pen.ellipse((x + 4, 279), (3, 3), (250, 250, 250), soft=1)
    pen.ellipse((x, 276), (34, 9), (44, 54, 74), soft=2.5, arc=(180.0, 360.0))
    pen.ellipse((x, 301), (28, 5), _SKIN_SHADE, soft=3, strength=0.7)


def _draw_nose_and_mouth(pen: _Pen) -> None:
    pen.ellipse((320, 312), (13, 56), _SKIN_LIGHT, soft=7)
    pen.ellipse((320, 366), (26, 17), _SKIN_LIGHT, soft=7, strength=0.8)
    pen.ellipse((320, 384), (32, 9), _SKIN_SHADE, soft=5, strength=0.9)
    for side in (-1, 1):
        pen.ellipse((320 + side * 15, 380), (7, 5), (58, 66, 100), soft=2)
    pen.ellipse((320, 420), (50, 11), _LIP, soft=3)
    pen.ellipse((320, 432), (38, 9), (112, 116, 192), soft=4)
    pen.ellipse((320, 424), (50, 3), (46, 44, 92), soft=1.5)
    pen.ellipse((320, 446), (32, 6), _SKIN_SHADE, soft=5, strength=0.7)
