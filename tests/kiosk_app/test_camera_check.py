"""The doctor's look through the camera, on clips in place of one."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from kiosk_app.camera_check import calibrate, check_camera
from kiosk_app.cli.root import app
from kiosk_app.config import CameraConfig, KioskConfig
from kiosk_app.demo.visitor_clip import VisitorPlan, write_visitor_clip
from vision.errors import VisionError
from vision.optics import FACE_M

STANDS = VisitorPlan(empty_s=0, approach_s=0, stay_s=4, leave_s=0, after_s=0, width=320, height=240, fps=15)
EMPTY = VisitorPlan(empty_s=4, approach_s=0, stay_s=0, leave_s=0, after_s=0, width=320, height=240, fps=15)


_NOTICE = 'notice = { zh = "本厅装有摄像头" }'


def config_for(tmp_path: Path, source: str) -> KioskConfig:
    camera = CameraConfig(
        enabled=True, notice={"zh": "本厅装有摄像头"}, source=source, loop=True, detector="haar"
    )
    return KioskConfig(data_dir=tmp_path, camera=camera)


def test_a_camera_that_is_off_is_not_opened() -> None:
    assert check_camera(KioskConfig()).state == "skip"


def test_who_stands_there_is_counted_with_the_distance(tmp_path: Path) -> None:
    clip = write_visitor_clip(tmp_path / "visitor.avi", STANDS)
    finding = check_camera(config_for(tmp_path, str(clip)))
    assert finding.state == "ok", finding
    assert "320×240" in finding.figure and "1 in view, the nearest at 0." in finding.figure


def test_a_black_picture_is_told(tmp_path: Path) -> None:
    clip = tmp_path / "black.avi"
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter.fourcc(*"MJPG"), 15, (320, 240))
    for _ in range(30):
        writer.write(np.zeros((240, 320, 3), np.uint8))
    writer.release()
    finding = check_camera(config_for(tmp_path, str(clip)))
    assert finding.state == "fail"
    assert "black" in finding.figure and "cap" in finding.fix


@pytest.mark.parametrize("source", ["/dev/video97", "none.avi"])
def test_no_camera_is_told_with_its_reason(tmp_path: Path, source: str) -> None:
    finding = check_camera(config_for(tmp_path, source))
    assert finding.state == "fail"
    assert source in finding.figure


def test_a_face_at_a_known_distance_gives_the_field_of_view(tmp_path: Path) -> None:
    clip = write_visitor_clip(tmp_path / "visitor.avi", STANDS)
    found = calibrate(config_for(tmp_path, str(clip)), 0.8)
    drawn = math.degrees(2 * math.atan(FACE_M / (2 * STANDS.near_share * 0.8)))
    assert found.field_of_view == pytest.approx(drawn, rel=0.25), "the cascade's boxes are roomy"
    assert found.sightings >= 15
    assert found.now == 43.0


def test_nobody_to_calibrate_with_is_said(tmp_path: Path) -> None:
    clip = write_visitor_clip(tmp_path / "empty.avi", EMPTY)
    with pytest.raises(VisionError, match="stand alone, 1 m from the camera"):
        calibrate(config_for(tmp_path, str(clip)), 1.0, seconds=1.0)


def test_the_command_says_what_to_write(tmp_path: Path) -> None:
    clip = write_visitor_clip(tmp_path / "visitor.avi", STANDS)
    file = tmp_path / "kiosk.toml"
    file.write_text(
        f'data_dir = "{tmp_path}"\n[camera]\nenabled = true\n{_NOTICE}\n'
        f'source = "{clip}"\nloop = true\ndetector = "haar"\n'
    )
    done = CliRunner().invoke(app, ["doctor", "--config", str(file), "--face-at", "0.8"])
    assert done.exit_code == 0, done.output
    assert "write into [camera]: field_of_view = " in done.output
