"""The boards' own cameras: what their programs are asked for, and that what they write becomes the picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.vision.capture_program import CaptureProgram, plain
from vision.camera import BackgroundCamera, make_camera
from vision.errors import CameraError
from vision.ports import Frame
from vision.sources.boards import board_camera
from vision.sources.program import ProgramSource

PATIENCE_S = 20.0
RED = (0, 0, 255)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def picture(camera: BackgroundCamera) -> Frame:
    """One picture of a camera, which is stopped then."""
    camera.start()
    try:
        frame = camera.newest(PATIENCE_S)
    finally:
        camera.stop()
    assert frame is not None
    return frame.image


@pytest.mark.parametrize(
    ("name", "program", "number"),
    [("pi", "rpicam-vid", "0"), ("pi:1", "rpicam-vid", "1"), ("pi", "libcamera-vid", "0")],
)
def test_a_raspberry_pi_camera(name: str, program: str, number: str, programs: Path) -> None:
    fake = CaptureProgram(programs, program, [plain(RED)])
    image = picture(make_camera(name))
    assert fake.arguments == [
        "--camera", number, "--timeout", "0", "--nopreview", "--verbose=0", "--codec", "yuv420",
        "--width", "640", "--height", "480", "--framerate", "15", "--flush", "--output", "-",
    ]  # fmt: skip
    assert fake.standard_input == "/dev/null"
    assert image.shape == (480, 640, 3)
    assert np.abs(image.astype(int) - RED).max() < 4
    assert not fake.runs


def test_the_newer_program_of_a_raspberry_pi_is_taken_where_both_are(programs: Path) -> None:
    CaptureProgram(programs, "libcamera-vid", [plain(RED)])
    CaptureProgram(programs, "rpicam-vid", [plain(RED)])
    program = board_camera("pi")
    assert program is not None and program.command()[0] == str(programs / "rpicam-vid")


@pytest.mark.parametrize(("name", "number"), [("jetson", 0), ("jetson:1", 1)])
def test_a_jetson_camera(name: str, number: int, programs: Path) -> None:
    fake = CaptureProgram(
        programs,
        "gst-launch-1.0",
        [plain(RED, 640, 360)],
        descriptor=3,
        full_range=False,
        noise="GST_ARGUS: Creating output stream",
    )
    image = picture(make_camera(name))
    assert " ".join(fake.arguments) == (
        f"-q nvarguscamerasrc sensor-id={number}"
        " ! video/x-raw(memory:NVMM),width=1280,height=720,framerate=30/1,format=NV12"
        " ! nvvidconv ! video/x-raw,format=I420,width=640,height=360"
        " ! queue leaky=downstream max-size-buffers=1 ! fdsink fd=3 sync=false"
    )
    assert fake.standard_input == "/dev/null"
    assert image.shape == (360, 640, 3)
    assert np.abs(image.astype(int) - RED).max() < 4, "what the driver prints got among the frames"
    assert not fake.runs


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("pi", "no program rpicam-vid or libcamera-vid on this machine: sudo apt install rpicam-apps-lite"),
        ("jetson", "no program gst-launch-1.0 on this machine: sudo apt install gstreamer1.0-tools"),
    ],
)
@pytest.mark.usefixtures("programs")
def test_a_program_that_is_not_installed_is_named_with_its_package(name: str, says: str) -> None:
    with pytest.raises(CameraError, match=says) as missing:
        picture(make_camera(name))
    assert missing.value.code == "camera.program_missing"


def test_a_program_that_cannot_be_run_says_so(programs: Path) -> None:
    broken = programs / "rpicam-vid"
    broken.write_bytes(b"\x7fELF")
    broken.chmod(0o755)
    program = board_camera("pi")
    assert program is not None
    with pytest.raises(CameraError, match="does not start") as refused:
        ProgramSource(program).open()
    assert refused.value.code == "camera.program_failed"


@pytest.mark.parametrize("name", ["pi:x", "pi:", "pi:12", "jetson 1", "Jetson:1", "PI"])
def test_a_misspelt_camera_is_told(name: str) -> None:
    if name == "jetson 1":
        assert board_camera(name) is None, "a file may be called so"
        return
    with pytest.raises(CameraError, match="pi:1 or jetson:1") as refused:
        board_camera(name)
    assert refused.value.code == "camera.source"


def test_the_full_range_of_a_raspberry_pi_keeps_a_dark_hall_apart_from_black(programs: Path) -> None:
    """Taken for the narrow range, what has a luma of 16 would be black."""
    CaptureProgram(programs, "rpicam-vid", [plain((16, 16, 16))])
    assert np.abs(picture(make_camera("pi")).astype(int) - 16).max() <= 1
