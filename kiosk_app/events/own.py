"""What happens to the kiosk itself, and in it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk_app.memory import NEW_TALK, Memory
from kiosk_app.opening import OpeningState
from kiosk_app.reply import Reply


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed; the only way the session learns of it."""

    at: float


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours begin, or end, in which the site wants nobody to be greeted aloud."""

    at: float
    quiet: bool


@dataclass(frozen=True, slots=True)
class OpeningChanged:
    """What can be said of the opening hours is another thing now; None for nothing."""

    at: float
    opening: OpeningState | None


@dataclass(frozen=True, slots=True)
class HeadphonesIn:
    """Headphones were plugged in: somebody wants to be served by ear."""

    at: float


@dataclass(frozen=True, slots=True)
class HeadphonesOut:
    """They were pulled out."""

    at: float


@dataclass(frozen=True, slots=True)
class Replied:
    """The dialogue's answer to a turn, and what it remembers of the talk from now on."""

    at: float
    turn: int
    reply: Reply
    memory: Memory = NEW_TALK


@dataclass(frozen=True, slots=True)
class Printed:
    """A receipt is out; ``job`` is the number it was asked for with."""

    at: float
    job: int


@dataclass(frozen=True, slots=True)
class PrintFailed:
    """A receipt is not, or not whole; ``code`` is that of the printer's error."""

    at: float
    job: int
    code: str


@dataclass(frozen=True, slots=True)
class CaptionDrawn:
    """The citizen's words, as far as they are known, can be seen on the screen."""

    at: float


@dataclass(frozen=True, slots=True)
class PartDown:
    """A part is given up (``microphone``, ``speech``, ``camera``, ``knowledge`` …) until it comes back."""

    at: float
    part: str
    reason: str


@dataclass(frozen=True, slots=True)
class PartUp:
    """A part works again."""

    at: float
    part: str


@dataclass(frozen=True, slots=True)
class Stopping:
    """The kiosk is told to stop."""

    at: float


@dataclass(frozen=True, slots=True)
class RestartWanted:
    """A new model or configuration was checked; the program starts again with it when nobody is here."""

    at: float


@dataclass(frozen=True, slots=True)
class KnowledgeReady:
    """New knowledge was loaded and checked; it is put in place when no session runs."""

    at: float
    version: str
