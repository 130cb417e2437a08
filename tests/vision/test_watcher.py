"""The watcher: real detector and real clip on virtual time, and the thread with real files and no camera."""

from __future__ import annotations

import queue
import time
from pathlib import Path

import numpy as np
import pytest

from kiosk_app.demo.visitor_clip import VisitorPlan, write_visitor_clip
from tests.vision.conftest import shared_video
from vision.camera import make_camera
from vision.detectors.haar import HaarDetector
from vision.detectors.yunet import YuNetDetector
from vision.errors import CameraError
from vision.events import (
    CameraBack,
    CameraLost,
    CustomerLeft,
    PersonArrived,
    PersonEngaged,
    PersonLeft,
    PersonNear,
    VisionEvent,
)
from vision.ports import CameraFrame, Detection, Detector, Frame
from vision.presence import Presence
from vision.recorded import RecordedCamera
from vision.watcher import Watcher, WatcherSettings

PATIENCE_S = 30.0


def watch(path: Path, detector: Detector) -> tuple[list[VisionEvent], Watcher]:
    """Everything seen in a recording, on virtual time."""
    events: list[VisionEvent] = []
    camera = RecordedCamera(path)
    watcher = Watcher(
        camera, detector, Presence(), events.append, wait=camera.wait, clock=lambda: camera.now, live=False
    )
    watcher.run()
    return events, watcher


@pytest.mark.parametrize("name", ["haar", "yunet"])
def test_the_drawn_visit_is_told_as_it_was(
    name: str, request: pytest.FixtureRequest, visitor_clip: Path, visitor_plan: VisitorPlan
) -> None:
    events, watcher = watch(visitor_clip, request.getfixturevalue(name))
    # The drawn visitor comes into view within reach already, and so does not approach.
    assert [type(event) for event in events] == [
        PersonArrived, PersonNear, PersonEngaged, CustomerLeft, PersonLeft
    ]  # fmt: skip
    arrived, near, engaged, _, left = events
    stays_from = visitor_plan.empty_s + visitor_plan.approach_s
    stays_until = stays_from + visitor_plan.stay_s
    assert visitor_plan.empty_s <= arrived.at <= stays_from
    assert arrived.at <= near.at < engaged.at < stays_until
    assert engaged.at - near.at >= 0.55
    assert stays_until - 0.2 <= left.at <= stays_until + visitor_plan.leave_s
    # Fewer looks than frames: the hall was empty part of the time.
    assert watcher.looks < visitor_plan.duration_s * visitor_plan.fps


def test_the_detector_looks_only_where_something_moves(haar: HaarDetector) -> None:
    """Bottles are put down and taken away for a part of these 40 seconds."""
    events, watcher = watch(shared_video("bottle-detection.mp4"), haar)
    assert events == []
    assert 39.85 / 2 < watcher.looks < 4 * 39.85 * 0.8


def test_an_empty_hall_is_looked_at_every_two_seconds(haar: HaarDetector, tmp_path: Path) -> None:
    plan = VisitorPlan(
        empty_s=12, approach_s=0, stay_s=0, leave_s=0, after_s=0, width=320, height=240, fps=10
    )
    events, watcher = watch(write_visitor_clip(tmp_path / "empty.avi", plan), haar)
    assert events == []
    assert 6 <= watcher.looks <= 8


@pytest.mark.parametrize(
    ("name", "people"),
    [("classroom.gif", 4), ("face-demographics-walking.gif", 2), ("head-pose-face-detection-female.gif", 1)],
)
def test_real_people_are_a_visit(yunet: YuNetDetector, name: str, people: int) -> None:
    events: list[VisionEvent] = []
    camera, presence = RecordedCamera(shared_video(name)), Presence()
    Watcher(
        camera, yunet, presence, events.append, wait=camera.wait, clock=lambda: camera.now, live=False
    ).run()
    assert isinstance(events[0], PersonArrived) and events[0].at <= 0.1
    assert presence.present and presence.peak == people


def test_bottles_are_no_visit(yunet: YuNetDetector) -> None:
    assert watch(shared_video("bottle-detection.mp4"), yunet)[0] == []


def test_the_thread_tells_of_the_person_in_front_of_a_running_camera(
    haar: HaarDetector, visitor_clip: Path
) -> None:
    events: queue.Queue[VisionEvent] = queue.Queue()
    watcher = Watcher(make_camera(str(visitor_clip), loop=True), haar, Presence(), events.put)
    watcher.start()
    watcher.start()
    try:
        assert isinstance(events.get(timeout=PATIENCE_S), PersonArrived)
    finally:
        watcher.stop()
        watcher.stop()


def test_no_camera_is_one_event_with_the_reason(haar: HaarDetector) -> None:
    events: queue.Queue[VisionEvent] = queue.Queue()
    settings = WatcherSettings(retry_s=0.01)
    watcher = Watcher(make_camera(97), haar, Presence(), events.put, settings)
    watcher.start()
    try:
        lost = events.get(timeout=PATIENCE_S)
        assert isinstance(lost, CameraLost) and "/dev/video97" in lost.reason and "cable" in lost.reason
    finally:
        watcher.stop()
    assert events.empty()


class ScriptedCamera:
    """A camera on virtual time that plays a script: a frame, an error, or None for a frame that is late."""

    def __init__(self, script: list[CameraFrame | CameraError | None]) -> None:
        self._script = script
        self.now = 0.0
        self.stopped = False

    def start(self) -> None:
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        return not self._script

    def newest(self, timeout: float) -> CameraFrame | None:
        item = self._script.pop(0)
        if isinstance(item, CameraError):
            raise item
        return item


def run_script(script: list[CameraFrame | CameraError | None], detector: Detector) -> list[VisionEvent]:
    events: list[VisionEvent] = []
    camera = ScriptedCamera(script)
    Watcher(camera, detector, Presence(), events.append, wait=camera.wait, clock=lambda: camera.now).run()
    assert camera.stopped
    return events


def test_lost_and_back_are_told_once_each(haar: HaarDetector) -> None:
    frame = CameraFrame(np.zeros((120, 160, 3), dtype=np.uint8), 100.0)
    gone = CameraError("camera.gone", "pulled out")
    events = run_script([frame, gone, gone, gone, None, frame, frame, gone], haar)
    assert [type(event) for event in events] == [CameraLost, CameraBack, CameraLost]
    assert events[1] == CameraBack(100.0)


def test_a_frame_that_is_no_picture_is_a_lost_camera_not_a_crash(haar: HaarDetector) -> None:
    broken = CameraFrame(np.zeros((120, 160, 2), dtype=np.uint8), 1.0)
    sound = CameraFrame(np.zeros((120, 160, 3), dtype=np.uint8), 2.0)
    events = run_script([broken, broken, sound], haar)
    assert [type(event) for event in events] == [CameraLost, CameraBack]


@pytest.mark.parametrize(("live", "rest"), [(True, 0.2), (False, 0.05)])
def test_a_board_for_which_a_look_is_dear_looks_less_often(live: bool, rest: float) -> None:
    """Hearing and the screen need the cores too; a recording is looked at as it is."""

    class Slow:
        name = "slow"

        def detect(self, frame: Frame) -> list[Detection]:
            began = time.thread_time()
            while time.thread_time() - began < 0.05:
                pass
            return []

    frames = [CameraFrame(np.full((120, 160, 3), 50 * at, dtype=np.uint8), float(at)) for at in range(4)]
    camera = ScriptedCamera([*frames])
    rests: list[float] = []

    def wait(seconds: float) -> bool:
        rests.append(seconds)
        return camera.wait(seconds)

    settings = WatcherSettings(idle_fps=20, attentive_fps=20, most_busy=0.2)
    Watcher(
        camera, Slow(), Presence(), lambda _: None, settings, wait=wait, clock=lambda: camera.now, live=live
    ).run()
    assert rests == pytest.approx([rest] * 4, abs=0.02)


def test_an_unreadable_recording_is_an_error_of_the_caller(haar: HaarDetector, tmp_path: Path) -> None:
    with pytest.raises(CameraError, match="there is no video file"):
        watch(tmp_path / "none.avi", haar)
