"""What each event does in each phase: one file for each source of events."""

from __future__ import annotations

from kiosk_app.session.rules import parts, presence, printing, replies, sound, staff, time, touch
from kiosk_app.session.step import Rules

RULES: Rules = {
    **time.RULES,
    **presence.RULES,
    **sound.RULES,
    **touch.RULES,
    **staff.RULES,
    **printing.RULES,
    **replies.RULES,
    **parts.RULES,
}
"""One rule per event; an event without a rule (such as PlaybackStarted) only passes through the trace."""
