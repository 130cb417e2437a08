"""What the configuration and the model store say of the camera: for the kiosk, the doctor and the benchmark alike."""

from __future__ import annotations

from kiosk_app.config import CameraConfig
from models.assets import NANODET, YUNET, AssetStore
from vision.detectors import DetectorModels
from vision.optics import Optics
from vision.scene import Scene, Zone


def detector_models(assets: AssetStore) -> DetectorModels:
    """The detectors' model files that are in the store."""
    return DetectorModels(yunet=assets.find(YUNET), nanodet=assets.find(NANODET))


def scene_of(config: CameraConfig) -> Scene:
    """Where the camera stands, and where nobody counts."""
    return Scene(Optics(config.field_of_view), tuple(Zone(*rectangle) for rectangle in config.ignored))
