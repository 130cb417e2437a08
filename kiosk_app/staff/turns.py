"""The latest turns as the technician's table shows them; pure."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk_app.staff.reports import MOST_TURNS, TurnLine, TurnsReport
from kiosk_app.trace import TurnTrace

CAPTION_BUDGET_MS = 250.0
SOUND_BUDGET_MS = 900.0


def turns_of(turns: Sequence[TurnTrace], now: float) -> TurnsReport:
    """The latest of ``turns`` (oldest first) at the monotonic time ``now``, newest first."""
    return TurnsReport(tuple(_line(turn, now) for turn in reversed(turns[-MOST_TURNS:])))


def _line(turn: TurnTrace, now: float) -> TurnLine:
    heard_by = turn.recognised
    begun = turn.speech_ended
    if begun is None and turn.understood is not None:
        begun = turn.understood - (turn.understand_ms or 0.0) / 1000  # a touch: there was nothing to hear
    seen = max(turn.understood or 0.0, turn.first_audio or 0.0, heard_by or 0.0, begun or 0.0)
    return TurnLine(
        channel=turn.channel,
        ago_s=max(0.0, now - seen),
        caption=turn.milliseconds(turn.speech_started, turn.first_caption),
        endpoint=turn.milliseconds(turn.speech_ended, turn.endpoint_decided),
        recognise=turn.milliseconds(turn.endpoint_decided, heard_by),
        understand=turn.milliseconds(heard_by or begun, turn.understood),
        speak=turn.milliseconds(turn.understood, turn.first_audio),
        sound=turn.milliseconds(begun, turn.first_audio),
    )
