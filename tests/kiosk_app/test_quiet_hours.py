"""The hours in which nobody is greeted aloud."""

from __future__ import annotations

import queue
import threading
from datetime import datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.events import OpeningChanged, QuietHours
from kiosk_app.quiet_hours import QuietHoursPlan
from kiosk_app.runtime.hours import Hours
from models.knowledge.place import Opening

PATIENCE_S = 20.0


@pytest.mark.parametrize(
    ("text", "quiet", "loud"),
    [
        ("21:30-07:00", ["21:30", "23:59", "00:00", "06:59"], ["07:00", "12:00", "21:29"]),
        ("12:00 – 14:00", ["12:00", "13:59"], ["11:59", "14:00", "00:00"]),
        ("9:05~9:06", ["09:05"], ["09:04", "09:06"]),
    ],
)
def test_the_end_is_not_in_it_and_midnight_is_no_border(text: str, quiet: list[str], loud: list[str]) -> None:
    plan = QuietHoursPlan.parse(text)
    assert all(plan.quiet_at(time.fromisoformat(at)) for at in quiet)
    assert not any(plan.quiet_at(time.fromisoformat(at)) for at in loud)


@pytest.mark.parametrize(
    "text", ["", "21:30", "24:00-07:00", "21:60-07:00", "9 to 5", "08:00-08:00", "-", "a:b-c:d"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        QuietHoursPlan.parse(text)


@given(since=st.times(), until=st.times(), now=st.times())
def test_a_moment_is_in_the_hours_or_in_the_rest_of_the_day(since: time, until: time, now: time) -> None:
    if since != until:
        assert QuietHoursPlan(since, until).quiet_at(now) != QuietHoursPlan(until, since).quiet_at(now)


def test_the_session_is_told_of_each_change_once() -> None:
    told: queue.Queue[QuietHours | OpeningChanged] = queue.Queue()
    now = [datetime(2026, 5, 4, 23, 0)]
    hours = Hours(QuietHoursPlan.parse("21:30-07:00"), told.put, clock=lambda: now[0], look_s=0.005)

    def quiet() -> bool:
        event = told.get(timeout=PATIENCE_S)
        assert isinstance(event, QuietHours)
        return event.quiet

    hours.start()
    hours.start()
    try:
        assert quiet()
        now[0] = datetime(2026, 5, 5, 7, 0)
        assert not quiet()
        now[0] = datetime(2026, 5, 4, 22, 0)  # somebody has set the clock
        assert quiet()
    finally:
        hours.stop()
        hours.stop()
    assert told.empty()


def test_the_session_is_told_when_the_place_opens_and_closes_and_at_once_of_other_hours() -> None:
    told: queue.Queue[QuietHours | OpeningChanged] = queue.Queue()
    now = [datetime(2026, 5, 4, 16, 59, 59)]
    opening: list[Opening | None] = [Opening((((540, 1020),),) * 7, {})]
    hours = Hours(None, told.put, clock=lambda: now[0], look_s=0.005, opening=lambda: opening[0])

    def kind() -> str:
        event = told.get(timeout=PATIENCE_S)
        assert isinstance(event, OpeningChanged)
        return event.opening.kind if event.opening is not None else ""

    hours.start()
    try:
        assert kind() == "open"
        now[0] = datetime(2026, 5, 4, 17, 0)
        assert kind() == "after"
        now[0] = datetime(2026, 5, 5, 0, 0)
        assert kind() == "before"
        now[0] = datetime(2000, 1, 1, 10, 0)  # its battery is empty
        assert kind() == ""
        now[0] = datetime(2026, 5, 5, 10, 0)
        assert kind() == "open"
    finally:
        hours.stop()
    opening[0] = Opening(((),) * 7, {})
    slow = Hours(None, told.put, clock=lambda: now[0], look_s=3600, opening=lambda: opening[0])
    slow.start()
    try:
        assert kind() == "closed"
        opening[0] = Opening((((0, 1440),),) * 7, {})
        slow.look()
        assert kind() == "open"
    finally:
        slow.stop()
    assert told.empty()


def test_where_there_is_nothing_to_tell_nothing_is_told() -> None:
    looked = threading.Event()

    def clock() -> datetime:
        looked.set()
        return datetime(2026, 5, 4, 23, 0)

    hours = Hours(None, lambda _: pytest.fail("nothing to tell"), clock=clock)
    hours.start()
    assert looked.wait(PATIENCE_S)
    hours.stop()
