"""What the session wants done; the runtime carries it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk_app.memory import Memory
from kiosk_app.reply import Language, Reply
from kiosk_app.request import Request


class Phrase(StrEnum):
    """The kiosk's own fixed lines; the catalogue has their words."""

    GREETING = "Hello, what can I do for you?"
    FAREWELL = "Thank you, goodbye."
    STILL_THERE = "Are you still there? Touch the screen to go on."
    NOT_UNDERSTOOD = "Sorry, I did not catch that. Please say it again."
    CALLING_STAFF = "I am calling a member of staff. Please wait here."
    STAFF_COMING = "A member of staff is on the way."
    RATE_CHANGED = "This is how fast I speak now."
    STAFF_BUSY = "Nobody is free right now. Please go to the service desk."


@dataclass(frozen=True, slots=True)
class Ask:
    """Find the answer to a turn; it comes back as ``Replied`` with the same ``turn`` and the talk's new memory."""

    turn: int
    request: Request
    lang: Language
    memory: Memory


@dataclass(frozen=True, slots=True)
class Speak:
    """Say this; replaces whatever is being said."""

    utterance: int
    text: str | Phrase
    lang: Language
    rate: float
    volume: float


@dataclass(frozen=True, slots=True)
class Hush:
    """Stop speaking at once."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Somebody may be interrupting: fall silent in the middle, or only go on ``softly``, until the next
    CarryOn, Speak or Hush."""

    softly: bool


@dataclass(frozen=True, slots=True)
class CarryOn:
    """Nobody was: say the rest."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Open or close the ears; ``over_speech`` opens them, while the kiosk speaks, to who interrupts it."""

    on: bool
    over_speech: bool = False


@dataclass(frozen=True, slots=True)
class CallStaff:
    """Ask the centre for a person."""

    handover: str
    visit: int
    lang: Language
    matters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrintAnswer:
    """Print this answer; ``Printed`` or ``PrintFailed`` comes back with the same ``job``."""

    job: int
    reply: Reply


@dataclass(frozen=True, slots=True)
class VisitStarted:
    """A citizen has begun; ``trigger`` is near, voice or touch."""

    visit: int
    trigger: str


@dataclass(frozen=True, slots=True)
class VisitEnded:
    """A citizen is gone: forget everything of the visit."""

    visit: int
    outcome: str
    turns: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Rated:
    """How a citizen with so many questions liked it, 1 to 3; who that was is not told."""

    rating: int
    turns: int


@dataclass(frozen=True, slots=True)
class SwapKnowledge:
    """Nobody is being served: put the new knowledge in place."""

    version: str


@dataclass(frozen=True, slots=True)
class Knock:
    """Ask the staff corner's door; it answers with ``PinPadOffered``, or not at all."""


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Ask the door about a PIN; it answers with ``PinAccepted`` or ``PinRefused``."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """An illegal move was asked for and not made; for the log."""

    source: str
    target: str
    event: str


Effect = (
    Ask
    | Speak
    | Hush
    | Hold
    | CarryOn
    | Listen
    | CallStaff
    | PrintAnswer
    | VisitStarted
    | VisitEnded
    | Rated
    | SwapKnowledge
    | Knock
    | CheckPin
    | Refused
)
