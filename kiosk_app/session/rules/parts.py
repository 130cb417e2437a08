"""Parts of the kiosk fail and come back, new knowledge arrives, and the kiosk is told to stop."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app import events as ev
from kiosk_app.session.rules.staff import leave
from kiosk_app.session.state import Phase
from kiosk_app.session.step import Rules, Step


def _lose(step: Step, part: str, reason: str) -> None:
    others = tuple(item for item in step.state.down if item[0] != part)
    step.state = replace(step.state, down=(*others, (part, reason)))
    if part == "speech":
        step.hush()
    if part in ("microphone", "recognition") and step.phase is Phase.LISTENING:
        step.resume()
    if part == "camera":
        step.state = replace(step.state, onlooker=False)
    if part in step.state.senses and not step.state.watched:
        step.state = replace(step.state, absent_since=None, customer=False)
    serving = step.phase is not Phase.OUT_OF_SERVICE and step.state.corner is None
    if step.state.essential_missing and serving:
        step.end("out_of_service", Phase.OUT_OF_SERVICE)


def _regain(step: Step, part: str) -> None:
    step.state = replace(step.state, down=tuple(item for item in step.state.down if item[0] != part))
    if step.phase is Phase.OUT_OF_SERVICE and not step.state.essential_missing:
        step.hush()  # it says that there is no service
        step.enter(Phase.IDLE, step.state.timing.housekeeping)


def _microphone_fault(step: Step, event: ev.MicrophoneImpaired | ev.MicrophoneClear) -> None:
    """The ears stay open: whatever is still to be heard is heard."""
    fault = event.fault if isinstance(event, ev.MicrophoneImpaired) else None
    step.state = replace(step.state, microphone_fault=fault)


def _knowledge_ready(step: Step, event: ev.KnowledgeReady) -> None:
    step.state = replace(step.state, knowledge_ready=event.version)


def _restart_wanted(step: Step, event: ev.RestartWanted) -> None:
    step.state = replace(step.state, restart_wanted=True)


def _stop(step: Step, _event: ev.Stopping) -> None:
    if step.visit is not None:
        step.end("stopped")
    if step.state.corner is not None:
        leave(step)


RULES: Rules = {
    ev.LinkDown: lambda step, event: _lose(step, "link", event.reason),
    ev.LinkUp: lambda step, event: _regain(step, "link"),
    ev.MicrophoneLost: lambda step, event: _lose(step, "microphone", event.reason),
    ev.MicrophoneBack: lambda step, event: _regain(step, "microphone"),
    ev.MicrophoneImpaired: _microphone_fault,
    ev.MicrophoneClear: _microphone_fault,
    ev.CameraLost: lambda step, event: _lose(step, "camera", event.reason),
    ev.CameraBack: lambda step, event: _regain(step, "camera"),
    ev.PartDown: lambda step, event: _lose(step, event.part, event.reason),
    ev.PartUp: lambda step, event: _regain(step, event.part),
    ev.KnowledgeReady: _knowledge_ready,
    ev.RestartWanted: _restart_wanted,
    ev.Stopping: _stop,
}
