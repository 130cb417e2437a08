"""Working in the staff corner: one thing at a time, nothing dangerous on one touch, the volume for who comes next."""

from __future__ import annotations

from typing import get_args

import pytest

from kiosk_app import events as ev
from kiosk_app.session import Hush, KeepVolume, Phase, Speak, StaffWork, Timing, TryLoudspeaker, VisitStarted
from kiosk_app.staff.reports import ASKED_TWICE, DoctorReport, StaffTask, TaskReport, TurnsReport, task_of
from tests.kiosk_app.session.play import ANSWER, Play
from tests.kiosk_app.session.test_staff import open_corner, open_pad

HARMLESS = sorted(set(get_args(StaffTask)) - ASKED_TWICE - {"speaker"})


@pytest.mark.parametrize("task", HARMLESS)
def test_what_is_harmless_is_begun_at_once(play: Play, task: StaffTask) -> None:
    open_corner(play)
    assert play.do(ev.StaffTaskChosen, task) == (StaffWork(task),)
    assert play.state.corner is not None
    assert task_of(play.state.corner.reports, task).state == "busy"


@pytest.mark.parametrize("task", sorted(ASKED_TWICE))
def test_what_cannot_be_taken_back_is_asked_once_more(play: Play, task: StaffTask) -> None:
    open_corner(play)
    assert play.do(ev.StaffTaskChosen, task) == ()
    assert play.state.corner is not None and play.state.corner.asking == task
    assert play.do(ev.StaffTaskConfirmed) == (StaffWork(task),)
    assert play.state.corner.asking is None


@pytest.mark.parametrize("way", [(ev.StaffTaskDropped,), (ev.StaffPageChosen, "menu"), (ev.StaffLeft,)])
def test_whoever_goes_away_from_the_question_has_said_no(play: Play, way: tuple) -> None:
    open_corner(play)
    play.do(ev.StaffTaskChosen, "wipe")
    play.do(*way)
    assert play.do(ev.StaffTaskConfirmed) == ()


def test_one_thing_at_a_time(play: Play) -> None:
    open_corner(play)
    play.do(ev.StaffTaskChosen, "doctor")
    assert play.do(ev.StaffTaskChosen, "export") == ()
    assert play.do(ev.StaffTaskChosen, "wipe") == ()
    assert play.do(ev.StaffTaskConfirmed) == ()
    play.do(ev.StaffTold, TaskReport("doctor", "done"))
    assert play.do(ev.StaffTaskChosen, "export") == (StaffWork("export"),)


@pytest.mark.parametrize("task", get_args(StaffTask))
def test_without_the_pin_nothing_is_done(play: Play, task: StaffTask) -> None:
    for opened in (lambda: None, lambda: open_pad(play)):
        opened()
        assert play.do(ev.StaffTaskChosen, task) == ()
        assert play.do(ev.StaffTaskConfirmed) == ()
        assert play.do(ev.SiteVolumeStepped, True) == ()


def test_what_is_told_stands_on_the_pages_and_goes_with_the_corner(play: Play) -> None:
    open_corner(play)
    for report in (TurnsReport(), DoctorReport((), 3), DoctorReport((), 4), TaskReport("doctor", "busy")):
        play.do(ev.StaffTold, report)
    assert play.state.corner is not None
    assert play.state.corner.reports == (TurnsReport(), DoctorReport((), 4), TaskReport("doctor", "busy"))
    play.do(ev.StaffLeft)
    play.do(ev.StaffTold, TurnsReport())
    assert play.state.corner is None


def test_what_is_told_keeps_no_corner_open(play: Play) -> None:
    open_corner(play)
    until = play.state.until
    play.wait(Timing().staff / 2)
    play.do(ev.StaffTold, TurnsReport())
    assert play.state.until == until
    play.do(ev.StaffTaskChosen, "doctor")
    assert play.state.until > until


def test_the_volume_is_that_of_every_visit_from_now_on(play: Play) -> None:
    open_corner(play)
    assert play.do(ev.SiteVolumeStepped, False) == (KeepVolume(0.7),)
    assert play.do(ev.SiteVolumeStepped, False) == (KeepVolume(0.6),)
    play.do(ev.StaffLeft)
    play.do(ev.MatterChosen, "gov.a")
    play.reply(ANSWER)
    assert play.wanted(VisitStarted)
    assert [speak.volume for speak in play.wanted(Speak)] == [0.6]


def test_the_volume_has_bounds_and_is_not_kept_again_at_them(play: Play) -> None:
    open_corner(play)
    kept = [effect for _ in range(12) for effect in play.do(ev.SiteVolumeStepped, True)]
    assert kept == [KeepVolume(0.9), KeepVolume(1.0)]
    for _ in range(12):
        play.do(ev.SiteVolumeStepped, False)
    assert play.state.volume == 0.2


def test_the_loudspeaker_is_tested_at_the_sites_volume_and_is_silent_afterwards(play: Play) -> None:
    open_corner(play)
    (test,) = play.do(ev.StaffTaskChosen, "speaker")
    assert isinstance(test, TryLoudspeaker) and (test.lang, test.volume) == ("zh", 0.8)
    play.do(ev.PlaybackStarted, test.utterance)
    play.do(ev.PlaybackFinished, test.utterance, True)
    assert play.phase is Phase.STAFF and play.state.speaking is None
    assert Hush() in play.do(ev.StaffLeft)


def test_a_loudspeaker_that_is_away_is_not_tested(play: Play) -> None:
    play.do(ev.PartDown, "speech", "no loudspeaker")
    open_corner(play)
    assert play.do(ev.StaffTaskChosen, "speaker") == ()


def test_the_corner_speaks_the_other_language_until_it_is_left(play: Play) -> None:
    open_corner(play)
    play.do(ev.StaffLanguageToggled)
    assert play.state.corner is not None and play.state.corner.lang == "en"
    play.do(ev.StaffLanguageToggled)
    assert play.state.corner.lang == "zh"
    play.do(ev.StaffLanguageToggled)
    play.do(ev.StaffLeft)
    open_corner(play)
    assert play.state.corner.lang == "zh"
