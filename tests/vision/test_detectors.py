"""The real detectors on the drawn visitor, on odd frames, and on real recordings where they are."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.vision.conftest import shared_video
from vision.capture import recording, retrieve
from vision.detectors import DetectorKind, DetectorModels, make_detector
from vision.detectors.face_and_body import FaceAndBodyDetector
from vision.detectors.nanodet import NanoDetDetector
from vision.detectors.yunet import YuNetDetector
from vision.errors import DetectorError
from vision.ports import Detection, Detector, Frame


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


def test_auto_takes_the_best_whose_models_are_there(yunet_model: Path, nanodet_model: Path) -> None:
    assert make_detector("auto").name == "haar"
    assert make_detector("auto", DetectorModels(yunet_model)).name == "yunet"
    assert make_detector("auto", DetectorModels(yunet_model, nanodet_model)).name == "yunet+nanodet"
    assert make_detector("haar", DetectorModels(yunet_model)).name == "haar"


@pytest.mark.parametrize("kind", ["yunet", "nanodet", "yunet+nanodet"])
def test_a_detector_without_its_model_says_how_to_get_it(kind: DetectorKind) -> None:
    with pytest.raises(DetectorError, match="kiosk models fetch"):
        make_detector(kind)


@pytest.mark.parametrize("kind", ["yunet", "nanodet"])
def test_a_damaged_model_is_named(kind: DetectorKind, tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"not a model at all" * 50)
    with pytest.raises(DetectorError, match=f"kiosk models verify {kind}") as refused:
        make_detector(kind, DetectorModels(model, model))
    assert refused.value.code == "detector.damaged_model"


def test_another_model_is_no_nanodet(yunet_model: Path) -> None:
    with pytest.raises(DetectorError, match="no NanoDet model"):
        make_detector("nanodet", DetectorModels(nanodet=yunet_model))


def test_a_person_seen_from_behind_is_found_where_he_walks(nanodet: NanoDetDetector) -> None:
    with recording(shared_video("one-by-one-person-detection.mp4")) as capture:
        capture.set(cv2.CAP_PROP_POS_FRAMES, 120)
        capture.grab()
        frame = retrieve(capture)
    assert frame is not None
    (person,) = nanodet.detect(frame)
    assert person.kind == "person" and person.sure
    assert 380 < person.x + person.width / 2 < 520
    assert 0.8 < person.height / frame.shape[0] < 0.95


def test_noise_and_odd_frames_hold_no_person(nanodet: NanoDetDetector) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    assert not [one for one in nanodet.detect(noise) if one.sure]
    assert nanodet.detect(np.zeros((8, 8), np.uint8)) == []
    with pytest.raises(DetectorError):
        nanodet.detect(np.zeros((240, 320, 2), dtype=np.uint8))


def test_an_arm_from_above_is_no_person(nanodet: NanoDetDetector) -> None:
    with recording(shared_video("bottle-detection.mp4")) as capture:
        for _ in range(30 * 40):
            if not capture.grab():
                break
            frame = retrieve(capture)
            assert frame is not None
            if capture.get(cv2.CAP_PROP_POS_FRAMES) % 15 == 0:
                assert not [one for one in nanodet.detect(frame) if one.sure]


class Scripted:
    """A detector that finds what it is told to."""

    def __init__(self, name: str, found: list[Detection]) -> None:
        self.name = name
        self.found = found
        self.looks = 0

    def detect(self, frame: Frame) -> list[Detection]:
        self.looks += 1
        return self.found


def test_a_face_and_its_body_are_one_person_and_bodies_are_looked_for_on_every_other_look() -> None:
    face = Detection(100, 40, 30, 40, 0.9)
    own = Detection(70, 20, 90, 300, 0.8, "person")
    other = Detection(400, 30, 80, 280, 0.8, "person")
    bodies = Scripted("bodies", [own, other])
    both = FaceAndBodyDetector(Scripted("faces", [face]), bodies)
    frame = np.zeros((480, 640, 3), np.uint8)
    assert [both.detect(frame) for _ in range(4)] == [[face, other], [face], [face, other], [face]]
    assert bodies.looks == 2


@pytest.mark.parametrize(
    "found", [[], [Detection(5, 20, 90, 300, 0.3, "person", sure=False)]], ids=["nobody", "comes or goes"]
)
def test_whoever_comes_or_goes_is_looked_for_on_every_look(found: list[Detection]) -> None:
    bodies = Scripted("bodies", found)
    both = FaceAndBodyDetector(Scripted("faces", []), bodies)
    assert [both.detect(np.zeros((480, 640, 3), np.uint8)) for _ in range(4)] == [found] * 4
    assert bodies.looks == 4


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


def test_a_smaller_reach_works_on_a_smaller_picture_and_still_finds_who_is_near(
    yunet_model: Path, visitor_frame: Frame
) -> None:
    (large,) = YuNetDetector(yunet_model).detect(visitor_frame)
    (small,) = YuNetDetector(yunet_model, rows=160).detect(visitor_frame)
    assert small.height == pytest.approx(large.height, rel=0.1)
    assert small.x == pytest.approx(large.x, abs=10)
