"""The thread that looks: camera → detector → scene → presence → events.

While the hall is empty it looks seldom, and the detector only where something has moved. Every frame is overwritten as
soon as it has been looked at. For as long as a technician looks, small copies go to that viewer (vision/live.py).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from vision.errors import CameraError, VisionError
from vision.events import CameraBack, CameraLost, VisionEvent
from vision.live import LiveView, Viewer
from vision.picture import Glances, PictureWatch
from vision.ports import Camera, CameraFrame, Detection, Detector
from vision.presence import Presence
from vision.scene import Scene

_log = logging.getLogger(__name__)

_STOP_S = 4.0

Wait: TypeAlias = Callable[[float], bool]
"""Waits for some seconds; True when the waiting was cut short because the work is to end."""


class WatcherSettings(BaseModel):
    """How often to look, in looks a second."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    idle_fps: float = Field(default=4.0, gt=0, le=60, description="Looks a second while nobody is here")
    attentive_fps: float = Field(
        default=10.0, gt=0, le=60, description="Looks a second while somebody is here"
    )
    frame_timeout_s: float = Field(default=1.0, gt=0, description="How long to wait for one frame")
    recheck_s: float = Field(
        default=2.0, ge=0, description="The detector looks so often where nothing moves and nobody is."
    )
    most_busy: float = Field(
        default=0.25,
        gt=0,
        le=1,
        description="Share of one core that detecting may take; a slow board looks less often.",
    )
    retry_s: float = Field(default=0.5, gt=0, description="Pause between looks while the camera is away")


class Watcher:
    """Owns the camera and the detector; calls ``emit`` from its own thread."""

    def __init__(
        self,
        camera: Camera,
        detector: Detector,
        presence: Presence,
        emit: Callable[[VisionEvent], None],
        settings: WatcherSettings | None = None,
        *,
        scene: Scene | None = None,
        live: bool = True,
        wait: Wait | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Join the parts.

        ``live``: the camera is one, and never sends the same picture twice. ``wait`` and ``clock`` replace real time
        for a recording on virtual time.
        """
        self._camera = camera
        self._detector = detector
        self._presence = presence
        self._post = emit
        self._settings = settings or WatcherSettings()
        self._scene = scene or Scene()
        self._live_view = LiveView(self._scene, detector.name, presence.near_m)
        self._glances = Glances()
        self._pictures = PictureWatch()
        self._live = live
        self._detected_at = float("-inf")
        self._spent = 0.0
        self._stopped = threading.Event()
        self._wait = wait or self._stopped.wait
        self._clock = clock
        self._thread: threading.Thread | None = None
        self._lost = False
        self._looks = 0

    @property
    def looks(self) -> int:
        """Frames the detector has looked at."""
        return self._looks

    def view(self, viewer: Viewer | None) -> None:
        """Hand what is seen to ``viewer`` from now on, a few times a second, or to nobody; from any thread."""
        self._live_view.view(viewer)

    def start(self) -> None:
        """Start watching in a thread of its own; a missing camera is an event, not an error."""
        if self._thread is not None:
            return
        self._stopped.clear()
        self._thread = threading.Thread(target=self.run, name="watcher", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching and let the camera go."""
        self._stopped.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(_STOP_S)

    def run(self) -> None:
        """Watch in the calling thread until ``stop``, or until a recording ends.

        Raises ``CameraError`` when the camera is a recording that cannot be opened.
        """
        self._camera.start()
        try:
            while not self._stopped.is_set():
                began = self._clock()
                pause = self._look()
                if pause is None or self._wait(max(self._rest(), pause - (self._clock() - began))):
                    return
        finally:
            self._camera.stop()
            self._glances.forget()

    def _rest(self) -> float:
        """Seconds that are owed for the last detection: the cores belong to hearing and to the screen first."""
        spent, self._spent = self._spent, 0.0
        return spent * (1 / self._settings.most_busy - 1) if self._live else 0.0

    def _look(self) -> float | None:
        """One look; seconds from its beginning until the next, None when a recording is over."""
        settings = self._settings
        try:
            frame = self._camera.newest(settings.frame_timeout_s)
            if frame is not None:
                self._observe(frame)
        except VisionError as error:
            if error.code == "recording.ended":
                return None
            self._note_lost(error)
            return settings.retry_s
        return 1.0 / (settings.attentive_fps if self._presence.attentive else settings.idle_fps)

    def _observe(self, frame: CameraFrame) -> None:
        try:
            glance = self._glances.take(frame.image)
            trouble = self._pictures.take(frame.at, glance, frozen_counts=self._live)
            if trouble:
                self._note_lost(CameraError("camera.no_picture", trouble))
                return
            found = self._found(frame, moved=glance.moved)
            self._tell(frame, found)
            self._live_view.show(frame, found, self._presence)
        finally:
            frame.image.fill(0)

    def _tell(self, frame: CameraFrame, found: list[Detection]) -> None:
        """What has come of a frame."""
        if self._lost:
            self._lost = False
            _log.info("the camera is back")
            self._emit(CameraBack(frame.at))
        height, width = frame.image.shape[:2]
        for event in self._presence.update(frame.at, self._scene.read(found, width, height)):
            self._emit(event)

    def _found(self, frame: CameraFrame, *, moved: bool) -> list[Detection]:
        """Who is in a frame; nobody without asking the detector, where nothing has moved and nobody was."""
        rested = frame.at - self._detected_at < self._settings.recheck_s
        if rested and not moved and not self._presence.attentive:
            return []
        self._detected_at = frame.at
        began = time.thread_time()
        found = self._detector.detect(frame.image)
        self._spent = time.thread_time() - began
        self._looks += 1
        return found

    def _emit(self, event: VisionEvent) -> None:
        self._live_view.tell(event)
        self._post(event)

    def _note_lost(self, error: VisionError) -> None:
        if self._lost:
            return
        self._lost = True
        _log.warning("no picture (%s): %s", error.code, error.message)
        self._emit(CameraLost(self._clock(), error.message))
