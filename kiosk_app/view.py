"""What the screen shows, as one immutable value. The toolkit only renders it; nothing here knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kiosk_app.opening import OpeningState
from kiosk_app.plan.sheet import PlanView
from kiosk_app.reply import Card, Choice, Language
from kiosk_app.staff.view import CornerView
from kiosk_app.ticket_view import CallView, QueueChoice, TicketView

Screen = Literal[
    "attract",
    "topics",
    "search",
    "listening",
    "answer",
    "clarify",
    "queues",
    "ticket",
    "handover",
    "farewell",
    "out_of_service",
    "staff_pin",
    "staff",
]

PartLight = Literal["on", "off", "fault"]

PrintMood = Literal["none", "ready", "busy", "done", "no_paper", "failed"]
"""none: this kiosk has no printer, or it is being looked for. failed: it cannot print now, or this receipt failed."""


@dataclass(frozen=True, slots=True)
class TopicTile:
    """A group of matters on the home screen: touching it posts ``TopicGroupChosen(group)``."""

    group: str
    glyph: str
    title: str
    subtitle: str


@dataclass(frozen=True, slots=True)
class QuickTopic:
    """A frequently asked matter on the home screen: touching it posts ``MatterChosen(matter)``."""

    matter: str
    label: str


MOST_FOUND = 12
"""More than that nobody reads through: another letter is typed sooner."""


@dataclass(frozen=True, slots=True)
class SearchView:
    """The search screen: what was typed, and what it may mean, the likeliest first.

    Touching one posts ``MatterChosen(matter)``. As long as nothing is typed they are the matters asked most.
    """

    letters: str = ""
    found: tuple[QuickTopic, ...] = ()
    example: tuple[str, str] = ("", "")
    """A word and the letters that find it; empty when there is none."""


@dataclass(frozen=True, slots=True)
class ViewData:
    """Everything that the screen needs to draw itself.

    All texts that come from packs or the dialogue are already in ``lang``; fixed texts (buttons, headings)
    are translated by the screen from its catalogue.
    """

    screen: Screen
    visit: int = 0
    """Whose words these are: the visit's number; 0 for nobody's. When it changes, the screen forgets what it kept."""
    lang: Language = "zh"
    site_name: str = ""
    microphone: PartLight = "on"
    """on exactly while the kiosk listens."""
    can_speak: bool = True
    """The microphone and the recogniser work, so that speaking is worth inviting to, even if not this moment."""
    muted: bool = False
    """The citizen has turned the microphone off."""
    camera: PartLight = "off"
    camera_notice: str = ""
    """What the site says of its camera, for who asks."""
    elder: bool = False
    contrast: bool = False
    lowered: bool = False
    """Everything to touch is in the lower half of a tall panel."""
    rate: float = 1.0
    """How fast the kiosk speaks, 1.0 as usual."""
    volume: float | None = None
    """How loud it speaks, 0 to 1; None when it cannot."""

    covered: bool = False
    """Somebody else can read the citizen's words, so they are not shown."""

    opening: OpeningState | None = None
    """attract, and the hours on an answer: whether the place is open, when that is known."""
    greeting: bool = False
    """attract: somebody has just come near and is greeted."""
    topics: tuple[TopicTile, ...] = ()
    frequent: tuple[QuickTopic, ...] = ()

    departments: tuple[TopicTile, ...] = ()
    """topics: the other way through the matters; empty when the hall names no departments."""
    by_department: bool = False
    """topics: that way is on the screen."""

    search: SearchView | None = None
    """search."""

    caption: str = ""
    """listening: the citizen's words so far."""
    caption_final: bool = False
    thinking: bool = False
    """listening: the sentence is complete and the answer is being found."""
    not_understood: bool = False
    """attract, answer, clarify: the last thing said was not understood; one short line says so."""

    title: str = ""
    speech: str = ""
    speaking: bool = False
    """The kiosk is talking: the wave moves and the stop button is shown."""
    cards: tuple[Card, ...] = ()
    note: str = ""
    choices: tuple[Choice, ...] = ()
    take_along: str = ""
    """answer: what the code to take along says; empty when there is nothing to take."""
    plan: PlanView | None = None
    """answer: the way to the window, where the hall's plan has it."""
    printing: PrintMood = "none"
    """answer: whether it can be printed, and what became of it."""

    queues: tuple[QueueChoice, ...] = ()
    """Everywhere: what a number can be taken of; empty where none are given."""
    ticket_offer: QueueChoice | None = None
    """answer: the queue of the matter; one without an id leads to the choice of queues."""
    ticket: TicketView | None = None
    """ticket."""
    calls: tuple[CallView, ...] = ()
    """attract: who is called, the newest first."""

    staff_text: str = ""
    """handover: what the member of staff answered; empty while waiting."""
    handover_accepted: bool = False
    handover_failed: bool = False
    """handover: nobody could be reached; the service desk is named."""
    may_rate: bool = False
    """farewell: the citizen was answered, and may say how it was."""
    rated: bool = False
    """farewell: the citizen has said it."""
    starting: bool = False
    """out_of_service: only because the kiosk has just been switched on."""
    closed_reason: str = ""
    closed_where: str = ""
    """out_of_service: why, and where to go instead, where the centre has said so."""
    message: str = ""
    """attract: what the centre has put up there."""
    identity: str = ""
    """Over everything: the kiosk's name, for who looks for it; empty while nobody does."""
    warning_seconds: int = 0
    """Seconds until the session is wiped because nobody reacts; 0 when no warning is due."""
    corner: CornerView | None = None
    """staff_pin, staff."""
