"""Video files and OpenCV's captures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vision.errors import CameraError
from vision.pixels import to_bgr

if TYPE_CHECKING:
    import cv2

    from vision.ports import Frame

_FALLBACK_FPS = 25.0


def open_recording(path: Path) -> cv2.VideoCapture:
    """Open a video file. Raises ``CameraError`` when it is missing, empty or no video."""
    quiet_opencv()
    import cv2

    if not path.is_file():
        raise CameraError("recording.missing", f"there is no video file {path}: check the name")
    if path.stat().st_size == 0:
        raise CameraError("recording.empty", f"{path} is an empty file: copy or record it again")
    capture = cv2.VideoCapture(str(path))
    if not capture.isOpened():
        capture.release()
        raise CameraError(
            "recording.unreadable",
            f"{path} is no video that can be read, or its end is missing: copy it again, or try MP4 or AVI",
        )
    return capture


def frame_interval_s(capture: cv2.VideoCapture) -> float:
    """Seconds between frames as the file states them; 1/25 s where it states nonsense."""
    import cv2

    rate = capture.get(cv2.CAP_PROP_FPS)
    return 1.0 / (rate if 0.1 <= rate <= 240.0 else _FALLBACK_FPS)


@contextmanager
def recording(path: Path) -> Iterator[cv2.VideoCapture]:
    """Open a video file for the length of a block."""
    capture = open_recording(path)
    try:
        yield capture
    finally:
        capture.release()


def retrieve(capture: cv2.VideoCapture) -> Frame | None:
    """Decode the frame that was grabbed last, as BGR uint8; None when it is damaged.

    Raises ``CameraError`` with the code ``camera.format`` for what is no picture.
    """
    there, image = capture.retrieve()
    if not there or image is None or image.size == 0:
        return None
    picture = to_bgr(image, _pixel_format(capture))
    if picture is not image:
        image.fill(0)
    return picture


def _pixel_format(capture: cv2.VideoCapture) -> str:
    """The four letters of what a camera sends or a file is coded with; "" where that is not known."""
    import cv2

    letters = round(capture.get(cv2.CAP_PROP_FOURCC)).to_bytes(8, "little", signed=True)[:4]
    text = letters.decode("ascii", "replace").strip(" \0")
    return text if text.isprintable() and text.isascii() else ""


def quiet_opencv() -> None:
    """Keep OpenCV and FFmpeg from writing to stderr: what goes wrong is said in our own errors."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
