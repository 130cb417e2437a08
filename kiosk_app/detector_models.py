"""Which of the detectors' model files are on this device."""

from __future__ import annotations

from models.assets import NANODET, YUNET, AssetStore
from vision.detectors import DetectorModels


def detector_models(assets: AssetStore) -> DetectorModels:
    """Those that are in the store."""
    return DetectorModels(yunet=assets.find(YUNET), nanodet=assets.find(NANODET))
