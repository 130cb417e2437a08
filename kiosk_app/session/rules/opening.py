"""The place opens and closes; the session itself knows no clock on the wall."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app import events as ev
from kiosk_app.session.step import Rules, Step


def _changed(step: Step, event: ev.OpeningChanged) -> None:
    step.state = replace(step.state, opening=event.opening)


RULES: Rules = {ev.OpeningChanged: _changed}
