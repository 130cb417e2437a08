"""Face detectors behind one port; heavy imports happen when one is made."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from vision.errors import DetectorError
from vision.ports import Detector

DetectorKind: TypeAlias = Literal["auto", "yunet", "haar"]


def make_detector(kind: DetectorKind, yunet_model: Path | None = None) -> Detector:
    """Make a detector; ``auto`` takes YuNet when its model file is there and the Haar cascade otherwise.

    Raises ``DetectorError`` when YuNet is asked for without its model, or the model is damaged.
    """
    if kind == "haar" or (kind == "auto" and yunet_model is None):
        from vision.detectors.haar import HaarDetector

        return HaarDetector()
    if yunet_model is None:
        raise DetectorError(
            "detector.no_model",
            "the YuNet model is not on this device: run `kiosk models fetch yunet`, or use the detector haar",
        )
    from vision.detectors.yunet import YuNetDetector

    return YuNetDetector(yunet_model)
