"""Presence: hysteresis in time, driven by scripted and by random sightings on virtual time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from vision.events import PersonArrived, PersonLeft, PersonNear, PresenceEvent
from vision.presence import Presence, PresenceSettings

SETTINGS = PresenceSettings()
FAR, NEAR = SETTINGS.near_share * 0.5, SETTINGS.near_share * 1.2


def feed(
    presence: Presence, start: float, end: float, shares: list[float], fps: float = 10
) -> list[PresenceEvent]:
    """Show the same faces from ``start`` until before ``end``."""
    events: list[PresenceEvent] = []
    for step in range(round((end - start) * fps)):
        events += presence.update(start + step / fps, shares)
    return events


def test_a_visit_arrives_comes_near_and_leaves_with_truthful_times() -> None:
    presence = Presence()
    events = feed(presence, 0, 2, [])
    events += feed(presence, 2, 4, [FAR])
    events += feed(presence, 4, 8, [NEAR, FAR])
    events += feed(presence, 8, 11, [])
    arrived, near, left = events
    assert arrived == PersonArrived(2.0, 1)
    assert isinstance(near, PersonNear) and near.at == pytest.approx(4.6, abs=0.11) and near.count == 2
    assert isinstance(left, PersonLeft) and left.at == pytest.approx(7.9)
    assert presence.peak == 2


def test_one_glimpse_is_nobody() -> None:
    presence = Presence()
    assert not presence.update(0.0, [NEAR])
    assert presence.attentive
    assert not feed(presence, 0.1, 5, [])
    assert not presence.attentive


def test_glimpses_far_apart_do_not_add_up() -> None:
    presence = Presence()
    for glimpse in range(10):
        assert not presence.update(glimpse * 2.0, [NEAR])
        assert not feed(presence, glimpse * 2.0 + 0.1, glimpse * 2.0 + 2.0, [])


def test_a_passer_by_who_stays_far_is_never_near() -> None:
    assert feed(Presence(), 0, 10, [FAR]) == [PersonArrived(0.0, 1)]


def test_near_is_said_once_while_somebody_sways_at_the_border() -> None:
    presence = Presence()
    events: list[PresenceEvent] = []
    for step in range(100):
        share = SETTINGS.near_share * (1.05 if step % 2 else 0.85)
        events += presence.update(step / 10, [share])
    assert [type(event) for event in events] == [PersonArrived, PersonNear]


def test_near_is_said_again_to_somebody_who_stepped_back_and_returns() -> None:
    presence = Presence()
    events = feed(presence, 0, 3, [NEAR]) + feed(presence, 3, 6, [FAR]) + feed(presence, 6, 9, [NEAR])
    assert [type(event) for event in events] == [PersonArrived, PersonNear, PersonNear]


def test_a_camera_that_was_blind_is_not_an_empty_hall() -> None:
    presence = Presence()
    feed(presence, 0, 2, [NEAR])
    assert not presence.update(60.0, [])
    assert not feed(presence, 60.1, 61.4, [])
    assert feed(presence, 61.4, 62.0, []) == [PersonLeft(1.9)]


def test_a_person_still_there_after_the_blindness_stays() -> None:
    presence = Presence()
    feed(presence, 0, 2, [NEAR])
    assert not feed(presence, 60, 63, [NEAR])
    assert presence.present


def test_one_stray_extra_face_does_not_raise_the_count() -> None:
    presence = Presence()
    feed(presence, 0, 2, [NEAR])
    presence.update(2.0, [NEAR, FAR, FAR])
    feed(presence, 2.1, 4, [NEAR])
    assert presence.peak == 1


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
    presence = Presence()
    events: list[PresenceEvent] = []
    at = 0.0
    for seen, unseen in [(2.0, 0.0), *gaps]:
        events += feed(presence, at, at + seen, [NEAR], fps)
        at += round(seen * fps) / fps
        events += feed(presence, at, at + unseen, [], fps)
        at += round(unseen * fps) / fps
    assert [type(event) for event in events] == [PersonArrived, PersonNear]


@given(
    looks=st.lists(
        st.tuples(st.floats(0.01, 2.5), st.lists(st.floats(0.01, 1.0), max_size=3)), min_size=1, max_size=300
    )
)
def test_events_alternate_and_their_times_are_in_order_whatever_is_seen(
    looks: list[tuple[float, list[float]]],
) -> None:
    presence = Presence()
    at = 0.0
    here = False
    last_left = float("-inf")
    for step, shares in looks:
        at += step
        for event in presence.update(at, shares):
            assert event.at <= at
            if isinstance(event, PersonArrived):
                assert not here and event.at > last_left and event.count >= 1
                here = True
            elif isinstance(event, PersonNear):
                assert here
            else:
                assert here
                here, last_left = False, event.at
        assert presence.present == here


@given(st.lists(st.lists(st.floats(0.01, 1.0), max_size=2), max_size=200))
def test_an_empty_hall_always_ends_empty(sightings: list[list[float]]) -> None:
    presence = Presence()
    for step, shares in enumerate(sightings):
        presence.update(step / 10, shares)
    feed(presence, len(sightings) / 10, len(sightings) / 10 + 3, [])
    assert not presence.present and not presence.attentive
