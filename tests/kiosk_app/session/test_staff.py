"""The staff corner in the session: who gets in, what becomes of the visit, and that it always closes."""

from __future__ import annotations

import pytest

from kiosk_app import events as ev
from kiosk_app.reply import Reply
from kiosk_app.session import Ask, CheckPin, Knock, Listen, Phase, Speak, Timing, VisitEnded, VisitStarted
from tests.kiosk_app.session.play import ANSWER, Play

TIMING = Timing()
PIN = "482915"


def open_pad(play: Play) -> None:
    """The gesture, and the door's answer."""
    assert play.do(ev.StaffKnocked) == (Knock(),)
    play.do(ev.PinPadOffered)


def open_corner(play: Play) -> None:
    """And the right PIN."""
    open_pad(play)
    assert play.do(ev.PinEntered, PIN) == (CheckPin(PIN),)
    play.do(ev.PinAccepted)


def test_the_gesture_alone_changes_nothing(play: Play) -> None:
    before = play.state
    play.do(ev.StaffKnocked)
    assert play.state == before, "without an answer of the door there is no corner"


def test_the_right_pin_opens_the_first_page(play: Play) -> None:
    open_corner(play)
    assert play.phase is Phase.STAFF
    assert play.state.corner is not None
    assert play.state.corner.page == "menu"
    play.do(ev.StaffPageChosen, "parts")
    assert play.state.corner is not None
    assert play.state.corner.page == "parts"


@pytest.mark.parametrize("speaking", [True, False])
def test_a_visit_ends_silently_when_staff_come(play: Play, speaking: bool) -> None:
    play.do(ev.MatterChosen, "gov.a")
    play.reply(ANSWER)
    if not speaking:
        play.fall_silent()
    open_pad(play)
    assert [end.outcome for end in play.wanted(VisitEnded)] == ["staff"]
    assert play.state.visit is None
    assert play.state.speaking is None
    assert not play.state.listening


def test_who_leaves_the_corner_and_still_stands_there_is_not_listened_to(play: Play) -> None:
    play.greet()
    open_corner(play)
    play.do(ev.StaffLeft)
    assert play.phase is Phase.IDLE and not play.state.listening


def test_it_opens_out_of_service_and_goes_back_there(play: Play) -> None:
    play.do(ev.PartDown, "config", "kiosk.toml:3: unknown key")
    assert play.phase is Phase.OUT_OF_SERVICE
    open_corner(play)
    assert play.phase is Phase.STAFF
    play.do(ev.StaffLeft)
    assert play.phase is Phase.OUT_OF_SERVICE


def test_what_breaks_meanwhile_closes_nothing_and_counts_afterwards(play: Play) -> None:
    open_corner(play)
    play.do(ev.PartDown, "knowledge", "gone")
    assert play.phase is Phase.STAFF
    play.do(ev.StaffLeft)
    assert play.phase is Phase.OUT_OF_SERVICE


def test_what_is_repaired_meanwhile_is_served_afterwards(play: Play) -> None:
    play.do(ev.PartDown, "knowledge", "gone")
    open_corner(play)
    play.do(ev.PartUp, "knowledge")
    play.do(ev.StaffLeft)
    assert play.phase is Phase.IDLE
    play.do(ev.ScreenTouched)
    assert play.phase is Phase.GREETING


def test_nobody_is_served_while_it_is_open(play: Play) -> None:
    open_corner(play)
    play.effects.clear()
    for event in (
        ev.PersonArrived(play.now, 1),
        ev.PersonEngaged(play.now, 1),
        ev.ScreenTouched(play.now),
        ev.SpeakPressed(play.now),
        ev.MatterChosen(play.now, "gov.a"),
        ev.QuestionTyped(play.now, "身份证"),
        ev.PersonRequested(play.now),
        ev.HomePressed(play.now),
        ev.SpeechStarted(play.now),
        ev.Replied(play.now, 1, Reply("answer", "zh", "x")),
        ev.PersonLeft(play.now),
    ):
        play.happen(event)
        assert play.phase is Phase.STAFF
    assert not any(play.wanted(kind) for kind in (VisitStarted, Ask, Speak))
    assert all(not listen.on for listen in play.wanted(Listen))


def test_the_pad_closes_after_half_a_minute_without_a_touch(play: Play) -> None:
    open_pad(play)
    play.wait(TIMING.pin_pad - 1)
    play.do(ev.ScreenTouched)
    play.wait(TIMING.pin_pad - 1)
    assert play.phase is Phase.STAFF_PIN
    play.wait(2)
    assert play.phase is Phase.IDLE
    assert play.state.corner is None


def test_the_corner_closes_after_three_minutes_without_a_touch(play: Play) -> None:
    open_corner(play)
    play.wait(TIMING.staff - 1)
    play.do(ev.ScreenTouched)
    play.wait(TIMING.staff - 1)
    assert play.phase is Phase.STAFF
    play.wait(2)
    assert play.phase is Phase.IDLE


def test_a_wrong_pin_may_be_followed_by_another(play: Play) -> None:
    open_pad(play)
    play.do(ev.PinEntered, "000001")
    play.do(ev.PinRefused, 1, 4)
    corner = play.state.corner
    assert corner is not None
    assert (corner.refused, corner.checking, corner.tries_left) == (True, False, 4)
    assert play.do(ev.PinEntered, PIN) == (CheckPin(PIN),)


def test_one_pin_is_checked_at_a_time(play: Play) -> None:
    open_pad(play)
    play.do(ev.PinEntered, "000001")
    assert play.do(ev.PinEntered, PIN) == ()


def test_a_locked_pad_takes_no_pin_and_opens_by_itself(play: Play) -> None:
    open_pad(play)
    play.do(ev.PinEntered, "000001")
    play.do(ev.PinRefused, 5, 1, play.now + 20)
    assert play.state.counting_down
    assert play.do(ev.PinEntered, PIN) == ()
    play.wait(20)
    assert play.state.corner is not None
    assert play.state.corner.locked_until == 0
    assert play.do(ev.PinEntered, PIN) == (CheckPin(PIN),)


def test_a_pad_that_is_locked_or_broken_from_the_beginning_takes_no_pin(play: Play) -> None:
    play.do(ev.PinPadOffered, play.now + 20)
    assert play.do(ev.PinEntered, PIN) == ()
    play.do(ev.StaffLeft)
    play.do(ev.PinPadOffered, 0.0, True)
    assert play.do(ev.PinEntered, PIN) == ()
    play.wait(TIMING.pin_pad)
    assert play.phase is Phase.IDLE


def test_an_answer_that_nobody_waits_for_opens_nothing(play: Play) -> None:
    play.do(ev.PinAccepted)
    assert play.phase is Phase.IDLE
    open_pad(play)
    play.do(ev.PinAccepted)
    assert play.phase is Phase.STAFF_PIN
    play.do(ev.PinEntered, PIN)
    play.do(ev.StaffLeft)
    play.do(ev.PinAccepted)
    assert play.phase is Phase.IDLE


def test_a_check_that_never_ends_does_not_keep_the_pad(play: Play) -> None:
    open_pad(play)
    play.do(ev.PinEntered, PIN)
    play.wait(TIMING.pin_pad)
    assert play.phase is Phase.IDLE


def test_stopping_closes_it(play: Play) -> None:
    open_corner(play)
    play.do(ev.Stopping)
    assert play.state.corner is None


def test_no_pin_is_in_the_state(play: Play) -> None:
    open_pad(play)
    play.do(ev.PinEntered, PIN)
    assert PIN not in repr(play.state)
    assert PIN not in repr(play.effects)
