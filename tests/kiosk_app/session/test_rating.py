"""The rating at the end: asked of who was answered, once, and never in anybody's way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk_app import events as ev
from kiosk_app.reply import Reply
from kiosk_app.session import Phase, Rated, Timing, VisitEnded
from tests.kiosk_app.session.play import ANSWER, MISS, QUESTION, Play

TIMING = Timing()


@pytest.fixture
def leaving(play: Play) -> Play:
    """A citizen who was answered, has said goodbye and has heard it."""
    play.do(ev.PersonEngaged, 1)
    play.answer()
    play.do(ev.FinishPressed)
    play.fall_silent()
    return play


@pytest.mark.parametrize("rating", [1, 2, 3])
def test_one_touch_is_taken_and_thanked_for(leaving: Play, rating: int) -> None:
    leaving.do(ev.ScreenTouched)
    leaving.do(ev.RatingGiven, rating)
    assert leaving.wanted(Rated) == [Rated(rating, 1)]
    assert (leaving.phase, leaving.visit.rating) == (Phase.FAREWELL, rating)
    leaving.wait(TIMING.thanks + 0.1)
    assert [end.outcome for end in leaving.wanted(VisitEnded)] == ["goodbye"]


def test_only_the_first_touch_counts(leaving: Play) -> None:
    leaving.do(ev.RatingGiven, 3)
    leaving.do(ev.ScreenTouched)
    leaving.do(ev.RatingGiven, 1)
    assert leaving.wanted(Rated) == [Rated(3, 1)]
    assert leaving.phase is Phase.FAREWELL


@pytest.mark.parametrize("rating", [0, 4, -1])
def test_what_is_no_rating_is_none(leaving: Play, rating: int) -> None:
    leaving.do(ev.RatingGiven, rating)
    assert leaving.wanted(Rated) == []
    assert leaving.visit.rating == 0


def test_nobody_has_to_rate(leaving: Play) -> None:
    leaving.wait(TIMING.rating - 0.1)
    assert leaving.phase is Phase.FAREWELL
    leaving.wait(0.2)
    assert leaving.phase is Phase.IDLE
    assert leaving.wanted(Rated) == []


def test_elder_mode_gives_twice_the_time(play: Play) -> None:
    play.do(ev.ElderToggled)
    play.answer()
    play.do(ev.FinishPressed)
    play.fall_silent()
    play.wait(TIMING.rating * TIMING.elder_factor - 0.1)
    assert play.phase is Phase.FAREWELL
    play.wait(0.2)
    assert play.phase is Phase.IDLE


def test_who_walks_away_is_not_waited_for(leaving: Play) -> None:
    leaving.wait(1.0)
    leaving.do(ev.CustomerLeft)
    leaving.wait(1.1)
    assert leaving.phase is Phase.IDLE


def test_who_walks_away_while_goodbye_is_said_is_not_waited_for(play: Play) -> None:
    play.do(ev.PersonEngaged, 1)
    play.answer()
    play.do(ev.FinishPressed)
    play.do(ev.CustomerLeft)
    play.fall_silent()
    play.wait(1.1)
    assert play.phase is Phase.IDLE


def test_a_rating_while_goodbye_is_said_lets_it_be_said(play: Play) -> None:
    play.answer()
    play.do(ev.FinishPressed)
    play.do(ev.RatingGiven, 2)
    assert play.state.speaking is not None
    play.fall_silent()
    play.wait(1.1)
    assert play.phase is Phase.IDLE


@pytest.mark.parametrize("reply", [MISS, QUESTION, replace(ANSWER, act="smalltalk")])
def test_without_an_answer_nobody_is_asked(play: Play, reply: Reply) -> None:
    play.answer(reply)
    play.do(ev.FinishPressed)
    play.do(ev.RatingGiven, 3)
    assert play.wanted(Rated) == []
    play.do(ev.ScreenTouched)
    assert play.phase is Phase.GREETING, "a touch during a plain goodbye begins anew"


@pytest.mark.parametrize("event", [ev.HomePressed, ev.SpeakPressed, ev.TopicsOpened])
def test_who_wants_something_more_gets_it_at_once(leaving: Play, event: type) -> None:
    number = leaving.visit.number
    leaving.do(ev.ScreenTouched)
    leaving.do(event)
    assert leaving.visit.number == number + 1
    assert not leaving.visit.answered


def test_outside_the_goodbye_nothing_is_rated(play: Play) -> None:
    play.do(ev.RatingGiven, 3)
    assert play.state.visit is None
    play.answer()
    play.do(ev.RatingGiven, 3)
    assert play.wanted(Rated) == []


def test_the_next_citizen_rates_anew(leaving: Play) -> None:
    leaving.do(ev.RatingGiven, 1)
    leaving.wait(TIMING.thanks + 0.1)
    leaving.answer()
    leaving.do(ev.FinishPressed)
    leaving.do(ev.RatingGiven, 3)
    assert leaving.wanted(Rated) == [Rated(1, 1), Rated(3, 1)]
