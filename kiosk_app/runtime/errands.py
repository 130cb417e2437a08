"""What the librarian is asked to do, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk_app.runtime.shelf import Volume
from kiosk_app.trace import TurnTrace
from kiosk_app.updating.machine import Target
from kiosk_app.updating.update import Update
from voice.ports import Recognizer


@dataclass(frozen=True, slots=True)
class Arrival:
    """Examined knowledge that waits for a moment without a visitor, with its own recogniser if there is one."""

    volume: Volume
    recognizer: Recognizer | None
    target: Target | None
    """What is installed; None for the one that is gone back to."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody was answered from ``sha256``."""

    turn: TurnTrace
    sha256: str


@dataclass(frozen=True, slots=True)
class Broke:
    """What was answered from, ``sha256``, made the program fail."""

    sha256: str
    reason: str


class Resume:
    """Go on with what was under way when the program ended."""


Errand = Update | Answered | Broke | Resume
