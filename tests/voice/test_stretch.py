"""Slower and faster at the same pitch."""

from __future__ import annotations

import numpy as np
import pytest

from voice.stretch import stretched
from voice.synthesizer import EspeakSynthesizer

RATE = 22_050


@pytest.mark.parametrize("tempo", [0.7, 1.3, 0.5, 2.0])
def test_the_length_changes_and_the_pitch_and_loudness_do_not(tempo: float) -> None:
    times = np.arange(2 * RATE) / RATE
    hum = (np.sin(2 * np.pi * 180 * times) * 9000).astype(np.int16).tobytes()
    sound = np.frombuffer(stretched(hum, RATE, tempo), np.int16).astype(np.float64)
    assert sound.size / RATE == pytest.approx(2 / tempo, rel=0.01)
    pitch = np.argmax(np.abs(np.fft.rfft(sound))) * RATE / sound.size
    assert pitch == pytest.approx(180, abs=3)
    inner = sound[RATE // 10 : -RATE // 10]
    assert np.sqrt(np.mean(inner**2)) == pytest.approx(9000 / np.sqrt(2), rel=0.1)


def test_speech_stays_as_loud_and_without_a_gap(synthesizer: EspeakSynthesizer) -> None:
    speech = b"".join(synthesizer.synthesize("请带好您的身份证和户口簿到一楼三号窗口办理", "zh"))
    slow = stretched(speech, synthesizer.sample_rate, 0.7)

    def loudness(pcm: bytes) -> float:
        return float(np.sqrt(np.mean(np.frombuffer(pcm, np.int16).astype(np.float64) ** 2)))

    assert len(slow) == pytest.approx(len(speech) / 0.7, rel=0.01)
    assert loudness(slow) == pytest.approx(loudness(speech), rel=0.15)


def test_the_same_tempo_and_too_short_a_sound_stay_as_they_are() -> None:
    assert stretched(b"\1\2" * 5000, RATE, 1.0) == b"\1\2" * 5000
    assert stretched(b"\1\2" * 100, RATE, 0.7) == b"\1\2" * 100
    with pytest.raises(ValueError, match="tempo"):
        stretched(b"", RATE, 0.0)
