"""Interrupting the kiosk by voice, on virtual time."""

from __future__ import annotations

import pytest

from kiosk_app import events as ev
from kiosk_app.session import Ask, CarryOn, Hold, Hush, Listen, Phase, Speak
from tests.kiosk_app.session.play import ANSWER, Play


@pytest.fixture
def play() -> Play:
    """A kiosk in full duplex that has just begun to answer."""
    made = Play(full_duplex=True)
    made.do(ev.MatterChosen, "gov.residence_permit.apply")
    made.reply(ANSWER)
    made.do(ev.PlaybackStarted, made.wanted(Speak)[-1].utterance)
    return made


def test_the_ears_are_open_to_interruptions_only_while_it_speaks(play: Play) -> None:
    assert play.wanted(Listen)[-1] == Listen(True, over_speech=True)
    assert (play.state.overhearing, play.state.listening) == (True, False)
    play.fall_silent()
    assert play.wanted(Listen)[-1] == Listen(True)
    assert (play.state.overhearing, play.state.listening) == (False, True)


def test_in_half_duplex_the_ears_are_closed_while_it_speaks() -> None:
    play = Play()
    play.do(ev.MatterChosen, "gov.residence_permit.apply")
    play.reply(ANSWER)
    assert not play.state.overhearing
    assert Listen(True, over_speech=True) not in play.effects
    for kind in (ev.InterruptionSuspected, ev.InterruptionConfirmed, ev.InterruptionDismissed):
        assert play.do(kind) == ()


def test_a_cough_holds_the_speech_and_it_goes_on(play: Play) -> None:
    lost_at = play.state.speaking and play.state.speaking.lost_at
    until = play.state.until
    assert play.do(ev.InterruptionSuspected) == (Hold(softly=False),)
    play.wait(0.8)
    assert play.do(ev.InterruptionDismissed) == (CarryOn(),)
    speaking = play.state.speaking
    assert speaking is not None and lost_at is not None
    assert speaking.lost_at > lost_at + 0.8
    assert play.state.until > until + 0.8
    assert (play.phase, play.wanted(Hush)) == (Phase.ANSWERING, [])


def test_a_third_hold_of_one_speech_is_only_a_soft_one(play: Play) -> None:
    for softly in (False, False, True, True):
        assert play.do(ev.InterruptionSuspected) == (Hold(softly),)
        assert play.do(ev.InterruptionSuspected) == (), "it is held already"
        play.wait(0.7)
        assert play.do(ev.InterruptionDismissed) == (CarryOn(),)
        assert play.do(ev.InterruptionDismissed) == ()


def test_an_interruption_ends_the_speech_and_the_citizen_is_heard(play: Play) -> None:
    play.do(ev.InterruptionSuspected)
    play.wait(0.4)
    effects = play.do(ev.InterruptionConfirmed)
    assert effects == (Hush(), Listen(True))
    play.hear("营业时间是几点")
    assert play.phase is Phase.THINKING
    assert play.wanted(Ask)[-1].request.text == "营业时间是几点"  # type: ignore[union-attr]


def test_who_only_says_stop_gets_silence_and_keeps_the_answer(play: Play) -> None:
    play.do(ev.InterruptionSuspected)
    play.do(ev.InterruptionConfirmed)
    assert play.state.speaking is None
    assert (play.phase, play.visit.reply) == (Phase.ANSWERING, ANSWER)
    assert play.state.deadline > play.now + 10


def test_a_speech_that_was_held_goes_on_when_nobody_decides(play: Play) -> None:
    play.do(ev.InterruptionSuspected)
    play.wait(play.state.timing.held + 0.01)
    assert play.effects[-1] == CarryOn()


def test_stop_as_an_utterance_of_its_own_is_nothing_to_be_answered(play: Play) -> None:
    play.do(ev.InterruptionConfirmed)
    asked = len(play.wanted(Ask))
    play.hear("别说了")
    assert (play.phase, play.visit.reply, play.visit.hint) == (Phase.ANSWERING, ANSWER, False)
    assert len(play.wanted(Ask)) == asked


@pytest.mark.parametrize(
    "lost",
    [ev.MicrophoneLost(0.0, "unplugged"), ev.PartDown(0.0, "recognition", "broken")],
    ids=["mic", "ears"],
)
def test_a_speech_that_was_held_goes_on_at_once_when_the_listener_dies(play: Play, lost: ev.Event) -> None:
    play.do(ev.InterruptionSuspected)
    assert play.happen(lost) == (Listen(False), CarryOn())


def test_a_touch_stops_it_also_when_it_is_held(play: Play) -> None:
    play.do(ev.InterruptionSuspected)
    assert Hush() in play.do(ev.StopPressed)
    assert play.do(ev.InterruptionDismissed) == ()


def test_what_is_said_next_is_not_held(play: Play) -> None:
    play.do(ev.InterruptionSuspected)
    play.do(ev.RepeatPressed)
    assert play.do(ev.InterruptionDismissed) == ()
    assert play.do(ev.InterruptionSuspected) == (Hold(softly=False),)


def test_a_speech_that_ends_while_it_is_held_is_over(play: Play) -> None:
    play.do(ev.InterruptionSuspected)
    play.fall_silent()
    assert play.do(ev.InterruptionDismissed) == ()
    assert play.state.listening
