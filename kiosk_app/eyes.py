"""What the configuration and the model store say of the camera: for the kiosk, the doctor and the benchmark alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kiosk_app.config import CameraConfig
from kiosk_app.updating.model_kind import find_model
from models.assets import NANODET, YUNET
from vision.detectors import DetectorModels, make_detector
from vision.optics import Optics
from vision.ports import Detector
from vision.scene import Scene, Zone

_FEWEST_ROWS = 160
"""Below it a face right before the camera is larger than what YuNet was trained on."""


def detector_models(find: Callable[[str], Path | None]) -> DetectorModels:
    """The detectors' model files, where ``find`` finds them."""
    return DetectorModels(yunet=find(YUNET), nanodet=find(NANODET))


def detector_models_of(home: Path) -> DetectorModels:
    """Those of this kiosk: what the centre sent, else what its store has."""
    return detector_models(partial(find_model, home))


def detector_of(config: CameraConfig, home: Path) -> Detector:
    """The configured detector, at the size that finds faces as far away as the site wants. Raises DetectorError."""
    rows = max(_FEWEST_ROWS, Optics(config.field_of_view).rows_for(config.reach_m))
    return make_detector(config.detector, detector_models_of(home), rows)


def scene_of(config: CameraConfig) -> Scene:
    """Where the camera stands, and where nobody counts."""
    return Scene(Optics(config.field_of_view), tuple(Zone(*rectangle) for rectangle in config.ignored))
