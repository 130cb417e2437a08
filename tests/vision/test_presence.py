"""Presence: who comes, stands, waits and leaves, driven by synthetic people on virtual time."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.vision.hall import Somebody, crowd, passes, stands, times, walks, watch
from vision.events import (
    CustomerLeft,
    PersonApproaching,
    PersonArrived,
    PersonEngaged,
    PersonLeft,
    PersonNear,
    PersonWaiting,
    PresenceEvent,
)
from vision.presence import Presence, PresenceSettings

NEAR = PresenceSettings().near_m


def kinds(events: list[PresenceEvent]) -> list[type[PresenceEvent]]:
    return [type(event) for event in events]


def test_a_visit_from_the_door_to_the_door_with_truthful_times() -> None:
    comes, goes = walks((1.0, 5.0), (0.1, 0.9), 2.0), walks((0.1, 0.9), (1.0, 5.5), 12.0, 1.5)
    events = watch([lambda at: comes(at) if at < 12 else goes(at) if at < 15 else None], times(20))
    assert kinds(events) == [
        PersonArrived,
        PersonApproaching,
        PersonNear,
        PersonEngaged,
        CustomerLeft,
        PersonLeft,
    ]
    arrived, approaching, near, engaged, customer_left, left = events
    assert arrived == PersonArrived(2.0, 1)
    assert isinstance(approaching, PersonApproaching) and 2.3 <= approaching.at <= 3.3
    reached = 2.0 + (5.0 - NEAR) / (4.1 / (4.198 / 1.2))
    assert isinstance(near, PersonNear) and near.at == pytest.approx(reached, abs=0.3)
    assert isinstance(engaged, PersonEngaged) and engaged.at == pytest.approx(near.at + 0.6, abs=0.11)
    assert isinstance(customer_left, CustomerLeft) and 12.9 <= customer_left.at <= 14.1
    assert isinstance(left, PersonLeft) and left.at == pytest.approx(14.9)


def test_near_comes_within_half_a_second_of_the_border() -> None:
    for speed in (0.5, 1.0, 1.5):
        presence = Presence()
        path = walks((0.0, 5.0), (0.0, 0.8), 0.0, speed)
        border = (5.0 - NEAR) / speed
        for at in times(12):
            if any(isinstance(event, PersonNear) for event in watch([path], [at], presence)):
                assert -0.1 <= at - border <= 0.5
                break
        else:
            pytest.fail("never near")


def test_one_glimpse_is_nobody() -> None:
    presence = Presence()
    assert not watch([stands(0, 1)], [0.0], presence)
    assert presence.attentive
    assert not watch([], times(5, start=0.1), presence)
    assert not presence.attentive


def test_glimpses_far_apart_do_not_add_up() -> None:
    presence = Presence()
    for glimpse in range(10):
        assert not watch([stands(0, 1)], [glimpse * 2.0], presence)
        assert not watch([], times(1.9, start=glimpse * 2.0 + 0.1), presence)


def test_who_stays_far_away_is_never_near() -> None:
    assert watch([stands(0.3, 3.0)], times(10)) == [PersonArrived(0.0, 1)]


def test_who_is_too_far_away_does_not_count() -> None:
    assert watch([stands(0.3, 7.0)], times(10)) == []


def test_who_passes_by_close_is_no_customer_even_when_he_looks() -> None:
    assert PersonEngaged not in kinds(watch([passes(1.2, 1.0, turned=0.0)], times(8)))


def test_who_stands_there_and_looks_elsewhere_is_no_customer() -> None:
    events = watch([stands(0.2, 1.0, turned=60)], times(8))
    assert PersonNear in kinds(events)
    assert PersonEngaged not in kinds(events)


def test_who_turns_to_the_screen_is_the_customer_then() -> None:
    (engaged,) = [
        event
        for event in watch([lambda at: stands(0.2, 1.0, turned=60 if at < 5 else 5)(at)], times(8))
        if isinstance(event, PersonEngaged)
    ]
    assert 5.2 <= engaged.at <= 5.7, "as soon as most of the dwell time was spent looking"


def test_one_look_a_second_is_enough_to_tell_who_stands_there_from_who_passes_by() -> None:
    stays = watch([stands(0.0, 1.0, since=2.0)], times(8, fps=1))
    assert kinds(stays) == [PersonArrived, PersonNear, PersonEngaged]
    assert stays[-1].at <= 4.0
    for speed in (0.6, 0.8, 1.2):
        assert PersonEngaged not in kinds(watch([passes(1.0, 2.0, speed, turned=0.0)], times(12, fps=1)))


def test_near_is_said_once_while_somebody_sways_at_the_border() -> None:
    def sways(at: float) -> Somebody | None:
        return stands(0.0, NEAR * (0.97 if round(at * 10) % 2 else 1.15))(at)

    events = watch([sways], times(10))
    assert kinds(events).count(PersonNear) == 1


def test_who_waits_behind_the_customer_is_told_once() -> None:
    people = [stands(0.0, 0.9), stands(0.7, 2.2, since=5.0), stands(-0.8, 2.8, since=9.0)]
    events = [event for event in watch(people, times(20), missed=0.2) if isinstance(event, PersonWaiting)]
    assert [event.waiting for event in events] == [1, 2]
    assert 7.0 <= events[0].at <= 8.5


def test_nobody_waits_where_nobody_is_served() -> None:
    assert PersonWaiting not in kinds(watch([stands(0.5, 2.5), stands(-0.5, 3)], times(10)))


def test_a_bystander_neither_ends_nor_takes_over_a_visit() -> None:
    people = [stands(0.0, 0.8), stands(0.6, 1.3, since=4.0, until=9.0), passes(1.4, 6.0, turned=0.0)]
    events = kinds(watch(people, times(15)))
    assert events.count(PersonEngaged) == 1
    assert CustomerLeft not in events


def test_the_next_in_the_queue_is_somebody_else() -> None:
    def first(at: float) -> Somebody | None:
        return stands(0.0, 0.9)(at) if at < 8 else walks((0.0, 0.9), (1.8, 2.0), 8.0)(at) if at < 10 else None

    def second(at: float) -> Somebody | None:
        return stands(0.3, 1.9)(at) if at < 9 else walks((0.3, 1.9), (0.0, 0.9), 9.0)(at)

    events = watch([first, second], times(18))
    engaged = [event for event in events if isinstance(event, PersonEngaged)]
    assert [event.other for event in engaged] == [False, True]
    assert kinds(events).count(CustomerLeft) == 1


def test_who_looks_at_his_papers_is_still_the_customer() -> None:
    def customer(at: float) -> Somebody | None:
        return None if 4.0 <= at < 5.2 else stands(0.0, 0.9)(at)

    events = kinds(watch([customer], times(12)))
    assert events == [PersonArrived, PersonNear, PersonEngaged]


def test_who_returns_alone_may_be_the_same() -> None:
    def customer(at: float) -> Somebody | None:
        return None if 4.0 <= at < 7.0 else stands(0.0, 0.9)(at)

    engaged = [event for event in watch([customer], times(12)) if isinstance(event, PersonEngaged)]
    assert [event.other for event in engaged] == [False, False]


def test_a_camera_that_was_blind_is_not_an_empty_hall() -> None:
    presence = Presence()
    watch([stands(0.0, 1.0)], times(2), presence)
    assert not watch([], times(1.4, start=60.0), presence)
    assert kinds(watch([], times(0.6, start=61.4), presence)) == [CustomerLeft, PersonLeft]


def test_a_customer_still_there_after_the_blindness_stays() -> None:
    presence = Presence()
    watch([stands(0.0, 1.0)], times(2), presence)
    assert not watch([stands(0.0, 1.0)], times(5, start=60.0), presence)
    assert presence.engaged


def test_time_may_not_run_backwards() -> None:
    presence = Presence()
    presence.update(5.0, [])
    with pytest.raises(ValueError, match=r"4\.000"):
        presence.update(4.0, [])


def test_settings_refuse_unknown_keys() -> None:
    with pytest.raises(ValidationError, match="nearshare"):
        PresenceSettings.model_validate({"nearshare": 0.2})


@given(
    gaps=st.lists(st.tuples(st.floats(0.5, 3.0), st.floats(0.0, 0.99)), min_size=1, max_size=20),
    fps=st.sampled_from([5.0, 10.0, 15.0, 30.0]),
)
def test_gaps_under_a_second_never_change_anything(gaps: list[tuple[float, float]], fps: float) -> None:
    borders: list[tuple[float, float]] = []
    at = 3.0
    for seen, unseen in gaps:
        borders.append((at + seen, at + seen + unseen))
        at += seen + unseen

    def flickers(now: float) -> Somebody | None:
        return None if any(start <= now < end for start, end in borders) else stands(0.1, 1.0)(now)

    events = kinds(watch([flickers], times(at + 1, fps)))
    assert events[:3] == [PersonArrived, PersonNear, PersonEngaged]
    assert PersonLeft not in events
    assert CustomerLeft not in events
    assert events.count(PersonEngaged) == 1


@pytest.mark.parametrize("seed", range(2))
def test_an_hour_of_passers_by_begins_at_most_one_session(seed: int) -> None:
    chance = random.Random(seed)
    people = crowd(3600, 30, chance)
    presence = Presence()
    engaged = 0
    for at in times(3600, fps=5):
        here = [path for since, path in people if since <= at < since + 20]
        events = watch([*here], [at], presence, missed=0.1, jitter=0.03, chance=chance)
        engaged += sum(isinstance(event, PersonEngaged) for event in events)
    assert engaged <= 1


@given(
    right=st.floats(-0.5, 0.5),
    away=st.floats(0.5, 1.3),
    turned=st.floats(-20, 20),
    missed=st.floats(0, 0.2),
    seed=st.integers(0, 10_000),
    behind=st.integers(0, 5),
)
def test_who_stands_and_faces_is_greeted(
    right: float, away: float, turned: float, missed: float, seed: int, behind: int
) -> None:
    chance = random.Random(seed)
    right *= away * 0.8  # well inside the picture
    visitor = walks(
        (right + chance.uniform(-1.5, 1.5), 4.5), (right, away), 1.0, chance.uniform(0.6, 1.4), turned
    )
    others = [
        passes(chance.uniform(1.8, 4), chance.uniform(0, 8), turned=chance.uniform(-90, 90))
        for _ in range(behind)
    ]
    engaged = [
        event
        for event in watch([visitor, *others], times(14), missed=missed, jitter=0.03, chance=chance)
        if isinstance(event, PersonEngaged)
    ]
    assert engaged
