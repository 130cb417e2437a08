"""Everything that can happen to a kiosk, one frozen dataclass each.

``at`` is always ``time.monotonic()`` seconds: of the moment itself (speech started, a finger touched), not of
the moment it was noticed. Events of hearing, speaking and seeing are those of the packages that sense them,
those of the staff corner are in ``kiosk_app.staff.events``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from fleet.device.events import HandoverAccepted, KnowledgeFailed, KnowledgeFetched, LinkDown, LinkUp
from kiosk_app.guide.keys import Key
from kiosk_app.guide.page import NO_PAGE, Page
from kiosk_app.memory import NEW_TALK, Memory
from kiosk_app.opening import OpeningState
from kiosk_app.queues.events import (
    NumberCalled,
    QueuesChanged,
    TicketGiven,
    TicketRefused,
    TicketsOpened,
    TicketWanted,
)
from kiosk_app.reply import Language, Reply
from kiosk_app.staff.events import (
    PinAccepted,
    PinEntered,
    PinPadOffered,
    PinRefused,
    SiteVolumeStepped,
    StaffKnocked,
    StaffLanguageToggled,
    StaffLeft,
    StaffPageChosen,
    StaffTaskChosen,
    StaffTaskConfirmed,
    StaffTaskDropped,
    StaffTold,
)
from vision.events import (
    CameraBack,
    CameraLost,
    CustomerLeft,
    OnlookerGone,
    OnlookerSeen,
    PersonApproaching,
    PersonArrived,
    PersonEngaged,
    PersonLeft,
    PersonNear,
    PersonWaiting,
)
from voice.events import (
    InterruptionConfirmed,
    InterruptionDismissed,
    InterruptionSuspected,
    ListeningFailed,
    MicrophoneBack,
    MicrophoneClear,
    MicrophoneImpaired,
    MicrophoneLost,
    NothingHeard,
    PartialHeard,
    PlaybackFailed,
    PlaybackFinished,
    PlaybackStarted,
    SpeechEnded,
    SpeechStarted,
    UtteranceHeard,
)


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


# --- touch -------------------------------------------------------------------------------------------------


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


# --- the audio route ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """A key of the numeric keypad; the loop adds what was to be heard of the screen at that moment."""

    at: float
    key: Key
    page: Page = field(default=NO_PAGE, repr=False)


@dataclass(frozen=True, slots=True)
class HeadphonesIn:
    """Headphones were plugged in: somebody wants to be served by ear."""

    at: float


@dataclass(frozen=True, slots=True)
class HeadphonesOut:
    """They were pulled out."""

    at: float


# --- the kiosk itself --------------------------------------------------------------------------------------


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
class KnowledgeReady:
    """New knowledge was loaded and checked; it is put in place when no session runs."""

    at: float
    version: str


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

Event = (
    Tick
    | Touch
    | QuietHours
    | OpeningChanged
    | PersonArrived
    | PersonApproaching
    | PersonNear
    | PersonEngaged
    | PersonWaiting
    | OnlookerSeen
    | OnlookerGone
    | CustomerLeft
    | PersonLeft
    | SpeechStarted
    | PartialHeard
    | SpeechEnded
    | UtteranceHeard
    | NothingHeard
    | ListeningFailed
    | InterruptionSuspected
    | InterruptionConfirmed
    | InterruptionDismissed
    | PlaybackStarted
    | PlaybackFinished
    | PlaybackFailed
    | MicrophoneLost
    | MicrophoneBack
    | MicrophoneImpaired
    | MicrophoneClear
    | CameraLost
    | CameraBack
    | Replied
    | HeadphonesIn
    | HeadphonesOut
    | Printed
    | PrintFailed
    | TicketGiven
    | TicketRefused
    | QueuesChanged
    | NumberCalled
    | CaptionDrawn
    | PinPadOffered
    | PinAccepted
    | PinRefused
    | StaffTold
    | HandoverAccepted
    | LinkUp
    | LinkDown
    | KnowledgeFetched
    | KnowledgeFailed
    | KnowledgeReady
    | PartDown
    | PartUp
    | Stopping
)
