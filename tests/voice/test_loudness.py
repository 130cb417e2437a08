"""Louder in a loud room, within bounds, and the default for the next citizen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.loudness import LoudnessSettings, RoomLoudness

ORDINARY = LoudnessSettings().ordinary_dbfs


def settled(noise_dbfs: float, chosen: float = 0.5) -> float:
    loudness = RoomLoudness()
    return [loudness.volume(chosen, noise_dbfs) for _ in range(10)][-1]


def test_the_chosen_volume_is_right_in_an_ordinary_room_and_in_an_unknown_one() -> None:
    assert settled(ORDINARY) == 0.5
    assert RoomLoudness().volume(0.8, None) == 0.8


def test_a_loud_room_raises_the_voice_and_a_quiet_one_lowers_it() -> None:
    assert settled(ORDINARY + 8) == pytest.approx(0.5 * 10 ** (4 / 20), rel=0.13)
    assert settled(ORDINARY - 8) == pytest.approx(0.5 * 10 ** (-4 / 20), rel=0.13)
    assert settled(ORDINARY + 60) == pytest.approx(0.5 * 10 ** (6 / 20), rel=0.01)
    assert settled(-96.0) == pytest.approx(0.5 * 10 ** (-6 / 20), rel=0.01)


def test_it_changes_in_steps_from_text_to_text() -> None:
    loudness = RoomLoudness()
    first = loudness.volume(0.5, ORDINARY + 40)
    second = loudness.volume(0.5, ORDINARY + 40)
    assert first == pytest.approx(0.5 * 10 ** (3 / 20))
    assert second == pytest.approx(0.5 * 10 ** (6 / 20))


def test_a_small_change_of_the_room_changes_nothing() -> None:
    loudness = RoomLoudness()
    assert {loudness.volume(0.5, ORDINARY + wobble) for wobble in (1.5, -1.5, 1.0)} == {0.5}


def test_after_a_visit_it_is_the_default_again() -> None:
    loudness = RoomLoudness()
    loudness.volume(0.8, ORDINARY + 30)
    loudness.reset()
    assert loudness.volume(0.8, None) == 0.8


@given(st.lists(st.floats(-96, 0), min_size=1, max_size=50), st.floats(0, 1))
def test_it_never_leaves_its_bounds(noise: list[float], chosen: float) -> None:
    loudness = RoomLoudness()
    for level in noise:
        volume = loudness.volume(chosen, level)
        assert 0 <= volume <= 1
        assert chosen * 0.5 <= volume <= chosen * 2.0
