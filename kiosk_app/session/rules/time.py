"""Time passes: deadlines, sounds that got lost, people who left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kiosk_app import events as ev
from kiosk_app.session.effects import Phrase
from kiosk_app.session.rules import tickets
from kiosk_app.session.rules.printing import give_up
from kiosk_app.session.rules.staff import leave, unlock
from kiosk_app.session.state import Phase
from kiosk_app.session.step import Rules, Step


def _tick(step: Step, event: ev.Tick) -> None:
    state = step.state
    if state.speaking is not None and event.at >= state.speaking.lost_at:
        step.hush()
        step.fell_silent()
    printing = step.visit.printing if step.visit is not None else None
    if printing is not None and printing.mood == "busy" and event.at >= printing.lost_at:
        give_up(step)
    tickets.give_up(step)
    held_since = step.state.speaking.held_since if step.state.speaking is not None else None
    if held_since is not None and event.at >= held_since + state.timing.held:
        step.carry_on()  # whoever was to decide is gone
    unplugged = step.visit.unplugged_at if step.visit is not None else None
    if unplugged is not None and event.at >= unplugged + state.timing.unplugged:
        step.end("left")
        return
    absent = step.state.absent_since
    if absent is not None and step.visit is not None:
        if step.state.speaking is not None and event.at >= absent + state.timing.farewell:
            step.hush()
        if event.at >= absent + state.timing.absence:
            step.end("left")
            return
    if step.visit is not None and step.visit.greet_at is not None and event.at >= step.visit.greet_at:
        _greet(step)
    unlock(step)
    if event.at >= step.state.until:
        _DEADLINES[step.phase](step)


def _greet(step: Step) -> None:
    visit = step.visit
    step.state = step.state.with_visit(greet_at=None)
    if visit is not None and not visit.acted and step.phase is Phase.GREETING and step.state.speaking is None:
        step.speak(Phrase.GREETING)
        step.state = replace(step.state, greeted=True)


def _look_around(step: Step) -> None:
    step.extend(step.state.timing.housekeeping)


def _nobody_answered(step: Step) -> None:
    visit = step.visit
    if visit is None or visit.warned:
        step.end("timeout")
        return
    step.state = step.state.with_visit(warned=True)
    step.extend(step.state.timing.warning)
    step.speak(Phrase.GUIDE_STILL_THERE if visit.guided else Phrase.STILL_THERE)


def _nothing_wanted(step: Step) -> None:
    """Who looks sees the screen wait; who listens is asked first."""
    if step.visit is not None and step.visit.guided:
        _nobody_answered(step)
    else:
        step.end("no_request")


def _no_answer_found(step: Step) -> None:
    step.resume(hint=True)
    step.speak(Phrase.NOT_UNDERSTOOD)


def _staff_did_not_come(step: Step) -> None:
    visit = step.visit
    if visit is None or visit.handover_failed or visit.handover_accepted:
        step.end("handover")
        return
    step.state = step.state.with_visit(handover_failed=True)
    step.extend(step.state.timing.inactivity)
    step.speak(Phrase.STAFF_BUSY)


_DEADLINES: Mapping[Phase, Callable[[Step], None]] = {
    Phase.IDLE: _look_around,
    Phase.OUT_OF_SERVICE: _look_around,
    Phase.GREETING: _nothing_wanted,
    Phase.LISTENING: lambda step: step.unheard(),
    Phase.THINKING: _no_answer_found,
    Phase.ANSWERING: _nobody_answered,
    Phase.CLARIFYING: _nobody_answered,
    Phase.TICKET: _nobody_answered,
    Phase.HANDOVER: _staff_did_not_come,
    Phase.FAREWELL: lambda step: step.end("goodbye"),
    Phase.STAFF_PIN: leave,
    Phase.STAFF: leave,
}


RULES: Rules = {
    ev.Tick: _tick,
}
