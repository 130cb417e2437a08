"""Receipts in the session: one at a time, of the answer on the screen, forgotten with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk_app import events as ev
from kiosk_app.reply import Card
from kiosk_app.session import PrintAnswer, Timing
from tests.kiosk_app.session.play import ANSWER, QUESTION, Play

TOLD = replace(ANSWER, cards=(Card("fact", "fee", "费用", ("免费",)),))


def mood(play: Play) -> str:
    """What became of the receipt of the answer on the screen."""
    return play.visit.printing.mood if play.visit.printing is not None else ""


def asked(play: Play) -> PrintAnswer:
    """An answer, and a finger on "print"."""
    play.answer(TOLD)
    effects = play.do(ev.PrintPressed)
    wanted = [effect for effect in effects if isinstance(effect, PrintAnswer)]
    assert [effect.reply for effect in wanted] == [TOLD]
    return wanted[0]


@pytest.mark.parametrize(
    ("told", "becomes"), [((ev.Printed,), "done"), ((ev.PrintFailed, "printer.paper"), "failed")]
)
def test_what_became_of_it_is_known(play: Play, told: tuple, becomes: str) -> None:
    job = asked(play).job
    assert mood(play) == "busy"
    kind, *more = told
    play.do(kind, job + 1, *more)
    assert mood(play) == "busy", "that was another receipt"
    play.do(kind, job, *more)
    assert mood(play) == becomes
    play.do(ev.PrintFailed, job, "printer.gone")
    assert mood(play) == becomes, "it is told once"


def test_a_second_finger_prints_no_second_receipt(play: Play) -> None:
    asked(play)
    play.do(ev.PrintPressed)
    assert len(play.wanted(PrintAnswer)) == 1


def test_one_of_which_nothing_is_heard_has_failed(play: Play) -> None:
    asked(play)
    play.wait(Timing().printing - 1)
    assert mood(play) == "busy"
    play.wait(2)
    assert mood(play) == "failed"


@pytest.mark.parametrize(
    "reply", [ANSWER, QUESTION, replace(TOLD, act="smalltalk"), replace(TOLD, matter=None)]
)
def test_what_cannot_be_taken_is_not_printed(play: Play, reply: object) -> None:
    play.answer(reply)  # type: ignore[arg-type]
    play.do(ev.PrintPressed)
    assert play.wanted(PrintAnswer) == []


def test_a_printer_that_is_down_is_not_asked(play: Play) -> None:
    play.answer(TOLD)
    play.do(ev.PartDown, "printer", "out of paper: put in a new roll")
    play.do(ev.PrintPressed)
    assert play.wanted(PrintAnswer) == []
    play.do(ev.PartUp, "printer")
    play.do(ev.PrintPressed)
    assert len(play.wanted(PrintAnswer)) == 1


@pytest.mark.parametrize(
    "leave",
    [
        lambda play: play.do(ev.HomePressed),
        lambda play: play.do(ev.FinishPressed),
        lambda play: play.do(ev.PersonRequested),
        lambda play: play.answer(TOLD),
    ],
    ids=["home", "finish", "person", "next answer"],
)
def test_it_is_forgotten_with_its_answer(play: Play, leave: Callable[[Play], object]) -> None:
    job = asked(play).job
    leave(play)
    assert mood(play) == ""
    before = play.state
    play.do(ev.Printed, job)
    assert play.state == before


def test_it_is_forgotten_with_its_visit(play: Play) -> None:
    job = asked(play).job
    play.do(ev.PersonLeft)
    play.wait(Timing().absence + 1)
    assert play.state.visit is None
    assert asked(play).job != job, "no number is used twice"
    play.do(ev.Printed, job)
    assert mood(play) == "busy", "that was the receipt of another visit"


def test_a_finger_on_print_is_a_sign_of_somebody(play: Play) -> None:
    play.answer(TOLD)
    play.wait(Timing().inactivity + 1)
    assert play.visit.warned
    play.do(ev.PrintPressed)
    assert not play.visit.warned
