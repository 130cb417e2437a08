"""How loud sound is, on sound whose level is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.level import FLOOR_DBFS, NO_SOUND, LevelMeter, level_of, loudness

RATE = 16_000


def tone(amplitude: float, seconds: float = 0.1, offset: float = 0.0) -> bytes:
    """A sine of 500 Hz; ``amplitude`` and ``offset`` against full scale, limited like a converter."""
    times = np.arange(round(seconds * RATE)) / RATE
    wave = 32_768 * (amplitude * np.sin(2 * np.pi * 500 * times) + offset)
    return np.clip(np.round(wave), -32_768, 32_767).astype(np.int16).tobytes()


def noise(dbfs: float, seconds: float) -> bytes:
    samples = np.random.default_rng(7).normal(0, 32_768 * 10 ** (dbfs / 20), round(seconds * RATE))
    return np.clip(samples, -32_768, 32_767).astype(np.int16).tobytes()


@pytest.mark.parametrize("dbfs", [-60.0, -40.0, -20.0, -6.0])
def test_a_sine_has_its_known_levels(dbfs: float) -> None:
    level = level_of(tone(10 ** (dbfs / 20)))
    assert level.peak_dbfs == pytest.approx(dbfs, abs=0.2)
    assert level.rms_dbfs == pytest.approx(dbfs - 3.01, abs=0.2)
    assert level.clipped_share == 0
    assert not level.silent


def test_a_constant_offset_is_told_and_is_no_sound() -> None:
    level = level_of(tone(0.01, offset=0.25))
    assert level.offset == pytest.approx(0.25, abs=0.001)
    assert level.rms_dbfs == pytest.approx(-43.0, abs=0.2)
    assert level_of(tone(0.0, offset=0.25)).silent, "a stuck value is not sound"


def test_zeros_and_dither_are_silent_and_a_quiet_room_is_not() -> None:
    dither = np.random.default_rng(1).integers(-1, 2, 1600).astype(np.int16).tobytes()
    assert level_of(b"\0" * 3200).silent
    assert level_of(dither).silent
    assert not level_of(noise(-75, 0.1)).silent


def test_the_share_of_clipped_samples() -> None:
    limited = level_of(tone(2.0)).clipped_share  # |sin| > 1/2, by 32 samples a period
    assert limited == pytest.approx(2 / 3, abs=1 / 32)
    assert level_of(np.full(100, -32_768, np.int16).tobytes()).clipped_share == 1


def test_nothing_is_no_sound() -> None:
    assert level_of(b"") == NO_SOUND
    assert NO_SOUND.rms_dbfs == FLOOR_DBFS


@given(pcm=st.binary(max_size=4000).map(lambda data: data[: len(data) // 2 * 2]))
def test_whatever_comes_the_figures_stay_in_their_ranges(pcm: bytes) -> None:
    level = level_of(pcm)
    assert FLOOR_DBFS <= level.rms_dbfs <= 0.01
    assert FLOOR_DBFS <= level.peak_dbfs <= 0.01
    assert 0 <= level.clipped_share <= 1
    assert -1 <= level.offset <= 1


@given(sizes=st.lists(st.integers(1, 3000), min_size=1, max_size=30))
def test_the_meter_does_not_depend_on_how_the_sound_is_cut(sizes: list[int]) -> None:
    pcm = noise(-30, sum(sizes) / RATE)
    pieces, whole = LevelMeter(), LevelMeter()
    at = 0
    for size in sizes:
        pieces.feed(pcm[2 * at : 2 * (at + size)])
        at += size
    whole.feed(pcm[: 2 * at])
    assert (pieces.level, pieces.floor_dbfs, pieces.windows) == (whole.level, whole.floor_dbfs, whole.windows)
    assert pieces.windows == at // 1600


def test_the_rooms_noise_is_found_under_somebody_who_speaks() -> None:
    meter = LevelMeter()
    for _ in range(10):  # words with gaps between them, over a room at -50 dBFS
        meter.feed(tone(0.3, 0.6))
        meter.feed(noise(-50, 0.4))
    assert meter.floor_dbfs == pytest.approx(-50, abs=1.5)


def test_the_room_is_followed_when_it_becomes_loud_and_quiet_again() -> None:
    meter = LevelMeter()
    for dbfs in (-60, -35, -60):
        meter.feed(noise(dbfs, 10.0))
        assert meter.floor_dbfs == pytest.approx(dbfs, abs=1.5)


def test_a_muted_device_says_nothing_about_the_room() -> None:
    meter = LevelMeter()
    meter.feed(b"\0" * 32_000)
    assert meter.floor_dbfs is None
    assert meter.level.silent
    meter.feed(noise(-45, 2.0))
    meter.feed(b"\0" * 320_000)
    assert meter.floor_dbfs == pytest.approx(-45, abs=1.5)
    meter.reset()
    assert (meter.level, meter.floor_dbfs, meter.windows) == (NO_SOUND, None, 0)


def test_a_window_must_have_a_length() -> None:
    with pytest.raises(ValueError, match="window_s"):
        LevelMeter(window_s=0)


def test_a_sign_swells_with_the_voice_and_rests_in_the_noise_of_the_room() -> None:
    room = level_of(noise(-45, 0.1))
    assert loudness(room, -45.0) == pytest.approx(0.0, abs=0.02)
    assert loudness(NO_SOUND, None) == 0
    swelling = [loudness(level_of(tone(amplitude)), -45.0) for amplitude in (0.02, 0.05, 0.1, 1.0)]
    assert swelling == sorted(swelling)
    assert 0 < swelling[0] < 0.5 < swelling[-2] < swelling[-1] == 1.0
    assert 0 <= loudness(level_of(tone(1.0)), 0.0) <= 1, "a room louder than any voice"
