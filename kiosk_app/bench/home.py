"""A data folder for the benchmark: the models and packs of this kiosk, and nothing of its past."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kiosk_app.config import (
    CameraConfig,
    FleetConfig,
    KioskConfig,
    LearningConfig,
    MicrophoneConfig,
    ScreenConfig,
)

_LENT = ("packs", "assets", "cache/speech")
"""What takes minutes to make or to fetch, and is only read. Spoken answers are not lent: they are measured."""


@contextlib.contextmanager
def bench_config(config: KioskConfig) -> Iterator[KioskConfig]:
    """``config`` on a folder of its own, without screen, camera and centre; the folder is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="yingbin-bench-") as name:
        home = Path(name)
        for lent in _LENT:
            source, place = (config.home / lent).resolve(), home / lent
            source.mkdir(parents=True, exist_ok=True)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(source)
        yield config.model_copy(
            update={
                "data_dir": home,
                "screen": ScreenConfig(backend="none"),
                "camera": CameraConfig(),
                "fleet": FleetConfig(),
                "learning": LearningConfig(unknown=False, frequent=False),
                "microphone": MicrophoneConfig(silent_after_s=0),
            }
        )
