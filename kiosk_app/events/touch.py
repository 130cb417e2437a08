"""What a finger did: on the screen, on the keypad, in the staff corner."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk_app.guide.keys import Key
from kiosk_app.guide.page import NO_PAGE, Page
from kiosk_app.queues.events import TicketsOpened, TicketWanted
from kiosk_app.reply import Language
from kiosk_app.staff.events import (
    PinEntered,
    SiteVolumeStepped,
    StaffKnocked,
    StaffLanguageToggled,
    StaffLeft,
    StaffPageChosen,
    StaffTaskChosen,
    StaffTaskConfirmed,
    StaffTaskDropped,
)


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key of the numeric keypad; the loop adds what was to be heard of the screen at that moment."""

    at: float
    key: Key
    page: Page = field(default=NO_PAGE, repr=False)


@dataclass(frozen=True, slots=True)
class ScreenTouched:
    """A finger touched the screen anywhere: somebody is here."""

    at: float


@dataclass(frozen=True, slots=True)
class SpeakPressed:
    """The large microphone: be quiet and listen."""

    at: float


@dataclass(frozen=True, slots=True)
class TopicsOpened:
    """The list of all groups of matters."""

    at: float


@dataclass(frozen=True, slots=True)
class DepartmentsOpened:
    """The list of all departments, with the matters that each handles."""

    at: float


@dataclass(frozen=True, slots=True)
class SearchOpened:
    """The list of all matters by the letters of their names."""

    at: float


@dataclass(frozen=True, slots=True)
class SearchKeyPressed:
    """A key of the search screen: a letter from a to z, ``delete`` or ``clear``. It is in no text made of this."""

    at: float
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TopicGroupChosen:
    """A group of matters, on the home screen or in the list of all; or a department's."""

    at: float
    group: str


@dataclass(frozen=True, slots=True)
class MatterChosen:
    """A matter, and which facet of it, by touch."""

    at: float
    matter: str
    facet: str = "summary"


@dataclass(frozen=True, slots=True)
class ChoiceTaken:
    """One of the choices on the screen, by its target."""

    at: float
    target: str


@dataclass(frozen=True, slots=True)
class QuestionTyped:
    """A question from the on-screen keyboard."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class PersonRequested:
    """The citizen wants a member of staff."""

    at: float


@dataclass(frozen=True, slots=True)
class HomePressed:
    """Back to the home screen; the citizen stays."""

    at: float


@dataclass(frozen=True, slots=True)
class BackPressed:
    """One screen back."""

    at: float


@dataclass(frozen=True, slots=True)
class RepeatPressed:
    """Say it again."""

    at: float


@dataclass(frozen=True, slots=True)
class StopPressed:
    """Stop speaking."""

    at: float


@dataclass(frozen=True, slots=True)
class FinishPressed:
    """The citizen is done: say goodbye and forget."""

    at: float


@dataclass(frozen=True, slots=True)
class RatingGiven:
    """How the citizen liked it, while goodbye is said: 1 not, 2 so-so, 3 satisfied."""

    at: float
    rating: int


@dataclass(frozen=True, slots=True)
class StayPressed:
    """ "I am still here" on the time-out warning."""

    at: float


@dataclass(frozen=True, slots=True)
class UncoverPressed:
    """The citizen wants to read on although somebody else can."""

    at: float


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    """Screen and speech in this language until the session ends."""

    at: float
    lang: Language


@dataclass(frozen=True, slots=True)
class ElderToggled:
    """Bigger text, slower speech, longer time-outs, until the session ends."""

    at: float


@dataclass(frozen=True, slots=True)
class ContrastToggled:
    """High contrast, until the session ends."""

    at: float


@dataclass(frozen=True, slots=True)
class LoweredToggled:
    """Everything to touch into the lower half of a tall panel, or back, until the session ends."""

    at: float


@dataclass(frozen=True, slots=True)
class RateChosen:
    """Speak at this of the three rates, until the session ends."""

    at: float
    rate: float


@dataclass(frozen=True, slots=True)
class VolumeStepped:
    """Speak a step louder or softer, until the session ends."""

    at: float
    up: bool


@dataclass(frozen=True, slots=True)
class MuteToggled:
    """The microphone off, or on again, until the session ends; everything else goes on."""

    at: float


@dataclass(frozen=True, slots=True)
class PrintPressed:
    """The answer on the screen, on paper."""

    at: float


Touch = (
    ScreenTouched
    | SpeakPressed
    | TopicsOpened
    | DepartmentsOpened
    | SearchOpened
    | SearchKeyPressed
    | TopicGroupChosen
    | MatterChosen
    | ChoiceTaken
    | QuestionTyped
    | PersonRequested
    | HomePressed
    | BackPressed
    | RepeatPressed
    | StopPressed
    | FinishPressed
    | RatingGiven
    | StayPressed
    | UncoverPressed
    | LanguageChosen
    | ElderToggled
    | ContrastToggled
    | LoweredToggled
    | RateChosen
    | VolumeStepped
    | MuteToggled
    | PrintPressed
    | TicketsOpened
    | TicketWanted
    | KeyPressed
    | StaffKnocked
    | PinEntered
    | StaffPageChosen
    | StaffTaskChosen
    | StaffTaskConfirmed
    | StaffTaskDropped
    | SiteVolumeStepped
    | StaffLanguageToggled
    | StaffLeft
)
