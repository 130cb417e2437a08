"""Turns as the technician's table shows them."""

from __future__ import annotations

import pytest

from kiosk_app.staff.reports import MOST_TURNS, TurnLine
from kiosk_app.staff.turns import turns_of
from kiosk_app.trace import TurnTrace

SPOKEN = TurnTrace(
    1,
    1,
    "voice",
    "zh",
    speech_started=10.0,
    first_partial=10.1,
    first_caption=10.2,
    speech_ended=12.0,
    endpoint_decided=12.3,
    recognised=12.35,
    understood=12.36,
    understand_ms=9.0,
    first_audio=12.5,
)


def test_the_stages_of_a_spoken_turn_add_up() -> None:
    (line,) = turns_of([SPOKEN], 42.5).turns
    assert line.ago_s == pytest.approx(30.0)
    assert (line.caption, line.endpoint, line.recognise) == (200.0, 300.0, 50.0)
    assert (line.understand, line.speak, line.sound) == (10.0, 140.0, 500.0)


def test_a_touch_begins_when_it_is_understood() -> None:
    touch = TurnTrace(1, 2, "touch", "zh", understood=5.0, understand_ms=20.0, first_audio=5.1)
    (line,) = turns_of([touch], 5.1).turns
    assert line == TurnLine("touch", 0.0, None, None, None, 20.0, 100.0, 120.0)


def test_an_answer_that_was_not_heard_has_no_sound() -> None:
    (line,) = turns_of([TurnTrace(1, 2, "text", "zh", understood=5.0, understand_ms=20.0)], 6.0).turns
    assert (line.sound, line.speak) == (None, None)


def test_the_newest_stands_first_and_there_are_a_dozen() -> None:
    turns = [TurnTrace(1, number, "touch", "zh", understood=float(number)) for number in range(50)]
    lines = turns_of(turns, 50.0).turns
    assert [round(line.ago_s) for line in lines] == list(range(1, MOST_TURNS + 1))
