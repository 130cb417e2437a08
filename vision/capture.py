"""Opening cameras and video files with OpenCV."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vision.errors import CameraError

if TYPE_CHECKING:
    import cv2

    from vision.ports import Frame

_FALLBACK_FPS = 25.0


def open_device(device: int | str, width: int, height: int, fps: float) -> cv2.VideoCapture:
    """Open a V4L2 camera by number or path, asking for a picture size in pixels and a frame rate.

    Drivers choose the nearest mode they have. Raises ``CameraError`` when there is no such camera.
    """
    quiet_opencv()
    import cv2

    _check_device(device)
    capture = cv2.VideoCapture(device)
    if not capture.isOpened():
        capture.release()
        raise CameraError(
            "camera.unavailable",
            f"camera {device} does not open: see that no other program uses it and that this user "
            f"is in the group 'video'",
        )
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
    capture.set(cv2.CAP_PROP_FPS, fps)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 2)
    return capture


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
    """Decode the frame that was grabbed last, as BGR uint8; None when it is damaged."""
    import numpy as np

    there, image = capture.retrieve()
    if not there or image is None or image.size == 0:
        return None
    return np.asarray(image, dtype=np.uint8)


def upright(image: Frame, turned: int) -> Frame:
    """The picture of a camera that is mounted ``turned`` clockwise by 0, 90, 180 or 270 degrees."""
    import numpy as np

    return image if turned == 0 else np.ascontiguousarray(np.rot90(image, -(turned // 90)))


def quiet_opencv() -> None:
    """Keep OpenCV and FFmpeg from writing to stderr: what goes wrong is said in our own errors."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def _check_device(device: int | str) -> None:
    path = Path(f"/dev/video{device}") if isinstance(device, int) else Path(device)
    if path.exists():
        return
    found = sorted(entry.name for entry in Path("/dev").glob("video*"))
    there = f"there are {', '.join(found)}" if found else "there is no /dev/video* at all"
    raise CameraError(
        "camera.absent",
        f"there is no camera {path} ({there}): check the cable, then the camera's number in the config",
    )
