"""The camera a config names, read by a background thread.

The thread keeps the source drained, so the frame on offer is always the newest, and decodes a picture only when one is
asked for: what nobody looks at never becomes a picture.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from vision.errors import CameraError
from vision.pixels import upright
from vision.ports import CameraFrame
from vision.sources.boards import board_camera
from vision.sources.device import DeviceSource
from vision.sources.program import ProgramSource
from vision.sources.recording import FileSource
from vision.sources.stream import FrameSource, FrameStream

_log = logging.getLogger(__name__)

_FIRST_RETRY_S = 0.5
_LONGEST_RETRY_S = 10.0
_STALL_S = 3.0
_STOP_S = 2.0


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
        self._damaged_since: float | None = None
        self._healthy = False
        self._decode_s = 0.0

    @property
    def decode_s(self) -> float:
        """How long it took to make a picture of the last frame, in seconds."""
        return self._decode_s

    def start(self) -> None:
        """Start the thread that opens and drains the camera."""
        if self._thread is not None:
            return
        self._stopped.clear()
        self._trouble = None
        self._damaged_since = None
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
        self._check_alive(time.monotonic())
        return None

    def _check_alive(self, now: float) -> None:
        silent = now - self._alive_at
        if silent > _STALL_S:
            raise CameraError(
                "camera.stalled",
                f"the camera has sent no picture for {silent:.0f} s: unplug it and plug it in again, one on a ribbon"
                " cable only with the power off",
            )
        if self._damaged_since is not None and now - self._damaged_since > _STALL_S:
            raise CameraError(
                "camera.damaged",
                "all pictures arrive damaged: a shorter cable, another USB port, or another camera",
            )

    def _run(self) -> None:
        pause = self._first_retry_s
        while not self._stopped.is_set():
            self._healthy = False
            try:
                self._drain(self._source.open())
            except CameraError as error:
                self._report(error)
            if self._healthy:
                pause = self._first_retry_s
            if self._stopped.wait(pause):
                return
            pause = min(pause * 2, _LONGEST_RETRY_S)

    def _drain(self, stream: FrameStream) -> None:
        """Read until the source ends."""
        try:
            while (at := stream.grab(self._stopped)) is not None and not self._stopped.is_set():
                self._offer(stream, at)
        finally:
            stream.close()
        if not self._stopped.is_set():
            raise CameraError("camera.gone", "the camera stopped sending pictures: check its cable")

    def _offer(self, stream: FrameStream, at: float) -> None:
        with self._exchange:
            self._alive_at = at
            self._trouble = None
            if not self._wanted or self._offered is not None:
                return
            began = time.monotonic()
            image = stream.retrieve()
            if image is None:
                self._damaged_since = self._damaged_since or at
                return
            self._damaged_since = None
            self._healthy = True
            self._offered = CameraFrame(upright(image, self._turned), at)
            if self._turned:
                image.fill(0)  # a turned picture is a copy
            self._decode_s = time.monotonic() - began
            self._exchange.notify_all()

    def _report(self, error: CameraError) -> None:
        with self._exchange:
            self._trouble = error
            self._exchange.notify_all()


def is_device(source: int | str) -> bool:
    """Whether a config names a camera, not a file: by number, by a path under /dev, or as a board's own."""
    return isinstance(source, int) or source.startswith("/dev/") or board_camera(source) is not None


def make_camera(source: int | str, *, loop: bool = False, turned: int = 0) -> BackgroundCamera:
    """The camera a config names, or a video file in place of one; ``turned`` clockwise by 0, 90, 180 or 270 degrees."""
    return BackgroundCamera(_source(source, loop=loop), turned=turned)


def _source(name: int | str, *, loop: bool) -> FrameSource:
    if isinstance(name, int) or name.startswith("/dev/"):
        return DeviceSource(name)
    program = board_camera(name)
    return FileSource(Path(name), loop=loop) if program is None else ProgramSource(program)
