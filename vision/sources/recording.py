"""A video file at its own pace in place of a camera."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vision.capture import frame_interval_s, open_recording, retrieve
from vision.errors import CameraError

if TYPE_CHECKING:
    import cv2

    from vision.ports import Frame


class FileSource:
    """A video file, shown once or over and over."""

    def __init__(self, path: Path, *, loop: bool = True) -> None:
        self._path = path
        self._loop = loop
        self._last: FileStream | None = None

    def open(self) -> FileStream:
        """Open the file. Raises ``CameraError``, also when it was to be shown once and is over."""
        if self._last is not None and self._last.over:
            raise CameraError("camera.ended", f"{self._path}, shown in place of a camera, is over")
        self._last = FileStream(open_recording(self._path), loop=self._loop)
        return self._last


class FileStream:
    """An open video file.

    Attributes:
        interval_s: time from one frame to the next.
        over: whether it was shown to its end and is not to begin again.
    """

    def __init__(self, capture: cv2.VideoCapture, *, loop: bool) -> None:
        self._capture = capture
        self._loop = loop
        self._due = time.monotonic()
        self._taken = 0
        self.interval_s = frame_interval_s(capture)
        self.over = False

    def grab(self, stopped: threading.Event) -> float | None:
        """Take the next frame at the moment it is due; begin again at the end when looping."""
        if not self._capture.grab() and not (self._rewind() and self._capture.grab()):
            self.over = not self._loop
            return None
        self._taken += 1
        late = time.monotonic() - self._due
        if late < 0:
            stopped.wait(-late)
        elif late > 1.0:
            self._due += late
        self._due += self.interval_s
        return time.monotonic()

    def retrieve(self) -> Frame | None:
        """See ``FrameStream.retrieve``."""
        return retrieve(self._capture)

    def close(self) -> None:
        """Close the file."""
        self._capture.release()

    def _rewind(self) -> bool:
        import cv2

        if not self._loop or self._taken == 0:
            return False
        return bool(self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0))
