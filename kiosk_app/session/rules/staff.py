"""The staff corner: the gesture, the PIN, the pages, and the way out. While it is open no citizen is served."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app import events as ev
from kiosk_app.session.effects import CheckPin, Hush, Knock
from kiosk_app.session.state import Phase, StaffCorner
from kiosk_app.session.step import Rules, Step


def stay(step: Step) -> None:
    """A finger in the corner: it stays open for as long as if it had just been opened."""
    timing = step.state.timing
    step.extend(timing.staff if step.phase is Phase.STAFF else timing.pin_pad)


def leave(step: Step) -> None:
    """Back to the home screen, or out of service where there is no service. Who leaves wants nothing more."""
    missing = bool(step.state.essential_missing)
    if step.state.corner is not None and step.state.corner.sounding:
        step.effects.append(Hush())
    if step.enter(Phase.OUT_OF_SERVICE if missing else Phase.IDLE, step.state.timing.housekeeping):
        step.state = replace(step.state, corner=None, customer=False)


def unlock(step: Step) -> None:
    """The pad's time is up: one more PIN may be tried."""
    corner = step.state.corner
    if corner is not None and 0 < corner.locked_until <= step.at:
        change(step, locked_until=0.0, refused=False)


def change(step: Step, **changes: object) -> None:
    """The corner with these fields changed; nothing while there is none."""
    if step.state.corner is not None:
        step.state = replace(step.state, corner=replace(step.state.corner, **changes))  # type: ignore[arg-type]


def _knocked(step: Step, event: ev.StaffKnocked) -> None:
    if step.state.corner is None:
        step.effects.append(Knock())


def _pad_offered(step: Step, event: ev.PinPadOffered) -> None:
    """Whoever was served is not any more: the visit ends here."""
    if step.state.corner is not None:
        return
    step.end("staff", Phase.STAFF_PIN)
    step.extend(step.state.timing.pin_pad)
    pad = StaffCorner(lang=step.state.site_lang, locked_until=event.locked_until, broken=event.broken)
    step.state = replace(step.state, corner=pad)


def _pin_entered(step: Step, event: ev.PinEntered) -> None:
    corner = step.state.corner
    if step.phase is not Phase.STAFF_PIN or corner is None:
        return
    stay(step)
    if not (corner.checking or corner.locked_until or corner.broken):
        change(step, checking=True, refused=False)
        step.effects.append(CheckPin(event.pin))


def _accepted(step: Step, event: ev.PinAccepted) -> None:
    corner = step.state.corner
    awaited = corner is not None and corner.checking
    if awaited and step.phase is Phase.STAFF_PIN and step.enter(Phase.STAFF, step.state.timing.staff):
        step.state = replace(step.state, corner=StaffCorner(lang=step.state.site_lang))


def _refused(step: Step, event: ev.PinRefused) -> None:
    if step.state.corner is not None and step.state.corner.checking:
        change(
            step,
            checking=False,
            refused=True,
            tries_left=event.left,
            locked_until=event.locked_until,
            broken=event.broken,
        )


def _page_chosen(step: Step, event: ev.StaffPageChosen) -> None:
    if step.phase is Phase.STAFF:
        stay(step)
        change(step, page=event.page, asking=None)


def _left(step: Step, event: ev.StaffLeft) -> None:
    if step.state.corner is not None:
        leave(step)


RULES: Rules = {
    ev.StaffKnocked: _knocked,
    ev.PinPadOffered: _pad_offered,
    ev.PinEntered: _pin_entered,
    ev.PinAccepted: _accepted,
    ev.PinRefused: _refused,
    ev.StaffPageChosen: _page_chosen,
    ev.StaffLeft: _left,
}
