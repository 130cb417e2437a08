"""Gains that move."""

from __future__ import annotations

import numpy as np

from voice.ramp import Ramp

LOUD = np.full(100, 1000, np.int16).tobytes()


def test_a_ramp_at_rest_leaves_the_sound_as_it_is() -> None:
    assert Ramp().apply(LOUD) is LOUD


def test_a_ramp_reaches_its_target_in_its_time_whatever_the_blocks() -> None:
    ramp = Ramp()
    ramp.to(0.0, 0.05, 1000)
    assert ramp.left == 50
    parts = [ramp.apply(LOUD[: 2 * size]) for size in (7, 13, 30, 10)]
    sound = np.frombuffer(b"".join(parts), np.int16)
    assert np.all(np.diff(sound[:50].astype(int)) == -20)
    assert not sound[49:].any()
    assert (ramp.left, ramp.value) == (0, 0.0)


def test_a_ramp_can_turn_around() -> None:
    ramp = Ramp()
    ramp.to(0.0, 0.05, 1000)
    ramp.apply(LOUD[:50])
    half = ramp.value
    ramp.to(1.0, 0.05, 1000)
    sound = np.frombuffer(ramp.apply(LOUD), np.int16)
    assert half * 1000 <= sound[0] < sound[-1] == 1000


def test_no_time_is_at_once() -> None:
    ramp = Ramp()
    ramp.to(0.5, 0.0, 1000)
    assert np.all(np.frombuffer(ramp.apply(LOUD), np.int16) == 500)
