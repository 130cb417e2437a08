"""People come and go: who is greeted, how, and what is left of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk_app import events as ev
from kiosk_app.session import (
    Phase,
    Phrase,
    Timing,
    VisitEnded,
    VisitStarted,
)
from tests.kiosk_app.session.play import ANSWER, Play

TIMING = Timing()


def test_only_somebody_near_is_greeted_aloud(play: Play) -> None:
    play.do(ev.PersonArrived, 1)
    assert play.phase is Phase.IDLE
    play.greet()
    assert play.said() == [Phrase.GREETING]
    assert play.wanted(VisitStarted) == [VisitStarted(1, "near")]


def test_a_touch_and_a_voice_begin_without_a_greeting() -> None:
    touched, heard = Play(senses={"camera"}), Play()
    touched.do(ev.ScreenTouched)
    heard.do(ev.PartUp, "recognition")
    heard.do(ev.SpeechStarted)
    assert touched.wanted(VisitStarted) == [VisitStarted(1, "touch")]
    assert heard.wanted(VisitStarted) == [VisitStarted(1, "voice")]
    assert (heard.phase, touched.phase) == (Phase.LISTENING, Phase.GREETING)
    assert touched.said() == heard.said() == []


def test_a_site_may_greet_silently() -> None:
    play = Play(senses={"camera"}, greet_aloud=False)
    play.greet()
    assert (play.phase, play.said()) == (Phase.GREETING, [])


def test_who_only_stands_there_is_greeted_once(play: Play) -> None:
    play.greet()
    play.fall_silent()
    play.wait(TIMING.greeting + TIMING.warning + 1)
    assert play.state.visit is None
    play.greet()
    assert play.state.visit is not None, "the screen greets"
    assert play.said().count(Phrase.GREETING) == 1


def test_who_stands_there_after_a_time_out_is_heard_without_touching(play: Play) -> None:
    """A citizen who looked for a paper in a bag for two minutes, and then asks."""
    play.greet()
    play.answer()
    play.wait(2 * TIMING.inactivity + TIMING.warning)
    assert play.phase is Phase.IDLE and play.state.listening
    play.do(ev.SpeechStarted)
    assert play.phase is Phase.LISTENING
    assert play.wanted(VisitStarted)[-1] == VisitStarted(2, "voice")


@pytest.mark.parametrize("gone", [(ev.CustomerLeft,), (ev.PersonLeft,), (ev.FinishPressed,)])
def test_nobody_is_heard_in_idle_who_has_left_or_said_goodbye(play: Play, gone: tuple[Any, ...]) -> None:
    play.greet()
    play.answer()
    play.do(*gone)
    play.wait(TIMING.inactivity + TIMING.warning + 60)
    assert play.phase is Phase.IDLE and not play.state.listening


@pytest.mark.parametrize("then", [[(ev.PersonLeft,)], [], [(ev.ScreenTouched,), (ev.FinishPressed,)]])
def test_who_comes_next_is_greeted_again(play: Play, then: list[tuple[Any, ...]]) -> None:
    play.greet()
    play.fall_silent()
    for event in then:
        play.do(*event)
    play.wait(120)
    assert play.state.visit is None
    play.do(ev.PersonEngaged, 1, not then)
    play.wait(TIMING.greet_pause)
    assert play.said().count(Phrase.GREETING) == 2


def test_nobody_is_greeted_aloud_in_a_queue_or_in_quiet_hours(play: Play) -> None:
    play.do(ev.PersonEngaged, 4)
    assert (play.phase, play.said()) == (Phase.GREETING, [])
    late = Play(senses={"camera"})
    late.do(ev.QuietHours, True)
    late.do(ev.PersonEngaged, 1)
    assert (late.phase, late.said()) == (Phase.GREETING, [])


def test_nobody_is_greeted_while_somebody_speaks() -> None:
    play = Play(senses={"camera"})
    play.do(ev.PartUp, "recognition")
    play.do(ev.PersonEngaged, 1)
    play.wait(TIMING.greet_pause - 0.1)
    play.do(ev.SpeechStarted)
    play.wait(1.0)
    assert (play.phase, play.said()) == (Phase.LISTENING, [])


def test_the_next_in_the_queue_finds_nothing_of_the_one_before(play: Play) -> None:
    play.answer()
    first = play.visit.number
    play.do(ev.CustomerLeft)
    play.wait(1.0)
    play.do(ev.PersonEngaged, 2, True)
    assert play.visit.number == first + 1
    assert play.visit.reply is None
    assert play.wanted(VisitEnded)[-1].outcome == "replaced"


def test_a_bystander_who_looks_takes_nothing_over(play: Play) -> None:
    play.answer()
    play.do(ev.PersonEngaged, 2, True)
    assert play.visit.reply == ANSWER, "the customer has not left"


def test_when_the_last_person_has_left_everything_is_wiped_in_time(play: Play) -> None:
    play.answer()
    play.do(ev.PersonLeft)
    play.wait(TIMING.absence - 0.1)
    assert play.state.visit is not None
    play.wait(0.2)
    assert play.state.visit is None
    assert play.wanted(VisitEnded)[-1].outcome == "left"


def test_who_comes_back_in_time_finds_everything_as_it_was(play: Play) -> None:
    play.answer()
    play.do(ev.PersonLeft)
    play.wait(TIMING.absence - 1)
    play.do(ev.PersonArrived, 1)
    play.wait(TIMING.absence)
    assert play.visit.reply == ANSWER


def test_the_voice_falls_silent_before_the_wiping_when_everybody_has_left(play: Play) -> None:
    play.do(ev.MatterChosen, "gov.a")
    play.reply(replace(ANSWER, speech="请带身份证。" * 20))
    play.do(ev.PersonLeft)
    play.wait(TIMING.farewell + 0.1)
    assert play.state.speaking is None
    assert play.state.visit is not None


def test_a_touch_after_the_camera_last_saw_somebody_counts_as_somebody(play: Play) -> None:
    """The camera tells late that it lost sight of a face that looked down at the screen."""
    play.answer()
    last_seen = play.now
    play.wait(4.0)
    play.do(ev.ScreenTouched)
    play.wait(1.0)
    play.happen(ev.PersonLeft(last_seen))
    play.wait(last_seen + TIMING.absence + 0.1 - play.now)
    assert play.state.visit is not None, "the absence was counted from before the touch"
    play.wait(5.0)
    assert play.state.visit is None


def test_a_new_visitor_is_not_sent_away_by_the_one_before(play: Play) -> None:
    """Somebody left; before the camera says so, the next one has touched the screen."""
    last_seen = play.now
    play.wait(10.0)
    play.do(ev.MatterChosen, "gov.a")
    play.happen(ev.PersonLeft(last_seen))
    assert play.state.deadline > play.now
    play.wait(6.0)
    assert play.state.visit is not None


def test_the_length_of_a_visit_by_voice_begins_with_the_first_sound() -> None:
    play = Play()
    play.do(ev.PartUp, "recognition")
    play.happen(ev.SpeechStarted(play.now - 0.5))
    play.do(ev.PartDown, "knowledge", "gone")
    assert play.wanted(VisitEnded)[0].seconds == pytest.approx(0.5)
