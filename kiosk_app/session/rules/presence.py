"""People come and go."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app import events as ev
from kiosk_app.session.state import Phase
from kiosk_app.session.step import Rules, Step

_CROWD = 4
"""So many people in view are a queue or a group that walks through: nobody of them is spoken to unasked."""


def _person_arrived(step: Step, event: ev.PersonArrived) -> None:
    step.notice()


def _person_engaged(step: Step, event: ev.PersonEngaged) -> None:
    """Somebody stands here and looks. Only the next one in the queue, of whom that is certain, ends a visit."""
    if event.other:
        if step.visit is not None and step.state.absent_since is not None:
            step.end("replaced")
        step.state = replace(step.state, greeted=False)
    step.state = replace(step.state, customer=True)
    step.notice()
    if step.phase is Phase.IDLE:
        step.begin("near")
        if _may_greet(step, event.count):
            # Not at once: who speaks already is heard, and not talked over.
            step.state = step.state.with_visit(greet_at=step.at + step.state.timing.greet_pause)


def _may_greet(step: Step, count: int) -> bool:
    """Once for each who comes: nobody is greeted again who only stands there, as a guard does."""
    state = step.state
    return state.greet_aloud and not state.quiet_hours and not state.greeted and count < _CROWD


def _left(step: Step, event: ev.CustomerLeft | ev.PersonLeft) -> None:
    """The camera last saw the customer at ``event.at``, some seconds ago; a touch since then was somebody too.

    Who listens with headphones is here, wherever the camera looks.
    """
    step.state = replace(step.state, customer=False)
    if step.phase is Phase.OUT_OF_SERVICE:  # what a key was answered with
        step.hush()
    plugged = step.state.headphones and step.visit is not None and step.visit.guided
    if step.visit is not None and step.state.absent_since is None and not plugged:
        step.state = replace(step.state, absent_since=max(event.at, step.state.seen_at))
        if step.phase is Phase.FAREWELL and step.state.speaking is None:  # nobody is left to rate anything
            step.extend(min(1.0, max(0.0, step.state.until - step.at)))


def _person_left(step: Step, event: ev.PersonLeft) -> None:
    _left(step, event)
    _onlooker_gone(step, event)
    step.state = replace(step.state, greeted=False)  # whoever comes next has come anew


def _onlooker_seen(step: Step, event: ev.OnlookerSeen) -> None:
    step.state = replace(step.state, onlooker=True)


def _onlooker_gone(step: Step, event: ev.OnlookerGone | ev.PersonLeft) -> None:
    step.state = replace(step.state, onlooker=False)


def _quiet_hours(step: Step, event: ev.QuietHours) -> None:
    step.state = replace(step.state, quiet_hours=event.quiet)


RULES: Rules = {
    ev.PersonArrived: _person_arrived,
    ev.PersonEngaged: _person_engaged,
    ev.CustomerLeft: _left,
    ev.PersonLeft: _person_left,
    ev.OnlookerSeen: _onlooker_seen,
    ev.OnlookerGone: _onlooker_gone,
    ev.QuietHours: _quiet_hours,
}
