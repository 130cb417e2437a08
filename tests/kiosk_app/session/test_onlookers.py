"""While somebody else can read the screen, the citizen's words are not on it."""

from __future__ import annotations

import pytest

from fleet.device.events import HandoverAccepted
from kiosk_app import events as ev
from kiosk_app.presenter import Site, view_of
from tests.kiosk_app.session.play import ANSWER, Play


@pytest.fixture
def play() -> Play:
    """Somebody stands before a kiosk with a camera."""
    play = Play(senses=("camera",))
    play.do(ev.PersonEngaged, 1)
    return play


def covered(play: Play) -> bool:
    return view_of(play.state, Site(camera_enabled=True), play.now).covered


def test_an_answer_is_covered_as_long_as_somebody_reads_along(play: Play) -> None:
    play.answer(ANSWER)
    assert not covered(play)
    play.do(ev.OnlookerSeen)
    assert covered(play)
    play.do(ev.OnlookerGone)
    assert not covered(play)


def test_the_home_screen_has_nothing_to_cover(play: Play) -> None:
    play.do(ev.OnlookerSeen)
    assert not covered(play)
    play.do(ev.SearchOpened)
    assert covered(play)


def test_words_are_covered_as_they_are_spoken_and_answered_by_a_person(play: Play) -> None:
    play.do(ev.OnlookerSeen)
    play.do(ev.SpeakPressed)
    assert covered(play)
    play.do(ev.PersonRequested)
    play.happen(HandoverAccepted(play.now, play.visit.handover, "请带上离婚证"))
    assert covered(play)


def test_who_is_with_a_friend_reads_on_for_the_rest_of_the_visit(play: Play) -> None:
    play.answer(ANSWER)
    play.do(ev.OnlookerSeen)
    play.do(ev.UncoverPressed)
    assert not covered(play)
    play.do(ev.OnlookerGone)
    play.do(ev.OnlookerSeen)
    assert not covered(play)
    play.do(ev.FinishPressed)
    play.wait(60)
    play.do(ev.PersonEngaged, 1)
    play.answer(ANSWER)
    assert covered(play), "the next one has not said so"


@pytest.mark.parametrize(
    "end", [(ev.PersonLeft,), (ev.CameraLost, "unplugged"), (ev.PartDown, "camera", "broken")]
)
def test_a_camera_that_sees_nobody_covers_nothing(play: Play, end: tuple) -> None:
    play.answer(ANSWER)
    play.do(ev.OnlookerSeen)
    play.do(*end)
    assert not covered(play)
