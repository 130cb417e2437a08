"""States of the session with the staff corner open."""

from __future__ import annotations

from kiosk_app import events as ev
from kiosk_app.session import SessionState, initial_state, transition
from kiosk_app.staff.view import StaffPage


def open_corner(page: StaffPage = "live") -> SessionState:
    """On one of its pages."""
    state = initial_state(0.0, senses=("camera",))
    for event in (
        ev.PinPadOffered(0.0),
        ev.PinEntered(0.0, "482915"),
        ev.PinAccepted(0.0),
        ev.StaffPageChosen(0.0, page),
    ):
        state, _ = transition(state, event)
    return state
