"""An answer on paper: asked for by touch, and what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from kiosk_app import events as ev
from kiosk_app.session.effects import Phrase, PrintAnswer
from kiosk_app.session.rules import tickets
from kiosk_app.session.rules.touch import awake
from kiosk_app.session.state import Phase, Printing
from kiosk_app.session.step import Rules, Step


def _pressed(step: Step, event: ev.PrintPressed) -> None:
    """Once at a time, and only the answer that is on the screen."""
    if not awake(step) or step.phase is not Phase.ANSWERING or step.state.is_down("printer"):
        return
    visit = step.visit
    if visit is None or visit.reply is None or not visit.reply.can_be_taken:
        return
    if visit.printing is not None and visit.printing.mood == "busy":
        return
    number = step.state.jobs + 1
    printing = Printing(number, "busy", step.at + step.state.timing.printing)
    step.state = replace(step.state, jobs=number).with_visit(printing=printing)
    step.effects.append(PrintAnswer(number, visit.reply))


def give_up(step: Step) -> None:
    """Nothing was heard of a job for too long."""
    _settle(step, "failed")


def _printed(step: Step, event: ev.Printed) -> None:
    if _awaited(step, event.job):
        _settle(step, "done")
    tickets.printed(step, event.job, "done")


def _failed(step: Step, event: ev.PrintFailed) -> None:
    if _awaited(step, event.job):
        _settle(step, "failed")
    tickets.printed(step, event.job, "failed")


def _awaited(step: Step, job: int) -> bool:
    printing = step.visit.printing if step.visit is not None else None
    return printing is not None and printing.mood == "busy" and printing.job == job


def _settle(step: Step, mood: Literal["done", "failed"]) -> None:
    if step.visit is not None and step.visit.printing is not None:
        step.state = step.state.with_visit(printing=replace(step.visit.printing, mood=mood))
        if step.visit.guided and step.state.speaking is None:
            step.speak(Phrase.GUIDE_PRINTED if mood == "done" else Phrase.GUIDE_NOT_PRINTED)


RULES: Rules = {
    ev.PrintPressed: _pressed,
    ev.Printed: _printed,
    ev.PrintFailed: _failed,
}
