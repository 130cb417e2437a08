"""What the session wants done; the runtime carries it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk_app.memory import Memory
from kiosk_app.queues.port import Ticket
from kiosk_app.reply import Language, Reply
from kiosk_app.request import Request
from kiosk_app.staff.reports import StaffTask


class Phrase(StrEnum):
    """The kiosk's own fixed lines; the catalogue has their words."""

    GREETING = "Hello, what can I do for you?"
    FAREWELL = "Thank you, goodbye."
    STILL_THERE = "Are you still there? Touch the screen to go on."
    NOT_UNDERSTOOD = "Sorry, I did not catch that. Please say it again."
    CALLING_STAFF = "I am calling a member of staff. Please wait here."
    STAFF_COMING = "A member of staff is on the way."
    RATE_CHANGED = "This is how fast I speak now."
    SPEAKER_TEST = "This is a test of the loudspeaker: one, two, three."
    CHOOSE_QUEUE = "Please choose what you need a number for."
    NO_NUMBERS = "No numbers can be given here right now. Please go to the service desk."
    NUMBERS_GONE = "All numbers for this are given away today. Please go to the service desk."
    STAFF_BUSY = "Nobody is free right now. Please go to the service desk."
    GUIDE_WELCOME = (
        "Hello. You can use everything here by ear and with the number keys. Press 2 for the next item, "
        "5 to choose it, 9 for a member of staff. Press 0 for the other keys."
    )
    GUIDE_KEYS = (
        "Press 2 for the next item, 8 for the one before, 5 to choose, 0 to hear it again. "
        "Star or the point goes back, hash or the slash goes home. Plus and minus make me louder and softer, "
        "1 slower or faster, 3 lets you speak, 7 changes the language, 9 calls a member of staff."
    )
    GUIDE_NEXT = "Press 2 for the next item."
    GUIDE_HOME = "This is the start. Press 2 to hear what there is, 0 for the keys."
    GUIDE_TOPICS = "All services. Press 2 for the first group."
    GUIDE_SEARCH = "Search. Press 2 to hear what was found; the letters come after it."
    GUIDE_LISTENING = "Please speak."
    GUIDE_CANNOT_HEAR = "I cannot hear you at the moment. Please use the keys. Press 2 for the next item."
    GUIDE_RATE = "Press 2 to say how it was."
    GUIDE_CHANGED = "That is changed."
    GUIDE_PRINTING = "It is being printed."
    GUIDE_PRINTED = "It is printed. Please take the receipt."
    GUIDE_NOT_PRINTED = "It could not be printed."
    VOLUME_CHANGED = "This is how loud I am now."
    GUIDE_STILL_THERE = "Are you still there? Press any key to go on."
    GUIDE_STAYED = "All right, we go on. Press 0 to hear it again, 2 for the next item."
    OUT_OF_SERVICE = "This kiosk is out of service. Please go to the service desk."


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
    then: Phrase | None = None
    """What is said after it."""
    private: bool = False
    """Into headphones: the volume is the visitor's own, whatever the room."""


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
class TakeTicket:
    """A number of this queue for this visit; ``TicketGiven`` or ``TicketRefused`` comes back."""

    visit: int
    queue: str


@dataclass(frozen=True, slots=True)
class PrintTicket:
    """Print this number; ``Printed`` or ``PrintFailed`` comes back with the same ``job``."""

    job: int
    ticket: Ticket
    lang: Language


@dataclass(frozen=True, slots=True)
class Announce:
    """Say to the hall which number is called; replaces whatever is being said."""

    utterance: int
    text: str
    lang: Language
    volume: float


@dataclass(frozen=True, slots=True)
class VisitStarted:
    """A citizen has begun; ``trigger`` is near, voice, touch, keypad or headphones."""

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
class StartAgain:
    """Nobody is here: the program may start again with what was installed."""


@dataclass(frozen=True, slots=True)
class Knock:
    """Ask the staff corner's door; it answers with ``PinPadOffered``, or not at all."""


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Ask the door about a PIN; it answers with ``PinAccepted`` or ``PinRefused``."""

    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffWork:
    """Do this for the technician; ``StaffTold`` comes back with what became of it."""

    task: StaffTask


@dataclass(frozen=True, slots=True)
class TryLoudspeaker:
    """Say a sentence for the technician, at the volume that visits begin with."""

    utterance: int
    lang: Language
    volume: float


@dataclass(frozen=True, slots=True)
class KeepVolume:
    """Visits begin with this volume from now on, also after a restart; set ``by_staff`` here, or by the centre."""

    volume: float
    by_staff: bool = True


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
    | TakeTicket
    | PrintTicket
    | Announce
    | VisitStarted
    | VisitEnded
    | Rated
    | SwapKnowledge
    | StartAgain
    | Knock
    | CheckPin
    | StaffWork
    | TryLoudspeaker
    | KeepVolume
    | Refused
)
