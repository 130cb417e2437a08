"""The gesture that opens the staff corner, and what is none."""

from __future__ import annotations

import random

import pytest

from kiosk_app.ui.knock import GESTURE, WITHIN_S, Corner, Knock

MADE: tuple[Corner, ...] = ("left", "right", "left", "right", "left")


def touch(knock: Knock, *corners: Corner | None, apart: float = 0.5) -> list[bool]:
    """Touches so many seconds apart, and what each completes."""
    return [knock.touched(10 + apart * number, corner) for number, corner in enumerate(corners)]


def test_the_two_corners_in_turn_open_it() -> None:
    assert GESTURE == MADE
    assert touch(Knock(), *MADE) == [False] * 4 + [True]


def test_it_may_take_five_seconds_and_not_more() -> None:
    assert touch(Knock(), *MADE, apart=WITHIN_S / 4)[-1]
    assert not touch(Knock(), *MADE, apart=WITHIN_S / 4 + 0.01)[-1]


def test_a_false_start_costs_only_itself() -> None:
    assert touch(Knock(), "right", "left", "left", *MADE[1:])[-1]


def test_it_opens_once() -> None:
    knock = Knock()
    touch(knock, *MADE)
    assert touch(knock, "right", "left") == [False, False]


@pytest.mark.parametrize("corner", ["left", "right"])
def test_drumming_on_one_place_opens_nothing(corner: Corner) -> None:
    corners: list[Corner] = [corner] * 50
    assert not any(touch(Knock(), *corners, apart=0.1))


def test_a_touch_elsewhere_begins_anew() -> None:
    assert not any(touch(Knock(), *MADE[:3], None, *MADE[3:]))


def test_a_child_that_slaps_the_head_of_the_screen_hardly_ever_opens_it() -> None:
    dice = random.Random(7)
    opened = 0
    for _ in range(1000):
        knock = Knock()
        anywhere: tuple[Corner | None, ...] = ("left", "right", None, None, None)
        places: list[Corner | None] = [dice.choice(anywhere) for _ in range(20)]
        opened += any(touch(knock, *places, apart=0.3))
    assert opened < 20
