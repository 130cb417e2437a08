"""How loud the loudspeaker was when."""

from __future__ import annotations

import numpy as np
import pytest

from voice.level import FLOOR_DBFS
from voice.played import PlayedLevels


def block(amplitude: int) -> bytes:
    return np.tile(np.array([amplitude, -amplitude], np.int16), 80).tobytes()


def test_the_loudest_block_of_a_time_is_found() -> None:
    played = PlayedLevels()
    for number, amplitude in enumerate((0, 328, 3277, 328, 0)):
        played.note(number * 0.01, 0.01, block(amplitude))
    assert played.loudest(0.0, 0.05) == pytest.approx(-20.0, abs=0.1)
    assert played.loudest(0.03, 0.05) == pytest.approx(-40.0, abs=0.1)
    assert played.loudest(0.011, 0.012) == pytest.approx(-40.0, abs=0.1)
    assert played.loudest(1.0, 2.0) == FLOOR_DBFS


def test_the_past_is_forgotten() -> None:
    played = PlayedLevels()
    for number in range(100_000):
        played.note(number * 0.01, 0.01, block(100))
    assert len(played._blocks) < 1_000
