"""Fixtures: the drawn visitor as frames and as a clip, the real detectors, the shared recordings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kiosk_app.demo.visitor_clip import VisitorPlan, draw_visit, write_visitor_clip
from vision.detectors.haar import HaarDetector
from vision.detectors.nanodet import NanoDetDetector
from vision.detectors.yunet import YuNetDetector
from vision.ports import Frame

SHARED = Path(__file__).parents[2].parent / "shared"
PLAN = VisitorPlan(
    empty_s=1.0, approach_s=1.0, stay_s=2.0, leave_s=1.0, after_s=2.5, width=320, height=240, fps=10
)


@pytest.fixture(scope="session")
def visitor_plan() -> VisitorPlan:
    """The visit that ``visitor_clip`` and ``visitor_frame`` show."""
    return PLAN


@pytest.fixture(scope="session")
def visitor_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short clip of the drawn visitor."""
    return write_visitor_clip(tmp_path_factory.mktemp("clip") / "visitor.avi", PLAN)


@pytest.fixture(scope="session")
def visitor_frame() -> Frame:
    """The drawn visitor standing at the kiosk, 640 × 480."""
    plan = VisitorPlan(empty_s=0, approach_s=0, stay_s=0.1, leave_s=0, after_s=0, fps=10)
    return np.asarray(next(iter(draw_visit(plan))), dtype=np.uint8)


@pytest.fixture(scope="session")
def haar() -> HaarDetector:
    """The bundled cascade."""
    return HaarDetector()


@pytest.fixture(scope="session")
def yunet_model() -> Path:
    """The official YuNet file, where the shared mirror is."""
    path = SHARED / "mirror" / "face_detection_yunet_2023mar.onnx"
    if not path.is_file():
        pytest.skip(f"the YuNet model is not at {path}")
    return path


@pytest.fixture(scope="session")
def nanodet_model() -> Path:
    """The official NanoDet file, where the shared mirror is."""
    path = SHARED / "mirror" / "object_detection_nanodet_2022nov.onnx"
    if not path.is_file():
        pytest.skip(f"the NanoDet model is not at {path}")
    return path


@pytest.fixture(scope="session")
def nanodet(nanodet_model: Path) -> NanoDetDetector:
    """The real NanoDet."""
    return NanoDetDetector(nanodet_model)


@pytest.fixture(scope="session")
def yunet(yunet_model: Path) -> YuNetDetector:
    """The real YuNet."""
    return YuNetDetector(yunet_model)


def shared_video(name: str) -> Path:
    """One of the shared recordings, or a skip."""
    path = SHARED / "data" / "video" / name
    if not path.is_file():
        pytest.skip(f"the recording is not at {path}")
    return path
