"""Holding what is being said while somebody may be interrupting it, and saying the rest."""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.session.effects import CarryOn, Hold
from kiosk_app.session.state import SessionState

MOST_HOLDS = 2
"""A speech that was held in vain so often only becomes softer: in such a hall it would never come to its end."""

STEP_BACK_S = 0.5
"""Seconds that are said again after a hold, at most."""


def held(state: SessionState, at: float) -> tuple[SessionState, tuple[Hold, ...]]:
    """Somebody may be interrupting what is said."""
    speaking = state.speaking
    if speaking is None or speaking.held_since is not None:
        return state, ()
    softly = speaking.holds >= MOST_HOLDS
    speaking = replace(speaking, held_since=at, holds=speaking.holds + 1)
    return replace(state, speaking=speaking), (Hold(softly),)


def carried_on(state: SessionState, at: float) -> tuple[SessionState, tuple[CarryOn, ...]]:
    """Nobody was; every limit moves by the time that was lost."""
    speaking = state.speaking
    if speaking is None or speaking.held_since is None:
        return state, ()
    lost = max(0.0, at - speaking.held_since) + STEP_BACK_S
    speaking = replace(speaking, held_since=None, lost_at=speaking.lost_at + lost)
    return replace(state, speaking=speaking, until=state.until + lost), (CarryOn(),)
