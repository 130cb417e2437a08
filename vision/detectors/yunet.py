"""YuNet, a small neural face detector, through OpenCV's ``FaceDetectorYN`` on the CPU.

Source: W. Wu, H. Peng, S. Yu, "YuNet: a tiny millisecond-level face detector" (2023); the model file is that
of OpenCV Zoo (MIT).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vision.capture import quiet_opencv
from vision.detectors.scaling import by_size, fit
from vision.errors import DetectorError
from vision.ports import Detection, Landmarks

if TYPE_CHECKING:
    from vision.ports import Frame, Point

ROWS = 360
_OVERLAP = 0.3
_MOST_CANDIDATES = 200


class YuNetDetector:
    """Finds faces from about 12 pixels of height at the working size, surely from 20.

    ``rows`` is the height, in pixels, that frames are scaled down to; ``score`` the least score kept.
    OpenCV is held to one thread for the whole process, so that seeing leaves the other cores to hearing.
    """

    def __init__(self, model: Path, *, rows: int = ROWS, score: float = 0.7) -> None:
        """Load the model file. Raises ``DetectorError`` when it is missing or damaged."""
        quiet_opencv()
        import cv2

        if not model.is_file():
            raise DetectorError(
                "detector.no_model", f"there is no model file {model}: run `kiosk models fetch yunet`"
            )
        cv2.setNumThreads(1)
        try:
            self._net = cv2.FaceDetectorYN.create(
                str(model), "", (320, 320), score, _OVERLAP, _MOST_CANDIDATES
            )
        except cv2.error as error:
            raise DetectorError(
                "detector.damaged_model",
                f"{model} is no YuNet model: run `kiosk models verify yunet`, then fetch it again",
            ) from error
        self._rows = rows
        self._size = (0, 0)

    @property
    def name(self) -> str:
        """``yunet``."""
        return "yunet"

    def detect(self, frame: Frame) -> list[Detection]:
        """The faces, largest first, in pixels of the frame; see ``Detector.detect``."""
        import cv2

        fitted = fit(frame, rows=self._rows)
        if fitted is None:
            return []
        small, factor = fitted
        size = (small.shape[1], small.shape[0])
        try:
            if size != self._size:
                self._net.setInputSize(size)
                self._size = size
            _, found = self._net.detect(small)
        except cv2.error as error:
            raise DetectorError(
                "detector.failed", f"YuNet failed on a frame of {size} pixels: {error}"
            ) from error
        if found is None:
            return []
        return by_size([_face(row.tolist(), size, factor) for row in found])


def _face(row: list[float], size: tuple[int, int], factor: float) -> Detection:
    """A row is x, y, width, height, five landmarks, score; the box may reach beyond the picture."""
    left, top = max(0.0, row[0]), max(0.0, row[1])
    right, bottom = min(float(size[0]), row[0] + row[2]), min(float(size[1]), row[1] + row[3])
    return Detection(
        x=left * factor,
        y=top * factor,
        width=max(0.0, right - left) * factor,
        height=max(0.0, bottom - top) * factor,
        score=min(1.0, row[14]),
        landmarks=Landmarks(*(_point(row, at, factor) for at in range(4, 14, 2))),
    )


def _point(row: list[float], at: int, factor: float) -> Point:
    return row[at] * factor, row[at + 1] * factor
