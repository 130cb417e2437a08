"""Cameras with something wrong with them, in front of the running watcher: it tells once, and goes on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest

from kiosk_app.demo.visitor_clip import VisitorPlan, draw_visit, write_visitor_clip
from tests.vision.capture_program import CaptureProgram, plain
from vision.camera import BackgroundCamera, make_camera
from vision.detectors.haar import HaarDetector
from vision.events import CameraBack, CameraLost, PersonArrived, PersonEngaged, VisionEvent
from vision.picture import PictureWatch
from vision.ports import Camera, Frame
from vision.presence import Presence
from vision.sources.device import DeviceStream
from vision.sources.stream import FrameStream
from vision.watcher import Watcher, WatcherSettings

PATIENCE_S = 30.0
STANDS = VisitorPlan(empty_s=0, approach_s=0, stay_s=2.0, leave_s=0, after_s=0, width=320, height=240, fps=10)
HERE = [np.asarray(picture, dtype=np.uint8) for picture in draw_visit(STANDS)]
QUICK = WatcherSettings(retry_s=0.02)


class Watched:
    """A watcher that runs, and what it tells."""

    def __init__(self, camera: Camera, detector: HaarDetector, settings: WatcherSettings = QUICK) -> None:
        self.events: queue.Queue[VisionEvent] = queue.Queue()
        self.all: list[VisionEvent] = []
        self._watcher = Watcher(camera, detector, Presence(), self.events.put, settings)

    def __enter__(self) -> Watched:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._watcher.stop()

    def until(self, kind: type[VisionEvent]) -> VisionEvent:
        """The next event of a kind."""
        while True:
            self.all.append(self.events.get(timeout=PATIENCE_S))
            if isinstance(self.all[-1], kind):
                return self.all[-1]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault is told in a third of a second instead of five or ten seconds."""
    monkeypatch.setattr("vision.watcher.PictureWatch", lambda: PictureWatch(fault_s=0.3, frozen_s=0.3))


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def large(picture: Frame, width: int = 640, height: int = 480) -> Frame:
    """The picture at another size."""
    return np.asarray(cv2.resize(picture, (width, height)), dtype=np.uint8)


@pytest.mark.usefixtures("at_once")
def test_unplugged_and_plugged_in_again(haar: HaarDetector, programs: Path) -> None:
    CaptureProgram(programs, "rpicam-vid", map(large, HERE), last=10)
    with Watched(make_camera("pi"), haar) as watched:
        lost = watched.until(CameraLost)
        assert isinstance(lost, CameraLost) and "no more frames" in lost.reason
        CaptureProgram(programs, "rpicam-vid", map(large, HERE))
        watched.until(CameraBack)
        watched.until(PersonEngaged)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [([large(HERE[0])], "same picture"), ([plain((level, level, level)) for level in (0, 1, 2)], "black")],
    ids=["frozen", "black"],
)
@pytest.mark.usefixtures("at_once")
def test_a_picture_that_is_none_of_the_hall(
    wrong: list[Frame], says: str, haar: HaarDetector, programs: Path
) -> None:
    fake = CaptureProgram(programs, "rpicam-vid", wrong)
    with Watched(make_camera("pi"), haar) as watched:
        lost = watched.until(CameraLost)
        assert isinstance(lost, CameraLost) and says in lost.reason
        CaptureProgram(programs, "rpicam-vid", map(large, HERE))
        fake.kill()
        watched.until(CameraBack)
        watched.until(PersonEngaged)


def test_at_one_picture_a_second_a_visitor_is_noticed_and_nothing_is_wrong(
    haar: HaarDetector, tmp_path: Path
) -> None:
    """In real time: waiting for a frame ends without one again and again."""
    plan = VisitorPlan(empty_s=1, approach_s=0, stay_s=8, leave_s=0, after_s=0, width=320, height=240, fps=1)
    clip = write_visitor_clip(tmp_path / "slow.avi", plan)
    settings = WatcherSettings(frame_timeout_s=0.4)
    with Watched(make_camera(str(clip), loop=True), haar, settings) as watched:
        engaged = watched.until(PersonEngaged)
    arrived = next(event for event in watched.all if isinstance(event, PersonArrived))
    assert engaged.at - arrived.at < 3.5
    assert not [event for event in watched.all if isinstance(event, CameraLost)]


def test_a_visitor_in_4k(haar: HaarDetector, tmp_path: Path) -> None:
    writer = cv2.VideoWriter(str(tmp_path / "4k.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 5, (3840, 2160))
    for picture in HERE[:6]:
        writer.write(large(picture, 3840, 2160))
    writer.release()
    with Watched(make_camera(str(tmp_path / "4k.avi"), loop=True), haar) as watched:
        watched.until(PersonEngaged)
    assert not [event for event in watched.all if isinstance(event, CameraLost)]


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_visitor_before_a_camera_that_is_mounted_turned(
    turned: int, haar: HaarDetector, tmp_path: Path
) -> None:
    pictures = [np.ascontiguousarray(np.rot90(picture, turned // 90)) for picture in HERE]
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(
        str(tmp_path / "turned.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (width, height)
    )
    for picture in pictures:
        writer.write(picture)
    writer.release()
    with Watched(make_camera(str(tmp_path / "turned.avi"), loop=True, turned=turned), haar) as watched:
        watched.until(PersonEngaged)


class Driver:
    """A camera's driver that hands over pictures in a format of its own."""

    def __init__(self, form: Callable[[Frame], object], coded: str) -> None:
        self._form = form
        self._coded = cv2.VideoWriter.fourcc(*coded)
        self._number = 0

    def grab(self) -> bool:
        threading.Event().wait(0.03)
        self._number += 1
        return True

    def retrieve(self) -> tuple[bool, object]:
        return True, self._form(HERE[self._number % len(HERE)])

    def get(self, _: int) -> float:
        return float(self._coded)

    def release(self) -> None:
        pass


class Formats:
    """A camera that has one format when it is opened first, and another from then on."""

    def __init__(self, *drivers: Driver) -> None:
        self._drivers = list(drivers)

    def open(self) -> FrameStream:
        driver = self._drivers.pop(0) if len(self._drivers) > 1 else self._drivers[0]
        return DeviceStream(cast("cv2.VideoCapture", driver))


def _grey(picture: Frame) -> Frame:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


GREY = Driver(_grey, "GREY")
DEEP = Driver(lambda picture: _grey(picture).astype(np.uint16) << 8, "Y16 ")
WITH_ALPHA = Driver(lambda picture: cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA), "AR24")
YUYV = Driver(lambda picture: np.zeros((*picture.shape[:2], 2), np.uint8), "YUYV")
MOSAIC = Driver(_grey, "RGGB")


@pytest.mark.parametrize("driver", [GREY, DEEP, WITH_ALPHA], ids=["grey", "16 bits", "BGRA"])
def test_a_visitor_in_another_format(driver: Driver, haar: HaarDetector) -> None:
    with Watched(BackgroundCamera(Formats(driver)), haar) as watched:
        watched.until(PersonEngaged)
    assert not [event for event in watched.all if isinstance(event, CameraLost)]


@pytest.mark.parametrize(("driver", "says"), [(YUYV, "2 uint8 (YUYV)"), (MOSAIC, "(RGGB)")])
def test_a_format_that_is_no_picture_is_told_once_and_the_next_one_is_taken(
    driver: Driver, says: str, haar: HaarDetector
) -> None:
    camera = BackgroundCamera(Formats(driver, driver, GREY), first_retry_s=0.05)
    with Watched(camera, haar) as watched:
        lost = watched.until(CameraLost)
        assert isinstance(lost, CameraLost) and says in lost.reason
        watched.until(PersonEngaged)
    assert [type(event) for event in watched.all[:2]] == [CameraLost, CameraBack]
