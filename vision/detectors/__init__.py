"""Detectors behind one port; heavy imports happen when one is made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from vision.errors import DetectorError
from vision.ports import Detector

DetectorKind: TypeAlias = Literal["auto", "yunet", "haar", "nanodet", "yunet+nanodet"]


@dataclass(frozen=True, slots=True)
class DetectorModels:
    """The model files that are on this device."""

    yunet: Path | None = None
    nanodet: Path | None = None


def make_detector(
    kind: DetectorKind, models: DetectorModels | None = None, rows: int | None = None
) -> Detector:
    """Make a detector; ``auto`` takes the best that the models on this device allow, at worst the Haar cascade.

    ``rows`` is the height in pixels at which YuNet looks; the others have sizes of their own.
    Raises ``DetectorError`` when one is asked for without its model, or a model is damaged.
    """
    there = models or DetectorModels()
    if kind == "auto":
        kind = "haar" if there.yunet is None else "yunet" if there.nanodet is None else "yunet+nanodet"
    if kind == "haar":
        from vision.detectors.haar import HaarDetector

        return HaarDetector()
    if kind == "yunet":
        return _faces(there, rows)
    from vision.detectors.nanodet import NanoDetDetector

    bodies = NanoDetDetector(_there(there.nanodet, "nanodet"))
    if kind == "nanodet":
        return bodies
    from vision.detectors.face_and_body import FaceAndBodyDetector

    return FaceAndBodyDetector(_faces(there, rows), bodies)


def _faces(there: DetectorModels, rows: int | None) -> Detector:
    from vision.detectors.yunet import ROWS, YuNetDetector

    return YuNetDetector(_there(there.yunet, "yunet"), rows=rows or ROWS)


def _there(model: Path | None, name: str) -> Path:
    if model is None:
        raise DetectorError(
            "detector.no_model",
            f"the model of {name} is not on this device: run `kiosk models fetch {name}`, or use the detector haar",
        )
    return model
