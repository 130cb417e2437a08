"""What one look for a person costs."""

from __future__ import annotations

import time

import numpy as np

from kiosk_app.bench.figure import Figure, percentile
from kiosk_app.config import KioskConfig
from kiosk_app.eyes import detector_of
from models.assets import AssetStore

_LOOKS = 40
_WARM = 3
_SIZE = (480, 640)


def presence_figures(config: KioskConfig) -> list[Figure]:
    """The configured detector on pictures of the size that a camera gives. Raises DetectorError."""
    detector = detector_of(config.camera, AssetStore(config.home / "assets"))
    dice = np.random.default_rng(3)
    coarse = dice.integers(0, 255, (_SIZE[0] // 20, _SIZE[1] // 20, 3), np.uint8)
    picture = np.kron(coarse, np.ones((20, 20, 1), np.uint8))
    spent = []
    for _ in range(_WARM + _LOOKS):
        began = time.perf_counter()
        detector.detect(picture)
        spent.append((time.perf_counter() - began) * 1000)
    note = f"{detector.name}, {_SIZE[1]} x {_SIZE[0]} pixels"
    return [Figure("presence_p50_ms", round(percentile(spent[_WARM:], 0.5), 2), "ms", note)]
