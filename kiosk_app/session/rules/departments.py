"""The list of all matters, by department instead of by topic."""

from __future__ import annotations

from kiosk_app import events as ev
from kiosk_app.session.rules.touch import awake
from kiosk_app.session.step import Rules, Step


def _opened(step: Step, event: ev.DepartmentsOpened) -> None:
    if awake(step):
        step.home()
        step.state = step.state.with_visit(browsing=True, by_department=True)


RULES: Rules = {ev.DepartmentsOpened: _opened}
