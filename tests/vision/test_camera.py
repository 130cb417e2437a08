"""Cameras: a real file behind the background thread, devices that are not there, files that are none."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from kiosk_app.demo.visitor_clip import VisitorPlan
from tests.vision.conftest import shared_video
from vision.camera import BackgroundCamera, is_device, make_camera
from vision.errors import CameraError
from vision.pixels import upright
from vision.ports import Frame
from vision.recorded import RecordedCamera
from vision.sources.device import DeviceSource
from vision.sources.recording import FileSource, FileStream
from vision.sources.stream import FrameStream

PATIENCE_S = 20.0


def test_the_newest_frame_comes_with_its_time(visitor_clip: Path) -> None:
    camera = BackgroundCamera(FileSource(visitor_clip))
    camera.start()
    try:
        first = camera.newest(PATIENCE_S)
        second = camera.newest(PATIENCE_S)
    finally:
        camera.stop()
    assert first is not None and second is not None
    assert first.image.shape == (240, 320, 3)
    assert second.at > first.at


def test_a_camera_can_be_started_again_after_a_stop(visitor_clip: Path) -> None:
    camera = make_camera(str(visitor_clip), loop=True)
    for _ in range(2):
        camera.start()
        camera.start()
        assert camera.newest(PATIENCE_S) is not None
        camera.stop()
        camera.stop()


def test_a_stopped_camera_leaves_no_thread(visitor_clip: Path) -> None:
    camera = make_camera(str(visitor_clip))
    camera.start()
    camera.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "camera"]


@pytest.mark.parametrize("device", [97, "/dev/video97"])
def test_a_camera_that_is_not_there_is_named(device: int | str) -> None:
    camera = make_camera(device)
    camera.start()
    try:
        with pytest.raises(CameraError, match="/dev/video97") as lost:
            camera.newest(PATIENCE_S)
    finally:
        camera.stop()
    assert lost.value.code == "camera.absent"


def test_a_device_that_is_no_camera_does_not_open(tmp_path: Path) -> None:
    no_camera = tmp_path / "video0"
    no_camera.write_bytes(b"")
    camera = BackgroundCamera(DeviceSource(str(no_camera)))
    camera.start()
    try:
        with pytest.raises(CameraError, match="does not open"):
            camera.newest(PATIENCE_S)
    finally:
        camera.stop()


class Impatient(FileSource):
    """A file that is shown as fast as it is read."""

    def open(self) -> FileStream:
        stream = super().open()
        stream.interval_s = 0.0
        return stream


def test_a_file_shown_once_ends_with_a_reason(visitor_clip: Path) -> None:
    camera = BackgroundCamera(Impatient(visitor_clip, loop=False), first_retry_s=0.01)
    camera.start()
    try:
        with pytest.raises(CameraError, match="is over"):
            while True:
                try:
                    camera.newest(PATIENCE_S)
                except CameraError as error:
                    if error.code != "camera.gone":
                        raise
    finally:
        camera.stop()


def test_a_looping_file_goes_on_beyond_its_end(visitor_clip: Path, visitor_plan: VisitorPlan) -> None:
    source = Impatient(visitor_clip, loop=True)
    stream = source.open()
    frames = round(visitor_plan.duration_s * visitor_plan.fps)
    stopped = threading.Event()
    try:
        assert all(stream.grab(stopped) is not None for _ in range(3 * frames))
    finally:
        stream.close()


class Other:
    """Another stream with something wrong with it; here nothing is."""

    def __init__(self, stream: FrameStream) -> None:
        self._stream = stream

    def grab(self, stopped: threading.Event) -> float | None:
        return self._stream.grab(stopped)

    def retrieve(self) -> Frame | None:
        return self._stream.retrieve()

    def close(self) -> None:
        self._stream.close()


class ThreeFrames(Other):
    """The cable is pulled after three frames."""

    left = 3

    def grab(self, stopped: threading.Event) -> float | None:
        self.left -= 1
        return super().grab(stopped) if self.left >= 0 else None


class Unplugged:
    """A camera that is pulled out after three frames and comes back at the second attempt to open it."""

    def __init__(self, path: Path) -> None:
        self._file = FileSource(path)
        self.opened = 0

    def open(self) -> FrameStream:
        self.opened += 1
        if self.opened == 2:
            raise CameraError("camera.absent", "there is no camera")
        return self._file.open() if self.opened > 2 else ThreeFrames(self._file.open())


def test_a_camera_that_was_pulled_out_comes_back(visitor_clip: Path) -> None:
    source = Unplugged(visitor_clip)
    camera = BackgroundCamera(source, first_retry_s=0.01)
    camera.start()
    reasons: list[str] = []
    try:
        frame = None
        while source.opened < 3 or frame is None:
            try:
                frame = camera.newest(PATIENCE_S)
            except CameraError as error:
                reasons.append(error.code)
    finally:
        camera.stop()
    assert set(reasons) <= {"camera.gone", "camera.absent"} and reasons


class Silent(Other):
    """A driver that hangs."""

    def grab(self, stopped: threading.Event) -> float | None:
        stopped.wait()
        return None


class Damaged(Other):
    """A cable so bad that no picture arrives whole."""

    def retrieve(self) -> Frame | None:
        return None


class Showing:
    """A source of one kind of stream."""

    def __init__(self, path: Path, kind: type[Other]) -> None:
        self._file = Impatient(path)
        self._kind = kind

    def open(self) -> FrameStream:
        return self._kind(self._file.open())


@pytest.mark.parametrize(
    ("kind", "code", "says"),
    [(Silent, "camera.stalled", "no picture for"), (Damaged, "camera.damaged", "a shorter cable")],
)
def test_a_camera_that_gives_no_picture_is_told(
    kind: type[Other], code: str, says: str, visitor_clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vision.camera._STALL_S", 0.2)
    camera = BackgroundCamera(Showing(visitor_clip, kind))
    camera.start()
    try:
        with pytest.raises(CameraError, match=says) as lost:
            while True:
                assert camera.newest(0.05) is None
    finally:
        camera.stop()
    assert lost.value.code == code


def test_a_recording_is_given_on_virtual_time(visitor_clip: Path, visitor_plan: VisitorPlan) -> None:
    camera = RecordedCamera(visitor_clip)
    camera.start()
    times: list[float] = []
    with pytest.raises(CameraError) as ended:
        while True:
            frame = camera.newest(0)
            assert frame is not None
            times.append(frame.at)
            camera.wait(0.25)
    camera.stop()
    assert ended.value.code == "recording.ended"
    assert times[:4] == pytest.approx([0.0, 0.2, 0.5, 0.8], abs=0.11)
    assert camera.duration_s == pytest.approx(visitor_plan.duration_s)


def test_every_frame_is_given_once_without_waiting(visitor_clip: Path, visitor_plan: VisitorPlan) -> None:
    camera = RecordedCamera(visitor_clip)
    camera.start()
    times: list[float] = []
    with pytest.raises(CameraError):
        while (frame := camera.newest(0)) is not None:
            times.append(frame.at)
    camera.stop()
    assert times == pytest.approx([index / 10 for index in range(round(visitor_plan.duration_s * 10))])


def test_a_recording_must_be_opened_first(visitor_clip: Path) -> None:
    with pytest.raises(CameraError, match="start"):
        RecordedCamera(visitor_clip).newest(0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "recording.missing"),
        (b"", "recording.empty"),
        (b"RIFF\0\0 rubbish" * 40, "recording.unreadable"),
    ],
)
def test_what_is_no_recording_says_so(tmp_path: Path, content: bytes | None, code: str) -> None:
    path = tmp_path / "clip.avi"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CameraError, match=r"clip\.avi") as refused:
        RecordedCamera(path).start()
    assert refused.value.code == code


def test_a_truncated_recording_ends_early_or_is_refused(visitor_clip: Path, tmp_path: Path) -> None:
    whole = visitor_clip.read_bytes()
    for share in (0.01, 0.3, 0.7, 0.99):
        cut = tmp_path / "cut.avi"
        cut.write_bytes(whole[: int(len(whole) * share)])
        camera = RecordedCamera(cut)
        with pytest.raises(CameraError) as ended:
            camera.start()
            while True:
                camera.newest(0)
        camera.stop()
        assert ended.value.code in ("recording.ended", "recording.unreadable")


def test_a_real_video_cut_in_half_is_refused_or_ends(tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    whole = shared_video("bottle-detection.mp4").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CameraError, match="copy it again"):
        RecordedCamera(cut).start()


@pytest.mark.parametrize(
    ("turned", "top_is_at"), [(0, np.s_[0, 1]), (90, np.s_[1, 0]), (180, np.s_[-1, 1]), (270, np.s_[1, -1])]
)
def test_a_camera_mounted_turned_shows_the_hall_upright(turned: int, top_is_at: tuple[int, int]) -> None:
    """Who turns the camera clockwise sees what is above on the left of its picture."""
    picture = np.zeros((3, 3, 3), np.uint8)
    picture[top_is_at] = 255
    assert upright(picture, turned)[0, 1].tolist() == [255, 255, 255]


def test_of_a_turned_picture_only_the_upright_one_is_left(visitor_clip: Path) -> None:
    kept: list[Frame] = []

    class Keeping(Other):
        def retrieve(self) -> Frame | None:
            image = super().retrieve()
            kept.extend([] if image is None else [image])
            return image

    camera = BackgroundCamera(Showing(visitor_clip, Keeping), turned=90)
    camera.start()
    try:
        frame = camera.newest(PATIENCE_S)
    finally:
        camera.stop()
    assert frame is not None and frame.image.any()
    assert kept and not any(image.any() for image in kept)


@pytest.mark.parametrize(
    ("source", "device"),
    [(0, True), ("/dev/video2", True), ("pi", True), ("pi:1", True), ("jetson:1", True), ("pi.mp4", False)],
)
def test_only_a_camera_never_sends_the_same_picture_twice(source: int | str, *, device: bool) -> None:
    assert is_device(source) is device
