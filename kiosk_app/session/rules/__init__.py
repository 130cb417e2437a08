"""What each event does in each phase: one file for each source of events."""

from __future__ import annotations

from kiosk_app.session.rules import (
    departments,
    keypad,
    opening,
    parts,
    presence,
    printing,
    remote,
    replies,
    sound,
    staff,
    staff_work,
    tickets,
    time,
    touch,
)
from kiosk_app.session.step import Rules

RULES: Rules = {
    **time.RULES,
    **presence.RULES,
    **opening.RULES,
    **sound.RULES,
    **touch.RULES,
    **departments.RULES,
    **staff.RULES,
    **staff_work.RULES,
    **printing.RULES,
    **tickets.RULES,
    **replies.RULES,
    **parts.RULES,
    **keypad.RULES,
    **remote.RULES,
}
"""One rule per event; an event without a rule (such as PlaybackStarted) only passes through the trace."""
