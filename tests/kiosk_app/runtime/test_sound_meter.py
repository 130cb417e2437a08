"""The technician's meter on real sound: silence, noise, and a sentence of the synthesiser's."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from kiosk_app.runtime.sound_meter import SoundMeter
from kiosk_app.spoken import spoken
from voice.ports import SAMPLE_RATE, AudioChunk
from voice.synthesizer import EspeakSynthesizer

_CHUNK = 3_200
"""Bytes of a tenth of a second."""


def _hear(meter: SoundMeter, pcm: bytes) -> list[bool | None]:
    said: list[bool | None] = []
    for start in range(0, len(pcm), _CHUNK):
        meter.take(AudioChunk(pcm[start : start + _CHUNK], start / 2 / SAMPLE_RATE))
        said.append(meter.look.speech if meter.look is not None else None)
    return said


def _noise(seconds: float, amplitude: int = 60) -> bytes:
    random = np.random.default_rng(1)
    return random.normal(0, amplitude, round(seconds * SAMPLE_RATE)).astype(np.int16).tobytes()


def test_it_measures_nothing_until_its_page_is_open() -> None:
    meter = SoundMeter()
    _hear(meter, _noise(0.5))
    assert meter.look is None


def test_a_room_has_a_level_and_nobody_speaks() -> None:
    meter = SoundMeter()
    meter.watch(True)
    assert not any(_hear(meter, _noise(2.0)))
    assert meter.look is not None and meter.look.room_dbfs is not None
    assert meter.look.level_dbfs == pytest.approx(-54.8, abs=1.5)
    assert meter.look.room_dbfs == pytest.approx(-54.8, abs=1.5)
    meter.watch(False)
    assert meter.look is None, "what was measured goes with the page"


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_a_sentence_is_heard_as_speech() -> None:
    meter = SoundMeter()
    meter.watch(True)
    assert any(_hear(meter, spoken(EspeakSynthesizer(), "居住证要带什么材料")))
