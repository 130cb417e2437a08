"""What a picture is like at a glance: whether anything moves in it, and whether it is a picture of the hall at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vision.ports import Frame

_ROWS, _COLUMNS = 36, 48
_MOVED = 12
"""Levels of grey by which a point of the glance has to change; noise in the dark reaches 6."""
_MOVED_SHARE = 0.004
"""And so many of its points: seven, as many as a head six metres away has."""
_DARK, _BRIGHT = 12, 246
"""Mean level of grey below or above which nothing can be made out,"""
_FLAT = 6
"""where it also hardly differs from place to place."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What one frame is like.

    Attributes:
        moved: something has changed since the last frame; True for the first.
        same: every point is exactly as it was, which no sensor's noise allows.
        fault: black or white, or "" for a picture.
    """

    moved: bool
    same: bool
    fault: str


class Glances:
    """Looks at every frame for a fifth of a millisecond. Keeps 48 × 36 points of the last one, until forget()."""

    def __init__(self) -> None:
        self._last: NDArray[np.int16] = np.zeros((_ROWS, _COLUMNS), np.int16)
        self._fresh = True

    def take(self, frame: Frame) -> Glance:
        """Take in one frame, grey or BGR."""
        grey = self._points(frame)
        change = np.abs(grey - self._last)
        moved = self._fresh or float(np.mean(change >= _MOVED)) >= _MOVED_SHARE
        same = not self._fresh and not change.any()
        self._last[:] = grey
        self._fresh = False
        return Glance(moved, same, _fault(grey))

    def forget(self) -> None:
        """Overwrite what is kept."""
        self._last.fill(0)
        self._fresh = True

    def _points(self, frame: Frame) -> NDArray[np.int16]:
        """Single pixels, not means: those would hide a sensor's noise."""
        rows = np.linspace(0, frame.shape[0] - 1, _ROWS).astype(np.intp)
        columns = np.linspace(0, frame.shape[1] - 1, _COLUMNS).astype(np.intp)
        points = frame[np.ix_(rows, columns)].astype(np.int16)
        return points if points.ndim == 2 else points[..., :3].sum(axis=2, dtype=np.int16) // 3


def _fault(grey: NDArray[np.int16]) -> str:
    level, flat = float(grey.mean()), float(grey.std()) < _FLAT
    if level < _DARK and flat:
        return "black"
    return "white" if level > _BRIGHT and flat else ""


class PictureWatch:
    """Tells what has been wrong with the pictures for so long that somebody has to look at the camera; pure."""

    def __init__(self, fault_s: float = 5.0, frozen_s: float = 10.0) -> None:
        self._fault_s = fault_s
        self._frozen_s = frozen_s
        self._fault = ""
        self._since = 0.0

    def take(self, at: float, glance: Glance, *, frozen_counts: bool) -> str:
        """A sentence for the technician; "" while all is well. A recording may stand still (``frozen_counts``)."""
        fault = glance.fault or ("frozen" if glance.same and frozen_counts else "")
        if fault != self._fault:
            self._fault, self._since = fault, at
        lasts = self._frozen_s if fault == "frozen" else self._fault_s
        return _SENTENCES[fault] if fault and at - self._since >= lasts else ""


_SENTENCES = {
    "black": "the camera's picture is black: take off its cap, open its shutter, or turn on the light",
    "white": "the camera's picture is white: shade it from the lamp or the sun, or turn it",
    "frozen": "the camera sends the same picture again and again: unplug it and plug it in again",
}
