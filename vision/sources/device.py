"""A V4L2 camera through OpenCV: one on USB, or any other the kernel shows as /dev/video*."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vision.capture import quiet_opencv, retrieve
from vision.errors import CameraError

if TYPE_CHECKING:
    import cv2

    from vision.ports import Frame


class DeviceSource:
    """A V4L2 camera by number (0 is /dev/video0) or path.

    It is asked for a picture size in pixels and a frame rate; drivers choose the nearest mode they have.
    """

    def __init__(
        self, device: int | str = 0, *, width: int = 640, height: int = 480, fps: float = 15.0
    ) -> None:
        self._device = device
        self._mode = (width, height, fps)

    def open(self) -> DeviceStream:
        """Open the camera. Raises ``CameraError`` when there is no such camera, or another program has it."""
        quiet_opencv()
        import cv2

        _check_device(self._device)
        capture = cv2.VideoCapture(self._device)
        if not capture.isOpened():
            capture.release()
            raise CameraError(
                "camera.unavailable",
                f"camera {self._device} does not open: see that no other program uses it and that this user "
                f"is in the group 'video'",
            )
        width, height, fps = self._mode
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        capture.set(cv2.CAP_PROP_FPS, fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 2)
        return DeviceStream(capture)


class DeviceStream:
    """An open V4L2 camera."""

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture

    def grab(self, stopped: threading.Event) -> float | None:
        """Wait for the driver's next frame."""
        return time.monotonic() if self._capture.grab() else None

    def retrieve(self) -> Frame | None:
        """See ``FrameStream.retrieve``."""
        return retrieve(self._capture)

    def close(self) -> None:
        """Let the device go."""
        self._capture.release()


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
