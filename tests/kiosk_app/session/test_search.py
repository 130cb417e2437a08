"""Searching by letters within a visit: it opens, takes letters, and is gone with whatever leads away from it."""

from __future__ import annotations

import pytest

from kiosk_app import events as ev
from kiosk_app.request import MatterAsked
from kiosk_app.session import Ask, Phase, Timing
from kiosk_app.topic_search import MOST_LETTERS
from tests.kiosk_app.session.play import ANSWER, Play


def press(play: Play, *keys: str) -> None:
    """The keys one after the other."""
    for key in keys:
        play.do(ev.SearchKeyPressed, key)


@pytest.fixture
def searching(play: Play) -> Play:
    """A citizen who has opened the list of topics and then the search."""
    play.do(ev.TopicsOpened)
    play.do(ev.SearchOpened)
    return play


def test_letters_are_taken_and_taken_back(searching: Play) -> None:
    assert searching.visit.search == ""
    press(searching, *"sfx", "delete", "z")
    assert searching.visit.search == "sfz"
    press(searching, "clear")
    assert searching.visit.search == ""
    press(searching, "delete")
    assert searching.visit.search == ""


@pytest.mark.parametrize("key", ["", "S", "sf", "1", "中", " ", "enter"])
def test_what_is_no_key_types_nothing(searching: Play, key: str) -> None:
    press(searching, "s", key)
    assert searching.visit.search == "s"


def test_no_more_is_taken_than_any_name_has(searching: Play) -> None:
    press(searching, *"a" * (MOST_LETTERS + 5))
    assert searching.visit.search == "a" * MOST_LETTERS


def test_back_leads_to_the_topics_and_then_home(searching: Play) -> None:
    press(searching, "s")
    searching.do(ev.BackPressed)
    assert (searching.visit.browsing, searching.visit.search) == (True, None)
    searching.do(ev.BackPressed)
    assert (searching.visit.browsing, searching.visit.search) == (False, None)


@pytest.mark.parametrize("event", [ev.HomePressed, ev.TopicsOpened])
def test_home_and_the_topics_forget_the_letters(searching: Play, event: type) -> None:
    press(searching, "s")
    searching.do(event)
    assert searching.visit.search is None


def test_a_matter_that_was_found_is_asked_for(searching: Play) -> None:
    press(searching, *"jzz")
    searching.do(ev.MatterChosen, "gov.residence_permit.apply")
    assert searching.wanted(Ask)[-1].request == MatterAsked("gov.residence_permit.apply", "summary")
    searching.reply(ANSWER)
    assert searching.phase is Phase.ANSWERING
    searching.do(ev.BackPressed)
    assert searching.visit.search is None


def test_a_key_that_comes_after_the_screen_has_changed_types_nothing(searching: Play) -> None:
    press(searching, "s")
    searching.do(ev.MatterChosen, "gov.residence_permit.apply")
    press(searching, "f")
    assert searching.visit.search == "s"


def test_who_speaks_and_is_not_understood_finds_the_letters_again(searching: Play) -> None:
    press(searching, *"sf")
    searching.do(ev.SpeechStarted)
    searching.do(ev.NothingHeard)
    assert (searching.phase, searching.visit.search, searching.visit.hint) == (Phase.GREETING, "sf", True)
    press(searching, "z")
    assert not searching.visit.hint


def test_every_key_gives_the_citizen_more_time(searching: Play) -> None:
    for _ in range(3):
        searching.wait(Timing().inactivity - 1.0)
        press(searching, "a")
    assert searching.visit.search == "aaa"
    searching.wait(Timing().inactivity + 1.0)
    assert searching.state.visit is None


def test_the_next_citizen_sees_no_letter_of_it(searching: Play) -> None:
    press(searching, *"sfz")
    searching.wait(Timing().inactivity + 1.0)
    searching.do(ev.SearchKeyPressed, "x")
    assert searching.visit.search is None
    assert "sfz" not in repr(searching.state)


def test_a_key_says_nothing_of_its_letter() -> None:
    assert "q" not in repr(ev.SearchKeyPressed(1.0, "q"))
