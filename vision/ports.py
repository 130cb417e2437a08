"""The two ports of seeing: where frames come from, and what finds people in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Frame: TypeAlias = NDArray[np.uint8]
"""A picture: height × width × 3, BGR, uint8."""


Point: TypeAlias = tuple[float, float]
"""x to the right and y downwards, in pixels of a frame."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Five points of a face, left and right as the camera sees them."""

    left_eye: Point
    right_eye: Point
    nose: Point
    left_mouth: Point
    right_mouth: Point


@dataclass(frozen=True, slots=True)
class Detection:
    """A face or a whole person in a frame: the box in pixels of that frame, a score from 0 to 1 (1 is certain)."""

    x: float
    y: float
    width: float
    height: float
    score: float
    kind: Literal["face", "person"] = "face"
    sure: bool = True
    """Enough by itself. What is not sure may be the rest of somebody who was seen, or is yet to be seen, surely."""
    landmarks: Landmarks | None = None
    """Of a face, where the detector finds them."""


@dataclass(frozen=True, slots=True)
class CameraFrame:
    """A frame and the ``time.monotonic()`` moment at which the camera handed it over."""

    image: Frame
    at: float


class Detector(Protocol):
    """Finds faces or people. One detector belongs to one thread."""

    @property
    def name(self) -> str:
        """Short name of the backend, for logs and reports."""
        ...

    def detect(self, frame: Frame) -> list[Detection]:
        """Who is in a frame, largest first. Raises ``DetectorError`` for what is no picture."""
        ...


class Camera(Protocol):
    """Gives the newest frame on request and finds its way back by itself when the device was away."""

    def start(self) -> None:
        """Begin; returns at once, whether or not the device is there."""
        ...

    def stop(self) -> None:
        """Let the device go. Safe to call twice."""
        ...

    def newest(self, timeout: float) -> CameraFrame | None:
        """A frame taken after this call, or None when none came within ``timeout`` seconds.

        Raises ``CameraError`` while the device is away; its message says why.
        """
        ...
