"""Sound of other rates: the right pitch, the right place, the right time stamps."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from voice.device_rate import SteadySound
from voice.ports import SAMPLE_RATE, AudioChunk

PIECE_S = 0.016
BEGAN = 100.0
RATES = [48_000, 44_100, 32_000, 8_000]


def delivered(sound: SteadySound, pcm: npt.NDArray[np.int16], rate: int) -> list[AudioChunk]:
    """What comes of ``pcm`` from a device that delivers 16 ms at a time, the moment they are recorded."""
    step = round(rate * PIECE_S)
    chunks = []
    for number in range(len(pcm) // step):
        piece = pcm[number * step : (number + 1) * step].tobytes()
        chunks.append(sound.take(piece, BEGAN + (number + 1) * step / rate))
    return [chunk for chunk in chunks if chunk is not None]


def tone(rate: int, seconds: float, click_at: float | None = None) -> npt.NDArray[np.int16]:
    times = np.arange(round(seconds * rate)) / rate
    wave = 8000 * np.sin(2 * np.pi * 1000 * times)
    if click_at is not None:
        wave = np.where(abs(times - click_at) < 0.0005, 20_000.0, 0.0)
    return wave.astype(np.int16)


def test_sound_at_the_right_rate_passes_unchanged() -> None:
    pcm = tone(SAMPLE_RATE, 0.4)
    chunks = delivered(SteadySound(SAMPLE_RATE), pcm, SAMPLE_RATE)
    assert b"".join(chunk.samples for chunk in chunks) == pcm.tobytes()
    assert chunks[0].at == pytest.approx(BEGAN)


@pytest.mark.parametrize("rate", RATES)
def test_a_tone_keeps_its_pitch_and_its_level(rate: int) -> None:
    chunks = delivered(SteadySound(rate), tone(rate, 2.0), rate)
    sound = np.frombuffer(b"".join(chunk.samples for chunk in chunks), np.int16)[4000:20_000]
    spectrum = np.abs(np.fft.rfft(sound))
    assert np.argmax(spectrum) == pytest.approx(1000, abs=1)  # 16,000 samples: one Hz a line
    assert np.abs(sound).max() == pytest.approx(8000, rel=0.02)


@pytest.mark.parametrize("rate", RATES)
def test_a_click_is_stamped_with_the_time_at_which_it_was_heard(rate: int) -> None:
    chunks = delivered(SteadySound(rate), tone(rate, 2.0, click_at=1.0), rate)
    times = np.concatenate([c.at + np.arange(len(c.samples) // 2) / SAMPLE_RATE for c in chunks])
    sound = np.frombuffer(b"".join(chunk.samples for chunk in chunks), np.int16)
    heard_at = times[int(np.argmax(np.abs(sound.astype(int))))]
    assert heard_at == pytest.approx(BEGAN + 1.0, abs=0.002)


@pytest.mark.parametrize("rate", RATES)
def test_the_pieces_follow_each_other_without_a_gap(rate: int) -> None:
    chunks = delivered(SteadySound(rate), tone(rate, 2.0), rate)
    gaps = [after.at - before.end for before, after in pairwise(chunks)]
    assert max(map(abs, gaps)) < 0.001
    assert chunks[-1].end > BEGAN + 1.9 - 0.05


def test_what_is_beyond_the_wanted_band_does_not_fold_into_it() -> None:
    times = np.arange(2 * 48_000) / 48_000
    high = (8000 * np.sin(2 * np.pi * 15_000 * times)).astype(np.int16)
    chunks = delivered(SteadySound(48_000), high, 48_000)
    sound = np.frombuffer(b"".join(chunk.samples for chunk in chunks), np.int16)[1000:]
    assert np.abs(sound).max() < 10


def test_full_scale_noise_is_limited_and_never_wraps() -> None:
    square = np.where(np.arange(48_000) // 24 % 2, 32_767, -32_768).astype(np.int16)  # 1 kHz, clipped
    chunks = delivered(SteadySound(48_000), square, 48_000)
    sound = np.frombuffer(b"".join(chunk.samples for chunk in chunks), np.int16)[1000:].astype(int)
    assert np.abs(np.diff(sound)).max() <= 65_535
    runs = np.flatnonzero(np.diff(np.sign(sound)))
    assert len(runs) == pytest.approx(2 * len(sound) / 16, abs=4), "a sample that wrapped changes sign"
