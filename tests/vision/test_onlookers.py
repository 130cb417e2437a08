"""Who reads along beside the customer, on synthetic people in virtual time."""

from __future__ import annotations

from tests.vision.hall import Path, Somebody, stands, times, watch
from vision.events import OnlookerGone, OnlookerSeen
from vision.presence import Presence, PresenceSettings

CUSTOMER = stands(0.0, 0.8)
Told = list[OnlookerSeen | OnlookerGone]


def told(
    *others: Path, seconds: float = 15, fps: float = 10, settings: PresenceSettings | None = None
) -> Told:
    events = watch([CUSTOMER, *others], times(seconds, fps), Presence(settings))
    return [event for event in events if isinstance(event, OnlookerSeen | OnlookerGone)]


def between(path: Path, start: float, end: float) -> Path:
    """The same person, in the hall only for that time."""
    return lambda at: path(at) if start <= at < end else None


def test_a_face_over_the_shoulder_is_told_and_so_is_its_end() -> None:
    for fps in (5.0, 10.0, 30.0):
        seen, gone = told(between(stands(0.5, 1.3), 4, 9), fps=fps)
        assert isinstance(seen, OnlookerSeen) and 4.6 <= seen.at <= 5.6
        assert isinstance(gone, OnlookerGone) and 8.7 <= gone.at <= 9.0


def test_the_customer_alone_is_no_onlooker() -> None:
    assert told() == []


def test_who_waits_behind_is_too_far_to_read() -> None:
    assert told(stands(0.6, 2.6)) == []


def test_who_looks_elsewhere_does_not_read() -> None:
    assert told(lambda at: Somebody(0.5, 1.3, turned=60.0)) == []


def test_a_glance_is_none() -> None:
    assert told(lambda at: Somebody(0.5, 1.3, turned=0.0 if 5 <= at < 5.4 else 60.0)) == []


def test_a_body_without_a_face_tells_nothing() -> None:
    assert told(lambda at: Somebody(0.5, 1.3, body=True)) == []


def test_a_site_may_turn_it_off() -> None:
    assert told(stands(0.5, 1.3), settings=PresenceSettings(onlooker_m=0)) == []


def test_looks_that_are_missed_do_not_uncover() -> None:
    events = watch([CUSTOMER, stands(0.5, 1.3)], times(20), missed=0.3)
    assert [type(event) for event in events if isinstance(event, OnlookerSeen | OnlookerGone)] == [
        OnlookerSeen
    ]
