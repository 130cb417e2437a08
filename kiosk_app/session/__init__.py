"""The session state machine: pure, total, and never stuck.

``transition(state, event)`` is the whole of it. No clock, no input or output and no text of its own: time
arrives in the events, and what is to be done leaves as effects.
"""

from kiosk_app.session.effects import (
    Announce,
    Ask,
    CallStaff,
    CarryOn,
    CheckPin,
    Effect,
    Hold,
    Hush,
    KeepVolume,
    Knock,
    Listen,
    Phrase,
    PrintAnswer,
    PrintTicket,
    Rated,
    Refused,
    Speak,
    StaffWork,
    StartAgain,
    SwapKnowledge,
    TakeTicket,
    TryLoudspeaker,
    VisitEnded,
    VisitStarted,
)
from kiosk_app.session.machine import transition
from kiosk_app.session.state import Phase, SessionState, Visit, initial_state
from kiosk_app.session.timing import Timing

__all__ = [
    "Announce",
    "Ask",
    "CallStaff",
    "CarryOn",
    "CheckPin",
    "Effect",
    "Hold",
    "Hush",
    "KeepVolume",
    "Knock",
    "Listen",
    "Phase",
    "Phrase",
    "PrintAnswer",
    "PrintTicket",
    "Rated",
    "Refused",
    "SessionState",
    "Speak",
    "StaffWork",
    "StartAgain",
    "SwapKnowledge",
    "TakeTicket",
    "Timing",
    "TryLoudspeaker",
    "Visit",
    "VisitEnded",
    "VisitStarted",
    "initial_state",
    "transition",
]
