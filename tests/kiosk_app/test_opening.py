"""Whether the place is open, by the clock on its wall."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.opening import OpeningState, opening_at
from models.knowledge.place import Opening

DAY = ((540, 720), (810, 1020))
SATURDAY = ((540, 720),)
OPENING = Opening(
    (DAY, DAY, DAY, DAY, DAY, SATURDAY, ()),
    {date(2026, 10, d): () for d in range(1, 8)} | {date(2026, 10, 10): ((540, 960),)},
)
NINE = 540


def at(text: str, opening: Opening = OPENING) -> OpeningState | None:
    return opening_at(opening, datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-11-20 08:59:59", OpeningState("before", NINE, 0, date(2026, 11, 20))),
        ("2026-11-20 09:00:00", OpeningState("open", 720, 0, date(2026, 11, 20))),
        ("2026-11-20 11:59:59", OpeningState("open", 720, 0, date(2026, 11, 20))),
        ("2026-11-20 12:00:00", OpeningState("noon", 810, 0, date(2026, 11, 20))),
        ("2026-11-20 13:30:00", OpeningState("open", 1020, 0, date(2026, 11, 20))),
        ("2026-11-20 17:00:00", OpeningState("after", NINE, 1, date(2026, 11, 21))),
        ("2026-11-20 23:59:59", OpeningState("after", NINE, 1, date(2026, 11, 21))),
        ("2026-11-21 00:00:00", OpeningState("before", NINE, 0, date(2026, 11, 21))),
        ("2026-11-21 13:00:00", OpeningState("after", NINE, 2, date(2026, 11, 23))),
        ("2026-11-22 10:00:00", OpeningState("closed", NINE, 1, date(2026, 11, 23))),
        ("2026-09-30 18:00:00", OpeningState("after", NINE, 8, date(2026, 10, 8))),
        ("2026-10-01 10:00:00", OpeningState("closed", NINE, 7, date(2026, 10, 8))),
        ("2026-10-10 15:00:00", OpeningState("open", 960, 0, date(2026, 10, 10))),
    ],
)
def test_what_holds_now_and_what_comes_next(now: str, state: OpeningState) -> None:
    assert at(now) == state


def test_a_clock_that_was_never_set_says_nothing() -> None:
    assert at("2000-01-01 10:00:00") is None
    assert at("2023-12-31 23:59:59") is None
    assert at("2024-01-01 00:00:00") is not None


def test_hours_over_midnight_are_one() -> None:
    night = Opening((((0, 120), (1200, 1440)),) * 7, {})
    assert at("2026-11-20 23:30:00", night) == OpeningState("open", 120, 1, date(2026, 11, 21))
    assert at("2026-11-21 00:30:00", night) == OpeningState("open", 120, 0, date(2026, 11, 21))
    assert at("2026-11-21 03:00:00", night) == OpeningState("pause", 1200, 0, date(2026, 11, 21))
    until_midnight = Opening((((540, 1440),), *((),) * 6), {})
    assert at("2026-11-23 23:00:00", until_midnight) == OpeningState("open", 0, 1, date(2026, 11, 24))


def test_a_place_that_never_closes_and_one_that_never_opens() -> None:
    assert at("2026-11-20 10:00:00", Opening((((0, 1440),),) * 7, {})) == OpeningState("open")
    assert at("2026-11-20 10:00:00", Opening(((),) * 7, {})) == OpeningState("closed")
    assert at("2026-11-20 10:00:00", Opening((), {})) == OpeningState("closed")


@given(st.datetimes(datetime(2026, 9, 1), datetime(2026, 12, 1)))
def test_what_comes_next_really_comes_then_and_not_before(now: datetime) -> None:
    state = opening_at(OPENING, now)
    assert state is not None
    assert state.minute is not None
    assert state.day is not None
    change = datetime.combine(state.day, datetime.min.time()) + timedelta(minutes=state.minute)
    assert change > now
    before, after = (opening_at(OPENING, moment) for moment in (change - timedelta(seconds=1), change))
    assert before is not None
    assert after is not None
    assert (before.kind == "open") == (state.kind == "open") != (after.kind == "open")
