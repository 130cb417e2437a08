"""A camera of a drawn hall for the benchmark: JPEG pictures at a webcam's pace, decoded when one is looked at."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from vision.ports import CameraFrame

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS, _COLUMNS = 480, 640
_BLOCK = 20
_GRAIN = 3.0
"""Levels of grey by which a sensor's noise moves a pixel, one standard deviation."""
_PICTURES = 4
_FPS = 15.0


class PacedCamera:
    """Shows the same few pictures over and over."""

    def __init__(self, pictures: Sequence[NDArray[np.uint8]], fps: float = _FPS) -> None:
        """Take the pictures, as JPEG files in memory."""
        self._pictures = cycle(pictures)
        self._interval = 1.0 / fps
        self._stopped = threading.Event()

    def start(self) -> None:
        """Nothing has to be opened."""
        self._stopped.clear()

    def stop(self) -> None:
        """Whoever waits for a picture gets none."""
        self._stopped.set()

    def newest(self, timeout: float) -> CameraFrame | None:
        """The next picture at the moment it is due."""
        import cv2

        now = time.monotonic()
        if self._stopped.wait(min(timeout, self._interval - now % self._interval)):
            return None
        image = cv2.imdecode(next(self._pictures), cv2.IMREAD_COLOR)
        return CameraFrame(np.asarray(image, dtype=np.uint8), time.monotonic())


def hall(*, busy: bool) -> list[NDArray[np.uint8]]:
    """Pictures of a hall without people; where it is ``busy``, something large moves through it all the time."""
    import cv2

    dice = np.random.default_rng(3)
    walls = np.kron(
        dice.integers(40, 215, (_ROWS // _BLOCK, _COLUMNS // _BLOCK, 3)), np.ones((_BLOCK, _BLOCK, 1))
    )
    pictures: list[NDArray[np.uint8]] = []
    for index in range(_PICTURES):
        picture = walls + dice.normal(0, _GRAIN, walls.shape)
        if busy:
            left = index * _COLUMNS // _PICTURES
            picture[100:400, left : left + 120] = 128
        written = cv2.imencode(".jpg", picture.clip(0, 255).astype(np.uint8))[1]
        pictures.append(np.asarray(written, dtype=np.uint8))
    return pictures
