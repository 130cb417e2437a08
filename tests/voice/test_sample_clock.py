"""Steady time stamps."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.sample_clock import SampleClock

CHUNK = 256
CHUNK_S = CHUNK / 16_000


@given(delays=st.lists(st.floats(0, 0.06), min_size=60, max_size=200), began=st.floats(0, 1e5))
def test_bursts_and_delays_do_not_show(delays: list[float], began: float) -> None:
    """Chunks arrive late by anything up to 60 ms; one early on is punctual.

    Stamps never decrease, so the four chunks after it may still stand where a late one before it was put.
    """
    delays[5] = 0.0
    clock = SampleClock()
    stamps = [
        clock.stamp(began + (number + 1) * CHUNK_S + delay, CHUNK) for number, delay in enumerate(delays)
    ]
    for number, stamp in list(enumerate(stamps))[10:]:
        assert stamp == pytest.approx(began + number * CHUNK_S, abs=0.001)
    assert all(later >= earlier for earlier, later in pairwise(stamps))


def test_a_slow_device_clock_is_followed() -> None:
    slow = 1 + 100e-6
    clock = SampleClock()
    last = 0.0
    for number in range(100_000):
        last = clock.stamp((number + 1) * CHUNK_S * slow, CHUNK)
    assert last == pytest.approx(99_999 * CHUNK_S * slow, abs=0.001)


def test_lost_samples_move_the_stamps_on() -> None:
    clock = SampleClock()
    clock.stamp(1.0, CHUNK)
    assert clock.stamp(3.0, CHUNK) == pytest.approx(3.0 - CHUNK_S)
