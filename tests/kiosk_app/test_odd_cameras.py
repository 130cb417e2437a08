"""What the doctor says of a camera with something wrong with it: the state, the reason, and the fix."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk_app.camera_check import check_camera
from kiosk_app.config import CameraConfig, KioskConfig
from kiosk_app.demo.visitor_clip import VisitorPlan, draw_visit
from tests.vision.capture_program import CaptureProgram, plain
from vision.errors import CameraError
from vision.ports import Frame
from vision.sources.recording import FileSource, FileStream

STANDS = VisitorPlan(empty_s=0, approach_s=0, stay_s=0.4, leave_s=0, after_s=0, fps=15)
HERE = [np.asarray(picture, dtype=np.uint8) for picture in draw_visit(STANDS)]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def config(tmp_path: Path, source: str | int = "pi", turned: int = 0) -> KioskConfig:
    """A kiosk with a camera that is on."""
    camera = CameraConfig.model_validate(
        {
            "enabled": True,
            "notice": {"zh": "本厅装有摄像头"},
            "source": source,
            "loop": True,
            "detector": "haar",
            "turned": turned,
        }
    )
    return KioskConfig(data_dir=tmp_path, camera=camera)


def clip(path: Path, pictures: Sequence[Frame], fps: float = 15.0) -> str:
    """A recording in place of a camera."""
    height, width = pictures[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, (width, height))
    for picture in pictures:
        writer.write(picture)
    writer.release()
    return str(path)


def test_a_board_s_camera_that_works(tmp_path: Path, programs: Path) -> None:
    CaptureProgram(programs, "rpicam-vid", HERE, fps=15)
    finding = check_camera(config(tmp_path))
    assert finding.state == "ok", finding
    assert "640×480" in finding.figure and "1 in view" in finding.figure


@pytest.mark.usefixtures("programs")
def test_no_program_for_the_board_s_camera(tmp_path: Path) -> None:
    finding = check_camera(config(tmp_path))
    assert finding.state == "fail"
    assert "rpicam-apps-lite" in finding.figure and "install" in finding.fix


def test_unplugged_at_the_start(tmp_path: Path, programs: Path) -> None:
    missing = programs / "rpicam-vid"
    missing.write_text("#!/bin/sh\necho 'ERROR: *** no cameras available ***' >&2\nexit 255\n")
    missing.chmod(0o755)
    finding = check_camera(config(tmp_path))
    assert finding.state == "fail"
    assert "no cameras available" in finding.figure and "ribbon cable" in finding.fix


def test_unplugged_while_it_is_looked_at(tmp_path: Path, programs: Path) -> None:
    CaptureProgram(programs, "rpicam-vid", HERE, last=8)
    finding = check_camera(config(tmp_path))
    assert finding.state == "fail"
    assert "no more frames" in finding.figure and "ribbon cable" in finding.fix


def test_frozen(tmp_path: Path, programs: Path) -> None:
    CaptureProgram(programs, "rpicam-vid", HERE[:1])
    finding = check_camera(config(tmp_path))
    assert finding.state == "fail"
    assert "exactly the same" in finding.figure and "unplug" in finding.fix


def test_a_recording_may_stand_still(tmp_path: Path) -> None:
    finding = check_camera(config(tmp_path, clip(tmp_path / "still.avi", HERE[:1] * 10)))
    assert finding.state == "ok", finding


def test_black(tmp_path: Path, programs: Path) -> None:
    CaptureProgram(programs, "rpicam-vid", [plain((level, level, level)) for level in (0, 2, 1)])
    finding = check_camera(config(tmp_path))
    assert finding.state == "fail"
    assert "black" in finding.figure and "cap" in finding.fix


def test_one_picture_a_second(tmp_path: Path, programs: Path) -> None:
    CaptureProgram(programs, "rpicam-vid", HERE, fps=1)
    finding = check_camera(config(tmp_path))
    assert finding.state == "warn"
    assert "1 looks a second" in finding.figure and "more light" in finding.fix


def test_larger_than_asked_for(tmp_path: Path) -> None:
    large = [np.asarray(cv2.resize(picture, (3840, 2880)), dtype=np.uint8) for picture in HERE[:3]]
    finding = check_camera(config(tmp_path, clip(tmp_path / "large.avi", large)))
    assert finding.state == "warn"
    assert "3840×2880" in finding.figure and "1 in view" in finding.figure
    assert " ms for each picture" in finding.figure and "640×480" in finding.fix


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_mounted_turned(turned: int, tmp_path: Path) -> None:
    """Turned clockwise, a camera shows the hall turned the other way."""
    pictures = [np.ascontiguousarray(np.rot90(picture, turned // 90)) for picture in HERE]
    source = clip(tmp_path / "turned.avi", pictures)
    finding = check_camera(config(tmp_path, source))
    assert finding.state == "warn"
    assert finding.fix == f"camera.turned = {turned}"
    assert check_camera(config(tmp_path, source, turned)).state == "ok"


def test_a_wrong_setting_of_turned(tmp_path: Path) -> None:
    finding = check_camera(config(tmp_path, clip(tmp_path / "upright.avi", HERE), 90))
    assert finding.fix == "camera.turned = 0"


class Raw(FileStream):
    """A driver that does not convert: the bytes of YUYV."""

    def retrieve(self) -> Frame | None:
        from vision.pixels import to_bgr

        return to_bgr(np.zeros((480, 640, 2), np.uint8), "YUYV")


def test_a_wrong_pixel_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = clip(tmp_path / "any.avi", HERE)
    monkeypatch.setattr("vision.sources.recording.FileStream", Raw)
    with pytest.raises(CameraError):
        FileSource(Path(source)).open().retrieve()
    finding = check_camera(config(tmp_path, source))
    assert finding.state == "fail"
    assert "480×640×2 uint8 (YUYV)" in finding.figure and "v4l2-ctl --list-formats-ext" in finding.fix
