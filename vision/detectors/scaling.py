"""Bringing any frame to the size a detector works at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vision.errors import DetectorError

if TYPE_CHECKING:
    from vision.ports import Detection, Frame

_SMALLEST_SIDE = 16
"""Pixels; a detector finds nothing in less, and OpenCV's networks fail on a few pixels."""


def fit(frame: Frame, *, longest: int = 0, rows: int = 0) -> tuple[Frame, float] | None:
    """A BGR frame with a longer side of at most ``longest`` pixels, or of at most ``rows``, and the factor back.

    With ``rows`` the longer side is at most twice that.

    Grey (H×W or H×W×1) and BGRA (H×W×4) frames are converted. None when the frame is too small to hold a
    face. Raises ``DetectorError`` for what is no uint8 picture.
    """
    import cv2
    import numpy as np

    if frame.dtype != np.uint8 or frame.ndim not in (2, 3):
        raise DetectorError("detector.frame", f"a frame of {frame.dtype} {frame.shape} is no uint8 picture")
    channels = 1 if frame.ndim == 2 else frame.shape[2]
    if channels not in (1, 3, 4):
        raise DetectorError("detector.frame", f"a frame with {channels} channels is neither grey nor BGR")
    height, width = frame.shape[:2]
    factor = max(1.0, max(height, width) / (longest or 2 * rows), height / rows if rows else 1.0)
    size = (round(width / factor), round(height / factor))
    if min(size) < _SMALLEST_SIDE:
        return None
    small = frame if factor == 1.0 else cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    if channels == 1:
        small = cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
    elif channels == 4:
        small = cv2.cvtColor(small, cv2.COLOR_BGRA2BGR)
    return np.asarray(small, dtype=np.uint8), factor


def by_size(faces: list[Detection]) -> list[Detection]:
    """Largest box first: the nearest person."""
    return sorted(faces, key=lambda face: face.width * face.height, reverse=True)
