"""The real detectors on the drawn visitor, on odd frames, and on real recordings where they are."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.vision.conftest import shared_video
from vision.capture import recording, retrieve
from vision.detectors import make_detector
from vision.detectors.haar import HaarDetector
from vision.detectors.yunet import YuNetDetector
from vision.errors import DetectorError
from vision.ports import Detector, Frame


@pytest.fixture(params=["haar", "yunet"])
def detector(request: pytest.FixtureRequest) -> Detector:
    """Each real detector in turn."""
    made: Detector = request.getfixturevalue(request.param)
    return made


def test_the_drawn_visitor_is_found_where_they_stand(detector: Detector, visitor_frame: Frame) -> None:
    (face,) = detector.detect(visitor_frame)
    assert abs(face.x + face.width / 2 - 320) < 25
    assert 0.35 < face.height / 480 < 0.6
    assert 0.5 < face.score <= 1


def test_boxes_are_in_pixels_of_the_frame_whatever_its_size(detector: Detector, visitor_frame: Frame) -> None:
    large = np.asarray(cv2.resize(visitor_frame, (3840, 2880)), dtype=np.uint8)
    (small_face,) = detector.detect(visitor_frame)
    (large_face,) = detector.detect(large)
    assert large_face.height / 2880 == pytest.approx(small_face.height / 480, abs=0.04)
    assert large_face.x / 3840 == pytest.approx(small_face.x / 640, abs=0.04)


def test_two_visitors_are_two_faces_the_nearer_first(detector: Detector, visitor_frame: Frame) -> None:
    half = np.asarray(cv2.resize(visitor_frame, (320, 240)), dtype=np.uint8)
    pair = np.concatenate([np.concatenate([half, half], axis=0), visitor_frame], axis=1)
    faces = detector.detect(pair[:, :960])
    assert len(faces) == 3
    assert faces[0].x > 320 and faces[0].height > 1.5 * faces[1].height


@pytest.mark.parametrize(
    "shape",
    [
        (1, 1, 3),
        (480, 1, 3),
        (1, 640, 3),
        (17, 4000, 3),
        (7, 7, 3),
        (240, 320),
        (240, 320, 1),
        (240, 320, 4),
        (2160, 3840, 3),
    ],
    ids=str,
)
@pytest.mark.parametrize("level", [0, 128, 255])
def test_plain_frames_of_any_shape_hold_nobody(
    detector: Detector, shape: tuple[int, ...], level: int
) -> None:
    assert detector.detect(np.full(shape, level, dtype=np.uint8)) == []


def test_a_grey_frame_is_as_good_as_a_coloured_one(detector: Detector, visitor_frame: Frame) -> None:
    grey = np.asarray(cv2.cvtColor(visitor_frame, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    assert len(detector.detect(grey)) == 1


def test_noise_holds_nobody(detector: Detector) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    assert detector.detect(noise) == []


@pytest.mark.parametrize("shape", [(240,), (240, 320, 2), (240, 320, 5), (1, 240, 320, 3)], ids=str)
def test_what_is_no_picture_is_refused_by_name(detector: Detector, shape: tuple[int, ...]) -> None:
    with pytest.raises(DetectorError) as refused:
        detector.detect(np.zeros(shape, dtype=np.uint8))
    assert refused.value.code == "detector.frame"


def test_auto_takes_yunet_only_where_its_model_is(yunet_model: Path) -> None:
    assert isinstance(make_detector("auto", yunet_model), YuNetDetector)
    assert isinstance(make_detector("auto", None), HaarDetector)
    assert isinstance(make_detector("haar", yunet_model), HaarDetector)


def test_yunet_without_its_model_says_how_to_get_it() -> None:
    with pytest.raises(DetectorError, match="kiosk models fetch yunet"):
        make_detector("yunet", None)


def test_a_damaged_model_is_named(tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"not a model at all" * 50)
    with pytest.raises(DetectorError, match="kiosk models verify yunet") as refused:
        make_detector("yunet", model)
    assert refused.value.code == "detector.damaged_model"


def found_share(detector: Detector, path: Path, every: int = 1) -> float:
    """The share of frames in which the detector finds a face."""
    looks = hits = 0
    with recording(path) as capture:
        while capture.grab():
            looks += 1
            if looks % every:
                continue
            image = retrieve(capture)
            hits += image is not None and bool(detector.detect(image))
    return hits / (looks // every)


@pytest.mark.parametrize(
    "name", ["classroom.gif", "face-demographics-walking.gif", "head-pose-face-detection-female.gif"]
)
def test_yunet_finds_real_people_in_nearly_every_frame(yunet: YuNetDetector, name: str) -> None:
    assert found_share(yunet, shared_video(name)) >= 0.98


def test_yunet_sees_nobody_among_bottles(yunet: YuNetDetector) -> None:
    assert found_share(yunet, shared_video("bottle-detection.mp4"), every=8) == 0
