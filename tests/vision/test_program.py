"""A camera behind a capture program: GStreamer with its test picture, and programs that end, hang and are killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.vision.capture_program import CaptureProgram, plain
from vision.camera import BackgroundCamera
from vision.errors import CameraError
from vision.ports import CameraFrame
from vision.sources.program import Program, ProgramSource, ProgramStream

PATIENCE_S = 20.0
WIDTH, HEIGHT, FPS = 320, 240, 30


@pytest.fixture(params=[1, 3], ids=["standard output", "descriptor 3"])
def gstreamer(request: pytest.FixtureRequest) -> int:
    """The descriptor that GStreamer writes to, where it is installed."""
    if shutil.which("gst-launch-1.0") is None:
        pytest.skip("gst-launch-1.0 is not installed: sudo apt install gstreamer1.0-tools")
    return int(request.param)


def gst_camera(settings: str, descriptor: int) -> Program:
    """GStreamer's moving test picture, live."""
    pipeline = (
        f"videotestsrc is-live=true {settings}"
        f" ! video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={FPS}/1"
        f" ! queue leaky=downstream max-size-buffers=1 ! fdsink fd={descriptor} sync=false"
    )
    return Program(
        ("gst-launch-1.0",),
        ("-q", *pipeline.split()),
        "gstreamer1.0-tools",
        WIDTH,
        HEIGHT,
        descriptor,
    )


def newest(camera: BackgroundCamera) -> CameraFrame:
    """The newest frame, however long it takes."""
    while (frame := camera.newest(PATIENCE_S)) is None:
        pass
    return frame


def children() -> set[int]:
    """Processes of this one, zombies among them."""
    return {child.pid for child in psutil.Process().children()}


@pytest.mark.parametrize(
    ("pattern", "bgr"),
    [("red", (0, 0, 255)), ("green", (0, 255, 0)), ("blue", (255, 0, 0)), ("white", (255, 255, 255))],
)
def test_colours_are_right(pattern: str, bgr: tuple[int, int, int], gstreamer: int) -> None:
    camera = BackgroundCamera(ProgramSource(gst_camera(f"pattern={pattern}", gstreamer)))
    camera.start()
    try:
        image = newest(camera).image
    finally:
        camera.stop()
    assert image.shape == (HEIGHT, WIDTH, 3) and image.dtype == np.uint8
    assert np.abs(image.astype(int) - bgr).max() <= 2


def test_the_newest_frame_is_the_newest(gstreamer: int) -> None:
    """A bar moves on by two pixels a frame: where it is says how old a frame is."""
    camera = BackgroundCamera(ProgramSource(gst_camera("pattern=bar horizontal-speed=2", gstreamer)))
    camera.start()
    try:
        first = newest(camera)
        threading.Event().wait(0.7)  # nobody looks meanwhile
        second = newest(camera)
    finally:
        camera.stop()
    moved = (_left_edge(second) - _left_edge(first)) % WIDTH
    moved = min(moved, WIDTH - moved)
    passed = second.at - first.at
    assert passed >= 0.7
    assert moved / 2 / FPS == pytest.approx(passed, abs=0.1)


def _left_edge(frame: CameraFrame) -> int:
    row = frame.image[HEIGHT // 2].mean(axis=1)
    steps = row - np.roll(row, 1)
    return int(np.argmax(steps))


def test_a_program_that_is_killed_is_an_error_and_the_camera_comes_back_by_itself(gstreamer: int) -> None:
    streams: list[ProgramStream] = []

    class Counting(ProgramSource):
        def open(self) -> ProgramStream:
            streams.append(super().open())
            return streams[-1]

    camera = BackgroundCamera(Counting(gst_camera("pattern=red", gstreamer)), first_retry_s=0.05)
    camera.start()
    try:
        newest(camera)
        os.kill(streams[0].pid, signal.SIGKILL)
        with pytest.raises(CameraError, match=r"gst-launch-1.0 has ended \(killed by SIGKILL\)") as lost:
            while True:
                newest(camera)
        assert lost.value.code == "camera.program_ended"
        while len(streams) < 2:
            threading.Event().wait(0.02)
        assert _comes_back(camera)
    finally:
        camera.stop()


def _comes_back(camera: BackgroundCamera) -> bool:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            return bool(newest(camera).image.any())
        except CameraError:
            threading.Event().wait(0.02)
    return False


def test_stopping_leaves_no_process(gstreamer: int) -> None:
    before = children()
    camera = BackgroundCamera(ProgramSource(gst_camera("pattern=red", gstreamer)))
    camera.start()
    newest(camera)
    assert len(children() - before) == 1
    began = time.monotonic()
    camera.stop()
    assert children() <= before
    assert time.monotonic() - began < 1.5


def test_what_a_program_says_before_it_ends_is_in_the_error(gstreamer: int) -> None:
    program = Program(("gst-launch-1.0",), ("-q", "nosuchcamera", "!", "fakesink"), "x", descriptor=gstreamer)
    stream = ProgramSource(program).open()
    with pytest.raises(CameraError, match=r'has ended .*no element "nosuchcamera".*ribbon cable'):
        stream.grab(threading.Event())
    stream.close()


def shell(script: str, first_s: float = 10.0) -> Program:
    """A program of a line of shell."""
    return Program(("sh",), ("-c", script), "dash", 16, 16, first_s=first_s)


FRAME = "head -c 384 /dev/zero"
"""As many bytes as a frame of 16 × 16 has."""


def test_a_program_that_hangs_is_told_and_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vision.sources.program._SILENCE_S", 0.1)
    monkeypatch.setattr("vision.sources.program._NOTICE_S", 0.05)
    monkeypatch.setattr("vision.sources.program._END_S", 0.1)
    stream = ProgramSource(shell(f"trap '' INT; {FRAME}; while :; do sleep 1; done")).open()
    assert stream.grab(threading.Event()) is not None
    with pytest.raises(CameraError, match=r"sent no picture for 0\.1 s") as lost:
        stream.grab(threading.Event())
    stream.close()
    assert lost.value.code == "camera.stalled"
    assert stream.pid not in children()


def test_a_program_that_never_begins_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vision.sources.program._NOTICE_S", 0.05)
    stream = ProgramSource(shell("echo waiting for the sensor >&2; exec sleep 60", first_s=0.3)).open()
    with pytest.raises(CameraError, match=r"no picture for 0.3 s \(waiting for the sensor\)"):
        stream.grab(threading.Event())
    stream.close()


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("exit 3", "exit status 3"),
        (f"{FRAME}; head -c 100 /dev/zero", "exit status 0"),
        (
            "echo one >&2; echo 'ERROR: *** no cameras available ***' >&2; echo done >&2",
            "no cameras available",
        ),
        ("exec >&-; exec 2>&-; exec sleep 60", "it closed its output"),
    ],
)
def test_a_program_that_ends_is_told(script: str, says: str) -> None:
    stream = ProgramSource(shell(script)).open()
    with pytest.raises(CameraError, match="has ended") as lost:
        while True:
            stream.grab(threading.Event())
    stream.close()
    assert says in lost.value.message
    assert stream.pid not in children()


def test_endless_complaints_neither_stop_the_frames_nor_are_kept() -> None:
    stream = ProgramSource(
        shell(f"while :; do {FRAME}; head -c 5000 /dev/zero | tr '\\0' x >&2; done")
    ).open()
    for _ in range(40):
        assert stream.grab(threading.Event()) is not None
    stream.close()
    assert len(stream._noise) <= 2048


def test_a_stream_notices_within_half_a_second_that_it_is_to_stop() -> None:
    stream = ProgramSource(shell("exec sleep 60")).open()
    stopped = threading.Event()
    threading.Timer(0.05, stopped.set).start()
    began = time.monotonic()
    assert stream.grab(stopped) is None
    assert time.monotonic() - began < 0.55
    stream.close()


def test_a_closed_stream_keeps_nothing_of_its_last_frame(tmp_path: Path) -> None:
    fake = CaptureProgram(tmp_path, "white", [plain((255, 255, 255), 16, 16)])
    stream = ProgramSource(Program((str(fake.path),), (), "x", 16, 16)).open()
    stream.grab(threading.Event())
    frame = stream._frame
    assert any(frame)
    stream.close()
    assert not any(frame)


def test_the_program_does_not_outlive_the_kiosk(tmp_path: Path) -> None:
    fake = CaptureProgram(tmp_path, "camera", [plain((0, 0, 0), 16, 16)])
    kiosk = (
        "import os, signal, threading; from vision.sources.program import Program, ProgramSource\n"
        f"stream = ProgramSource(Program(({str(fake.path)!r},), (), 'x', 16, 16)).open()\n"
        "stream.grab(threading.Event())\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", kiosk], check=False)
    assert done.returncode == -signal.SIGKILL
    until = time.monotonic() + PATIENCE_S
    while fake.runs and Path(f"/proc/{fake.pid}/stat").read_text().split()[2] != "Z":
        assert time.monotonic() < until, "the program outlived the kiosk"
        threading.Event().wait(0.02)
