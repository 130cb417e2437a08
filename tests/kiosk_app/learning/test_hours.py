"""Which matters the home screen offers."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.learning.hours import HALF_LIFE_DAYS, PRIOR, Hour, faded, most_asked

PACK = ("a", "b", "c", "d")
KNOWN = frozenset("abcdefgh")
MONDAY_9 = Hour("work", 9)

HOURS = st.builds(Hour, st.sampled_from(["work", "rest"]), st.integers(0, 23))
COUNTS = st.dictionaries(st.tuples(st.sampled_from("abcdefghxy"), HOURS), st.floats(0, 1000), max_size=40)


def test_without_counts_it_is_the_packs_own_list() -> None:
    assert most_asked({}, MONDAY_9, PACK, KNOWN, 3) == ("a", "b", "c")
    assert most_asked({("e", MONDAY_9): 99.0}, None, PACK, KNOWN, 3) == ("a", "b", "c")


def test_what_is_asked_at_this_hour_comes_in_and_at_another_hour_does_not() -> None:
    counts = {("e", MONDAY_9): 2 * PRIOR}
    assert most_asked(counts, MONDAY_9, PACK, KNOWN, 3)[0] == "e"
    assert "e" in most_asked(counts, Hour("work", 10), PACK, KNOWN, 3)
    assert most_asked(counts, Hour("work", 15), PACK, KNOWN, 3) == ("a", "b", "c")


def test_midnight_is_near_eleven_at_night() -> None:
    assert "e" in most_asked({("e", Hour("work", 23)): 3 * PRIOR}, Hour("work", 0), PACK, KNOWN, 3)


def test_a_few_questions_do_not_change_the_screen() -> None:
    assert most_asked({("e", MONDAY_9): 1.0}, MONDAY_9, PACK, KNOWN, 3) == ("a", "b", "c")


def test_what_stays_keeps_its_place_and_the_newcomer_takes_the_free_one() -> None:
    counts = {("e", MONDAY_9): 5 * PRIOR}
    assert most_asked(counts, MONDAY_9, PACK, KNOWN, 3, shown=("a", "b", "c")) == ("a", "b", "e")


def test_near_equals_do_not_take_turns() -> None:
    counts = {("e", MONDAY_9): 50.0, ("f", MONDAY_9): 51.0}
    for shown in (("e",), ("f",)):
        assert most_asked(counts, MONDAY_9, (), KNOWN, 1, shown=shown) == shown


@given(
    COUNTS,
    HOURS,
    st.lists(st.sampled_from("abcdxy"), unique=True),
    st.lists(st.sampled_from("abcdefxy"), unique=True),
)
def test_only_known_matters_none_twice_and_never_too_many(
    counts: dict[tuple[str, Hour], float], now: Hour, prior: list[str], shown: list[str]
) -> None:
    offered = most_asked(counts, now, prior, KNOWN, 4, shown)
    assert len(set(offered)) == len(offered) <= 4
    assert set(offered) <= KNOWN
    kept = [matter for matter in shown[: len(offered)] if matter in offered]
    assert all(offered.index(matter) == shown.index(matter) for matter in kept)


def test_counts_fade_by_half_in_four_weeks_and_a_clock_put_back_costs_nothing() -> None:
    assert faded(8.0, HALF_LIFE_DAYS) == 4.0
    assert faded(8.0, -400) == 8.0


def test_working_days_weekends_and_clocks_that_were_never_set() -> None:
    assert Hour.of(datetime(2026, 11, 20, 9, 59)) == Hour("work", 9)
    assert Hour.of(datetime(2026, 11, 21, 0, 0)) == Hour("rest", 0)
    assert Hour.of(datetime(1970, 1, 1)) is None
