"""Key codes to keys: numeric pads with and without Num Lock, telephone pads, and nothing else."""

from __future__ import annotations

import pytest

from kiosk_app.guide.keys import COMMANDS, KEYS, Command, KeyGate, key_of


def test_a_digit_is_the_same_on_the_pad_in_the_top_row_and_without_num_lock() -> None:
    without = {0: 277, 1: 279, 2: 274, 3: 281, 4: 276, 6: 275, 7: 278, 8: 273, 9: 280}
    for digit in range(10):
        assert key_of(256 + digit) == key_of(ord("0") + digit) == str(digit)
        assert digit == 5 or key_of(without[digit]) == str(digit)


def test_a_telephone_pad_sends_its_star_and_its_hash_as_shifted_digits() -> None:
    assert (key_of(ord("8"), ["shift"]), key_of(ord("3"), ["shift"])) == ("star", "hash")
    assert key_of(ord("5"), ["shift"]) == "5"


def test_a_pad_without_star_and_hash_goes_back_and_home_as_well() -> None:
    assert [key_of(code) for code in (266, 8, 127)] == ["star"] * 3, (
        "point, Backspace, point without Num Lock"
    )
    assert key_of(267) == "hash", "the division sign"


@pytest.mark.parametrize("code", [27, 9, 32, ord("a"), ord("q"), 282, 0, -1, 10**9])
def test_no_other_key_of_a_keyboard_means_anything(code: int) -> None:
    assert key_of(code) is None


@pytest.mark.parametrize("modifier", ["ctrl", "alt", "meta"])
def test_a_chord_is_no_key(modifier: str) -> None:
    assert key_of(ord("5"), [modifier]) is None


def test_every_key_does_something_and_everything_has_a_key() -> None:
    assert set(COMMANDS) == set(KEYS)
    assert set(COMMANDS.values()) == set(Command)


def test_a_key_that_is_held_counts_once() -> None:
    gate = KeyGate()
    assert gate.down(258, 1.0)
    assert not any(gate.down(258, 1.0 + n * 0.5) for n in range(1, 5)), "it repeats while it is held"
    gate.up(258)
    assert gate.down(258, 4.0)


def test_keys_that_waited_for_a_slow_frame_all_count_and_a_flood_does_not() -> None:
    gate = KeyGate(rate=8, burst=8)
    passed = 0
    for number in range(1000):
        passed += gate.down(258, 1.0 + number * 0.01)
        gate.up(258)
        assert passed == number + 1 or number >= 4, "several in one frame are a quick hand"
    assert 80 <= passed <= 90, "ten seconds of a hundred keys a second"
