"""A recording on virtual time: for measuring and testing without waiting."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vision.capture import frame_interval_s, open_recording, retrieve
from vision.errors import CameraError
from vision.ports import CameraFrame

if TYPE_CHECKING:
    import cv2


class RecordedCamera:
    """A video file on virtual time: ``wait`` moves its clock on, ``newest`` gives the frame shown then.

    Frames between two looks are skipped without decoding their picture, as a camera's would be. ``newest``
    raises ``CameraError`` with the code ``recording.ended`` after the last frame.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._capture: cv2.VideoCapture | None = None
        self._interval = 0.0
        self._grabbed = -1
        self._given = -1
        self._now = 0.0

    @property
    def now(self) -> float:
        """Virtual time in seconds since the start of the recording."""
        return self._now

    @property
    def duration_s(self) -> float:
        """Length of what has been read so far, in seconds."""
        return (self._grabbed + 1) * self._interval

    def start(self) -> None:
        """Open the file. Raises ``CameraError``, also when not even its first frame can be read."""
        self._capture = open_recording(self._path)
        self._interval = frame_interval_s(self._capture)
        self._now = 0.0
        self._given = -1
        self._grabbed = 0
        if not self._capture.grab():
            self.stop()
            raise CameraError(
                "recording.unreadable", f"{self._path} has no frame that can be read: copy it again"
            )

    def stop(self) -> None:
        """Close the file."""
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def wait(self, seconds: float) -> bool:
        """Let virtual time pass; never a reason to stop."""
        self._now += seconds
        return False

    def newest(self, timeout: float) -> CameraFrame | None:
        """The first frame at or after the virtual time that was not given before."""
        if self._capture is None:
            raise CameraError("recording.closed", f"{self._path} is not open: call start() first")
        wanted = max(self._given + 1, round(self._now / self._interval))
        while self._grabbed < wanted:
            if not self._capture.grab():
                raise CameraError("recording.ended", f"{self._path} ended after {self.duration_s:.1f} s")
            self._grabbed += 1
        self._given = wanted
        self._now = max(self._now, self._grabbed * self._interval)
        image = retrieve(self._capture)
        return None if image is None else CameraFrame(image, self._grabbed * self._interval)
