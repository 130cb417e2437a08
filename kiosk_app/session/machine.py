"""The machine itself: one rule for each event, then the step is settled."""

from __future__ import annotations

from kiosk_app.events import Event
from kiosk_app.session.effects import Effect
from kiosk_app.session.rules import RULES
from kiosk_app.session.state import SessionState
from kiosk_app.session.step import Step


def transition(state: SessionState, event: Event) -> tuple[SessionState, tuple[Effect, ...]]:
    """The next state and what is to be done, for any event in any state. Pure; raises nothing.

    An event that means nothing in the present phase changes nothing; a move that the table forbids is refused
    and reported as a ``Refused`` effect.
    """
    step = Step(state, event)
    rule = RULES.get(type(event))
    if rule is not None:
        rule(step, event)
    step.settle()
    return step.state, tuple(step.effects)
