"""The Haar cascade that OpenCV brings along: the fallback that needs no model file.

Source: P. Viola, M. Jones, "Rapid object detection using a boosted cascade of simple features" (2001); the
cascade ``frontalface_alt2`` by R. Lienhart. It finds faces that look at the camera, and misses turned ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vision.capture import quiet_opencv
from vision.detectors.scaling import by_size, fit
from vision.errors import DetectorError
from vision.ports import Detection

if TYPE_CHECKING:
    from vision.ports import Frame

_CASCADE = "haarcascade_frontalface_alt2.xml"
_SCALE_STEP = 1.15
_LEAST_NEIGHBOURS = 4
_SMALLEST_FACE = 24
"""Pixels at the working size; the cascade's window is 20."""


class HaarDetector:
    """Finds frontal faces from 24 pixels of height at the working size.

    ``longest`` is the longer side, in pixels, that frames are scaled down to. OpenCV is held to one thread
    for the whole process, so that seeing leaves the other cores to hearing.
    """

    def __init__(self, *, longest: int = 320) -> None:
        """Load the cascade. Raises ``DetectorError`` when this OpenCV has none (5.x dropped them)."""
        quiet_opencv()
        import cv2
        import cv2.data

        path = Path(cv2.data.haarcascades) / _CASCADE
        if not path.is_file():
            raise DetectorError(
                "detector.no_cascade",
                f"this OpenCV has no {_CASCADE}: install opencv-python 4.x (pip install .[kiosk])",
            )
        cv2.setNumThreads(1)
        self._cascade = cv2.CascadeClassifier(str(path))
        self._longest = longest

    @property
    def name(self) -> str:
        """``haar``."""
        return "haar"

    def detect(self, frame: Frame) -> list[Detection]:
        """The faces, largest first, in pixels of the frame; see ``Detector.detect``.

        The score grows with the number of windows that agreed; it is no probability.
        """
        import cv2

        fitted = fit(frame, longest=self._longest)
        if fitted is None:
            return []
        small, factor = fitted
        grey = cv2.equalizeHist(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))
        boxes, agreed = self._cascade.detectMultiScale2(
            grey,
            scaleFactor=_SCALE_STEP,
            minNeighbors=_LEAST_NEIGHBOURS,
            minSize=(_SMALLEST_FACE, _SMALLEST_FACE),
        )
        return by_size(
            [
                Detection(
                    x * factor,
                    y * factor,
                    width * factor,
                    height * factor,
                    number / (number + _LEAST_NEIGHBOURS),
                )
                for (x, y, width, height), number in zip(
                    (map(float, box) for box in boxes), map(float, agreed), strict=True
                )
            ]
        )
