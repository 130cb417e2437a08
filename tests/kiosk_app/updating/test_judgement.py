"""The rule of the trial: it finds a bad one, and lets a good one alone, odd citizens included."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from kiosk_app.updating.judgement import LEAST_MISSED, TURNS_OF_A_VISIT, judge, too_many
from kiosk_app.updating.machine import TRIAL_TURNS, Trial


def trial(turns: int, missed: int, *times: float) -> Trial:
    """So far."""
    return Trial(open=True, turns=turns, missed=missed, understand_ms=times)


def test_ten_good_turns_prove_it() -> None:
    assert judge(trial(9, 0), 100, 10, None) == "go_on"
    assert judge(trial(10, 0), 100, 10, None) == "good"


def test_too_many_misses_end_it_as_soon_as_there_are_so_many() -> None:
    limit = too_many(100, 10)
    assert judge(trial(limit, limit), 100, 10, None) == "misses"
    assert judge(trial(limit, limit - 1), 100, 10, None) == "go_on"
    assert judge(trial(10, limit - 1), 100, 10, None) == "good"


@pytest.mark.parametrize(
    ("turns", "missed", "limit"),
    [
        (0, 0, 10),
        (20, 2, 6),
        (20, 5, 8),
        (50, 10, 7),
        (200, 0, 5),
        (200, 20, 5),
        (200, 60, 8),
        (200, 200, 11),
    ],
)
def test_the_limit_follows_what_is_usual_here(turns: int, missed: int, limit: int) -> None:
    assert too_many(turns, missed) == limit


def test_it_is_too_slow_only_when_most_answers_are() -> None:
    assert judge(trial(10, 0, *[20.0] * 9, 3000.0), 100, 10, 15.0) == "good"
    assert judge(trial(10, 0, *[100.0] * 10), 100, 10, 15.0) == "good", (
        "an answer a blink later is none too slow"
    )
    assert judge(trial(10, 0, *[400.0] * 10), 100, 10, 100.0) == "slow"
    assert judge(trial(10, 0, *[290.0] * 10), 100, 10, 100.0) == "good"
    assert judge(trial(10, 0, *[501.0] * 10), 0, 0, None) == "slow"


def visits(dice: random.Random, missed: float, odd: float) -> Iterator[tuple[int, bool]]:
    """Turns of one visit after the other: which of its visit each is, and whether it was missed."""
    while True:
        is_odd = dice.random() < odd
        number = 1
        while True:
            yield number, dice.random() < (0.9 if is_odd else missed)
            if dice.random() > (0.75 if is_odd else 0.6):
                break
            number += 1


def counted(dice: random.Random, missed: float, odd: float, turns: int) -> list[bool]:
    """So many turns that count."""
    found: list[bool] = []
    for number, miss in visits(dice, missed, odd):
        if number <= TURNS_OF_A_VISIT:
            found.append(miss)
        if len(found) == turns:
            return found
    raise AssertionError


def returned(before: float, after: float, odd: float, seen: int, rounds: int = 2000) -> float:
    """The share of trials that end with a return."""
    dice = random.Random(7)
    count = 0
    for _ in range(rounds):
        usual = counted(dice, before, odd, seen)
        limit = too_many(len(usual), sum(usual))
        count += sum(counted(dice, after, odd, TRIAL_TURNS)) >= limit
    return count / rounds


@pytest.mark.parametrize("missed", [0.02, 0.1, 0.2, 0.4])
@pytest.mark.parametrize("seen", [30, 200])
def test_one_that_is_no_worse_is_hardly_ever_returned(missed: float, seen: int) -> None:
    """Even where one visitor in ten says nothing but what nobody could understand."""
    assert returned(missed, missed, 0.0, seen) <= 0.012
    assert returned(missed, missed, 0.1, seen) <= 0.02


@pytest.mark.parametrize("seen", [30, 200])
def test_one_that_understands_hardly_anything_is_found_out(seen: int) -> None:
    assert returned(0.1, 0.8, 0.05, seen) >= 0.9
    assert returned(0.1, 0.95, 0.05, seen) >= 0.99


def test_two_odd_citizens_cannot_bring_a_good_one_down() -> None:
    assert 2 * TURNS_OF_A_VISIT < LEAST_MISSED
