"""People come and go."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app import events as ev
from kiosk_app.session.effects import Phrase
from kiosk_app.session.state import Phase
from kiosk_app.session.step import Rules, Step


def _person_arrived(step: Step, event: ev.PersonArrived) -> None:
    step.notice()


def _person_near(step: Step, event: ev.PersonNear) -> None:
    step.notice()
    if step.phase is Phase.IDLE:
        step.begin("near")
        if step.state.greet_aloud:
            step.speak(Phrase.GREETING)


def _person_left(step: Step, event: ev.PersonLeft) -> None:
    """The camera last saw somebody at ``event.at``, some seconds ago; a touch since then was somebody too."""
    if step.visit is not None and step.state.absent_since is None:
        step.state = replace(step.state, absent_since=max(event.at, step.state.seen_at))


RULES: Rules = {
    ev.PersonArrived: _person_arrived,
    ev.PersonNear: _person_near,
    ev.PersonLeft: _person_left,
}
