"""Cameras: a device or a video file read by a background thread, and a recording on virtual time.

The background thread keeps the device drained, so the frame on offer is always the newest, and decodes a
picture only when one is asked for: a frame nobody looks at never exists in memory.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from vision.capture import frame_interval_s, open_device, open_recording, retrieve, upright
from vision.errors import CameraError
from vision.ports import CameraFrame

if TYPE_CHECKING:
    import cv2

_log = logging.getLogger(__name__)

_FIRST_RETRY_S = 0.5
_LONGEST_RETRY_S = 10.0
_STALL_S = 3.0
_STOP_S = 2.0


class FrameSource(Protocol):
    """What the background thread reads. ``grab`` waits for the next frame and says when it came."""

    def open(self) -> cv2.VideoCapture:
        """Open the device or file. Raises ``CameraError``."""
        ...

    def grab(self, capture: cv2.VideoCapture, stopped: threading.Event) -> float | None:
        """Take the next frame; its monotonic time, or None when there is none any more."""
        ...


class DeviceSource:
    """A V4L2 camera by number (0 is /dev/video0) or path."""

    def __init__(
        self, device: int | str = 0, *, width: int = 640, height: int = 480, fps: float = 15.0
    ) -> None:
        self._device = device
        self._mode = (width, height, fps)

    def open(self) -> cv2.VideoCapture:
        """Open the camera. Raises ``CameraError``."""
        return open_device(self._device, *self._mode)

    def grab(self, capture: cv2.VideoCapture, stopped: threading.Event) -> float | None:
        """Wait for the driver's next frame."""
        return time.monotonic() if capture.grab() else None


class FileSource:
    """A video file at its own pace in place of a camera, once or over and over."""

    def __init__(self, path: Path, *, loop: bool = True) -> None:
        self._path = path
        self._loop = loop
        self._due = 0.0
        self._interval = 0.0
        self._taken = 0
        self._over = False

    def open(self) -> cv2.VideoCapture:
        """Open the file. Raises ``CameraError``, also when it was to be shown once and is over."""
        if self._over:
            raise CameraError("camera.ended", f"{self._path}, shown in place of a camera, is over")
        capture = open_recording(self._path)
        self._interval = frame_interval_s(capture)
        self._due = time.monotonic()
        self._taken = 0
        return capture

    def grab(self, capture: cv2.VideoCapture, stopped: threading.Event) -> float | None:
        """Take the next frame at the moment it is due; begin again at the end when looping."""
        if not capture.grab() and not (self._rewind(capture) and capture.grab()):
            self._over = not self._loop
            return None
        self._taken += 1
        late = time.monotonic() - self._due
        if late < 0:
            stopped.wait(-late)
        elif late > 1.0:
            self._due += late
        self._due += self._interval
        return time.monotonic()

    def _rewind(self, capture: cv2.VideoCapture) -> bool:
        import cv2

        if not self._loop or self._taken == 0:
            return False
        return bool(capture.set(cv2.CAP_PROP_POS_FRAMES, 0))


class BackgroundCamera:
    """A frame source read by its own thread; comes back by itself, with longer and longer pauses."""

    def __init__(
        self, source: FrameSource, *, turned: int = 0, first_retry_s: float = _FIRST_RETRY_S
    ) -> None:
        self._source = source
        self._turned = turned
        self._first_retry_s = first_retry_s
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._exchange = threading.Condition()
        self._wanted = False
        self._offered: CameraFrame | None = None
        self._trouble: CameraError | None = None
        self._alive_at = 0.0

    def start(self) -> None:
        """Start the thread that opens and drains the camera."""
        if self._thread is not None:
            return
        self._stopped.clear()
        self._trouble = None
        self._alive_at = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and let the device go; a driver that hangs is left behind after 2 s."""
        self._stopped.set()
        thread, self._thread = self._thread, None
        if thread is None:
            return
        thread.join(_STOP_S)
        if thread.is_alive():
            _log.warning("the camera driver does not return; its thread is left behind")

    def newest(self, timeout: float) -> CameraFrame | None:
        """A frame taken after this call; see ``Camera.newest``."""
        with self._exchange:
            self._offered = None
            self._wanted = True
            self._exchange.wait_for(lambda: self._offered or self._trouble, timeout)
            self._wanted = False
            frame, self._offered = self._offered, None
            if frame is not None:
                return frame
            if self._trouble is not None:
                raise CameraError(self._trouble.code, self._trouble.message)
        silent = time.monotonic() - self._alive_at
        if silent > _STALL_S:
            raise CameraError(
                "camera.stalled",
                f"the camera has sent no picture for {silent:.0f} s: unplug it and plug it in again",
            )
        return None

    def _run(self) -> None:
        pause = self._first_retry_s
        while not self._stopped.is_set():
            try:
                capture = self._source.open()
            except CameraError as error:
                self._report(error)
            else:
                if self._drain(capture):
                    pause = self._first_retry_s
            if self._stopped.wait(pause):
                return
            pause = min(pause * 2, _LONGEST_RETRY_S)

    def _drain(self, capture: cv2.VideoCapture) -> bool:
        """Read until the source ends; whether it gave any frame."""
        alive = False
        try:
            while not self._stopped.is_set():
                at = self._source.grab(capture, self._stopped)
                if at is None:
                    break
                alive = True
                self._offer(capture, at)
        finally:
            capture.release()
        if not self._stopped.is_set():
            self._report(CameraError("camera.gone", "the camera stopped sending pictures: check its cable"))
        return alive

    def _offer(self, capture: cv2.VideoCapture, at: float) -> None:
        with self._exchange:
            self._alive_at = at
            self._trouble = None
            if not self._wanted or self._offered is not None:
                return
            image = retrieve(capture)
            if image is not None:
                self._offered = CameraFrame(upright(image, self._turned), at)
                if self._turned:
                    image.fill(0)  # a turned picture is a copy
                self._exchange.notify_all()

    def _report(self, error: CameraError) -> None:
        with self._exchange:
            self._trouble = error
            self._exchange.notify_all()


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


def is_device(source: int | str) -> bool:
    """Whether a config names a device: by number, or by a path under /dev."""
    return isinstance(source, int) or source.startswith("/dev/")


def make_camera(source: int | str, *, loop: bool = False, turned: int = 0) -> BackgroundCamera:
    """The camera a config names, or a video file in place of one; ``turned`` clockwise by 0, 90, 180 or 270 degrees."""
    if is_device(source):
        return BackgroundCamera(DeviceSource(source), turned=turned)
    return BackgroundCamera(FileSource(Path(str(source)), loop=loop), turned=turned)
