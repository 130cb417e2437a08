"""Measuring the echo, on sound made by the test."""

from __future__ import annotations

import numpy as np
import pytest

from voice.echo import LEAD_S, TAIL_S, Samples, chime, measure_echo
from voice.level import level_of
from voice.ports import SAMPLE_RATE

NUMBERS = np.random.default_rng(1)
CHIME = (np.frombuffer(chime(), np.int16) / 32_768).astype(np.float32)
PLAYED = np.concatenate([CHIME, np.zeros(4_000, np.float32), CHIME])


def heard(loss_db: float, delay_s: float, noise_dbfs: float, *, reverberant: bool = False) -> Samples:
    """What a microphone gives."""
    size = PLAYED.size + int((LEAD_S + TAIL_S) * SAMPLE_RATE)
    sound = NUMBERS.normal(0, 10 ** (noise_dbfs / 20), size)
    echo = PLAYED * 10 ** (-loss_db / 20)
    if reverberant:
        decay = NUMBERS.normal(0, 1, 4_000) * np.exp(-np.arange(4_000) / 800)
        decay[0] = 6.0
        echo = np.convolve(echo, decay / np.sqrt((decay**2).sum()))[: echo.size]
    begin = int((LEAD_S + delay_s) * SAMPLE_RATE)
    sound[begin : begin + echo.size] += echo
    return sound.astype(np.float32)


@pytest.mark.parametrize("loss_db", [0.0, 12.0, 26.0, 40.0])
@pytest.mark.parametrize("delay_s", [0.0, 0.03, 0.35])
def test_loss_and_delay_are_found(loss_db: float, delay_s: float) -> None:
    figures = measure_echo(PLAYED, heard(loss_db, delay_s, -75.0))
    assert figures.loss_db == pytest.approx(loss_db, abs=1.0)
    assert figures.delay_s == pytest.approx(delay_s, abs=0.001)
    assert figures.noise_dbfs == pytest.approx(-75.0, abs=1.0)
    assert not figures.at_least


def test_a_room_is_measured_by_its_worst_moments() -> None:
    figures = measure_echo(PLAYED, heard(20.0, 0.05, -75.0, reverberant=True))
    assert 14.0 < figures.loss_db < 21.0
    assert figures.delay_s == pytest.approx(0.05, abs=0.005)


def test_an_echo_below_the_noise_is_found_and_its_loss_is_a_lower_bound() -> None:
    figures = measure_echo(PLAYED, heard(40.0, 0.1, -50.0))
    assert figures.at_least
    assert 20.0 < figures.loss_db <= 40.0
    assert figures.delay_s == pytest.approx(0.1, abs=0.001)


def test_a_loudspeaker_that_is_off_is_not_found() -> None:
    assert measure_echo(PLAYED, heard(200.0, 0.1, -60.0)).delay_s is None
    silence = np.zeros(PLAYED.size + 2 * SAMPLE_RATE, np.float32)
    assert measure_echo(PLAYED, silence).delay_s is None


def test_nothing_recorded_is_no_echo() -> None:
    assert measure_echo(PLAYED, np.zeros(0, np.float32)).delay_s is None


def test_the_chime_is_short_soft_and_without_clicks() -> None:
    assert CHIME.size < 1.5 * SAMPLE_RATE
    assert level_of(chime()).peak_dbfs == pytest.approx(-12.0, abs=0.3)
    assert abs(CHIME[0]) < 1e-3 and abs(CHIME[-1]) < 1e-3
