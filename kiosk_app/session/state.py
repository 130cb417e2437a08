"""The session's state: what surrounds the kiosk, and the one visit that is going on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from kiosk_app.memory import NEW_TALK, Memory
from kiosk_app.opening import OpeningState
from kiosk_app.queues.port import Line
from kiosk_app.remote.notices import NO_NOTICES, Identity, Notices
from kiosk_app.reply import Language, Reply
from kiosk_app.session.ticketing import ShownCall, Taken, TicketDesk
from kiosk_app.session.timing import Timing
from kiosk_app.staff.reports import Report, StaffTask
from kiosk_app.staff.view import StaffPage
from kiosk_app.volumes import USUAL_VOLUME


class Phase(StrEnum):
    """Where a session is."""

    IDLE = "idle"
    GREETING = "greeting"
    LISTENING = "listening"
    THINKING = "thinking"
    ANSWERING = "answering"
    CLARIFYING = "clarifying"
    TICKET = "ticket"
    HANDOVER = "handover"
    FAREWELL = "farewell"
    OUT_OF_SERVICE = "out_of_service"
    STAFF_PIN = "staff_pin"
    STAFF = "staff"


NEXT: dict[Phase, frozenset[Phase]] = {
    Phase.IDLE: frozenset(
        {
            Phase.GREETING,
            Phase.LISTENING,
            Phase.THINKING,
            Phase.HANDOVER,
            Phase.OUT_OF_SERVICE,
            Phase.STAFF_PIN,
        }
    ),
    Phase.GREETING: frozenset(
        {
            Phase.TICKET,
            Phase.IDLE,
            Phase.LISTENING,
            Phase.THINKING,
            Phase.HANDOVER,
            Phase.FAREWELL,
            Phase.OUT_OF_SERVICE,
            Phase.STAFF_PIN,
        }
    ),
    Phase.LISTENING: frozenset(
        {
            Phase.TICKET,
            Phase.IDLE,
            Phase.GREETING,
            Phase.THINKING,
            Phase.ANSWERING,
            Phase.CLARIFYING,
            Phase.HANDOVER,
            Phase.FAREWELL,
            Phase.OUT_OF_SERVICE,
            Phase.STAFF_PIN,
        }
    ),
    Phase.THINKING: frozenset(
        {
            Phase.TICKET,
            Phase.IDLE,
            Phase.GREETING,
            Phase.ANSWERING,
            Phase.CLARIFYING,
            Phase.HANDOVER,
            Phase.FAREWELL,
            Phase.OUT_OF_SERVICE,
            Phase.STAFF_PIN,
        }
    ),
    Phase.ANSWERING: frozenset(
        {
            Phase.TICKET,
            Phase.IDLE,
            Phase.GREETING,
            Phase.LISTENING,
            Phase.THINKING,
            Phase.HANDOVER,
            Phase.FAREWELL,
            Phase.OUT_OF_SERVICE,
            Phase.STAFF_PIN,
        }
    ),
    Phase.CLARIFYING: frozenset(
        {
            Phase.TICKET,
            Phase.IDLE,
            Phase.GREETING,
            Phase.LISTENING,
            Phase.THINKING,
            Phase.HANDOVER,
            Phase.FAREWELL,
            Phase.OUT_OF_SERVICE,
            Phase.STAFF_PIN,
        }
    ),
    Phase.TICKET: frozenset(
        {
            Phase.IDLE,
            Phase.GREETING,
            Phase.LISTENING,
            Phase.THINKING,
            Phase.ANSWERING,
            Phase.CLARIFYING,
            Phase.HANDOVER,
            Phase.FAREWELL,
            Phase.OUT_OF_SERVICE,
            Phase.STAFF_PIN,
        }
    ),
    Phase.HANDOVER: frozenset(
        {
            Phase.IDLE,
            Phase.GREETING,
            Phase.ANSWERING,
            Phase.CLARIFYING,
            Phase.FAREWELL,
            Phase.OUT_OF_SERVICE,
            Phase.STAFF_PIN,
        }
    ),
    Phase.FAREWELL: frozenset({Phase.IDLE, Phase.OUT_OF_SERVICE, Phase.STAFF_PIN}),
    Phase.OUT_OF_SERVICE: frozenset({Phase.IDLE, Phase.STAFF_PIN}),
    Phase.STAFF_PIN: frozenset({Phase.STAFF, Phase.IDLE, Phase.OUT_OF_SERVICE}),
    Phase.STAFF: frozenset({Phase.IDLE, Phase.OUT_OF_SERVICE}),
}
"""The explicit table of legal moves. Staying in a phase is always legal."""

STARTING = "starting"
"""The reason of a part that was not tried yet."""

TURNED_OFF = "turned off in the configuration"
NOT_CONFIGURED = "not configured"
"""The reasons of parts that the site does not want."""

SERVICE = "service"
"""Not a part of the machine: it is down while the centre has taken the kiosk out of service."""

ESSENTIAL_PARTS = frozenset({"config", "knowledge", SERVICE})
"""Without one of these there is no service; without any other part there is a poorer one."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """The sound that is on: its number, and when it is taken for lost."""

    utterance: int
    lost_at: float
    held_since: float | None = None
    """Held, or softer, for somebody may be interrupting it."""
    holds: int = 0
    """How often that has happened."""


@dataclass(frozen=True, slots=True)
class Printing:
    """The receipt that was asked for last: its number, and when it is taken for lost."""

    job: int
    mood: Literal["busy", "done", "failed"]
    lost_at: float


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything of one citizen. It exists only while the citizen does, and nothing of it survives."""

    number: int
    started_at: float
    lang: Language
    turn: int = 0
    """The number of the latest question; never used again, not even by another visit."""
    turns: int = 0
    memory: Memory = NEW_TALK
    """What the dialogue knows of the talk so far."""
    caption: str = ""
    caption_final: bool = False
    hint: bool = False
    """The last thing said was not understood."""
    reply: Reply | None = None
    printing: Printing | None = None
    """Of the answer on the screen; None until it is to be printed."""
    desk: TicketDesk | None = None
    """The ticket screens, while they are open; always in the phase ``ticket``."""
    tickets: tuple[Taken, ...] = ()
    """One number at most for each queue."""
    ticket_print: Printing | None = None
    """Of the number that was given last."""
    matters: tuple[str, ...] = ()
    browsing: bool = False
    """The home screen is left for the list of all topics."""
    by_department: bool = False
    """That list is by department instead of by topic."""
    search: str | None = None
    """The letters typed on the search screen, which lies over the list of topics; None while it is not open."""
    answered: bool = False
    """A question of this citizen was answered; only then is it asked how that was."""
    rating: int = 0
    """What the citizen said to that, 1 to 3; 0 for nothing."""
    acted: bool = False
    """The citizen has touched or spoken; until then somebody merely stands here."""
    elder: bool = False
    contrast: bool = False
    lowered: bool = False
    uncovered: bool = False
    """The citizen reads on although somebody else can; for the rest of the visit nothing is covered."""
    muted: bool = False
    """The citizen has turned the microphone off."""
    rate: float = 1.0
    volume: float = USUAL_VOLUME
    greet_at: float | None = None
    """When to greet aloud, unless the citizen speaks or acts before."""
    warned: bool = False
    handover: str = ""
    staff_text: str = ""
    handover_accepted: bool = False
    handover_failed: bool = False
    guided: bool = False
    """By ear and keypad: what is on the screen is walked through item by item."""
    place: tuple[str, ...] = ()
    cursor: int = -1
    item: str = ""
    """The screen that is walked through, at which of its items, and that item's key; -1 before the first."""
    unplugged_at: float | None = None
    """When the headphones were pulled out, unless something was pressed since; nothing is said until then."""


@dataclass(frozen=True, slots=True)
class StaffCorner:
    """The pad and the pages of the staff corner, while one of them is on the screen."""

    page: StaffPage = "menu"
    checking: bool = False
    """A PIN was entered and nothing is known of it yet."""
    refused: bool = False
    tries_left: int = 0
    locked_until: float = 0.0
    """Monotonic seconds; 0 when the pad is open."""
    broken: bool = False
    """No PIN can be checked."""
    asking: StaffTask | None = None
    """It is asked once more whether this is to be done."""
    sounding: bool = False
    """The loudspeaker may still be saying its test."""
    lang: Language = "zh"
    reports: tuple[Report, ...] = ()
    """What the pages were told; gone with the corner."""


@dataclass(frozen=True, slots=True)
class SessionState:
    """The whole state.

    ``visit`` is None exactly in idle, out_of_service and the two phases of the staff corner, ``corner`` exactly
    outside those two.
    """

    phase: Phase
    entered_at: float
    until: float
    """The phase's own deadline, monotonic seconds."""
    timing: Timing
    site_lang: Language
    greet_aloud: bool = True
    volume: float = USUAL_VOLUME
    """The site's volume, with which every visit begins."""
    run: str = ""
    """Tells this run of the kiosk from others, so that a hand-over's number is never used twice."""
    visit: Visit | None = None
    corner: StaffCorner | None = None
    speaking: Speaking | None = None
    full_duplex: bool = False
    """The loudspeaker's echo was measured to be so weak that the kiosk may be interrupted by voice."""
    listening: bool = False
    overhearing: bool = False
    """The ears are open while the kiosk speaks, for who interrupts it. Never both."""
    absent_since: float | None = None
    """When the last person left, unless somebody has shown up, spoken or touched since."""
    seen_at: float = float("-inf")
    """The latest sign of somebody: seen, touched or heard. What is told later of an earlier time cannot undo it."""
    greeted: bool = False
    """Somebody was greeted aloud and has done nothing since, but may still stand there."""
    onlooker: bool = False
    """Somebody beside the customer reads along."""
    quiet_hours: bool = False
    """Nobody is spoken to unasked."""
    opening: OpeningState | None = None
    """Whether the place is open, when that is known."""
    senses: frozenset[str] = frozenset()
    """The parts by which this kiosk notices who comes: ``camera``, ``proximity``, both, or none."""
    customer: bool = False
    """Somebody stands before the kiosk and has not said goodbye, whether or not a visit is on."""
    down: tuple[tuple[str, str], ...] = ()
    """Parts given up, each with its technical reason."""
    ticketing: bool = False
    """The site gives numbers at this kiosk."""
    call_aloud: bool = True
    """Calls are said aloud while nobody is served."""
    lines: tuple[Line, ...] = ()
    """How long the queues are, as far as it is known."""
    calls: tuple[ShownCall, ...] = ()
    """The numbers that were called last, oldest first."""
    notices: Notices = NO_NOTICES
    """What the centre has put up."""
    identity: Identity | None = None
    """Somebody looks for this kiosk, and nobody is served at it."""
    microphone_fault: str | None = None
    """What is wrong with the sound of a microphone that works as a device: ``silent``, ``clipped`` …"""
    headphones: bool = False
    """Headphones are plugged in: all sound goes there alone."""
    knowledge_ready: str | None = None
    restart_wanted: bool = False
    """Something waits that the program has to start again for."""
    visits: int = 0
    turns: int = 0
    utterances: int = 0
    jobs: int = 0
    """Receipts asked for so far; no number is used twice."""

    @property
    def deadline(self) -> float:
        """When the next ``Tick`` is due at the latest; never infinite."""
        due = self.until
        if self.speaking is not None:
            due = min(due, self.speaking.lost_at)
            if self.speaking.held_since is not None:
                due = min(due, self.speaking.held_since + self.timing.held)
        if self.visit is not None and self.visit.greet_at is not None:
            due = min(due, self.visit.greet_at)
        printing = self.visit.printing if self.visit is not None else None
        if printing is not None and printing.mood == "busy":
            due = min(due, printing.lost_at)
        if self.visit is not None:
            desk, slip = self.visit.desk, self.visit.ticket_print
            if desk is not None and desk.mood == "busy":
                due = min(due, desk.lost_at)
            if slip is not None and slip.mood == "busy":
                due = min(due, slip.lost_at)
        due = min((due, *(shown.until for shown in self.calls)))
        if self.identity is not None:
            due = min(due, self.identity.until)
        if self.visit is not None and self.visit.unplugged_at is not None:
            due = min(due, self.visit.unplugged_at + self.timing.unplugged)
        if self.absent_since is not None and self.visit is not None:
            quiet = self.timing.farewell if self.speaking is not None else self.timing.absence
            due = min(due, self.absent_since + quiet)
        if self.corner is not None and self.corner.locked_until:
            due = min(due, self.corner.locked_until)
        return due

    @property
    def may_announce(self) -> bool:
        """Whether a call may be said to the hall now."""
        return self.call_aloud and self.may_speak_to_hall

    @property
    def may_speak_to_hall(self) -> bool:
        """Nobody is served, nothing sounds, and it may be heard."""
        silent = self.speaking is None and not self.is_down("speech")
        return self.phase is Phase.IDLE and silent and not self.quiet_hours

    def announcing(self, utterance: int, lost_at: float) -> SessionState:
        """The same state with a call that is being said."""
        return replace(self, utterances=utterance, speaking=Speaking(utterance, lost_at))

    @property
    def counting_down(self) -> bool:
        """The screen shows seconds that run out."""
        warned = self.visit is not None and self.visit.warned
        return warned or (self.corner is not None and self.corner.locked_until > 0)

    @property
    def essential_missing(self) -> tuple[tuple[str, str], ...]:
        """The parts, with reasons, for which the kiosk is out of service."""
        return tuple((part, reason) for part, reason in self.down if part in ESSENTIAL_PARTS)

    @property
    def watched(self) -> bool:
        """One of the senses works, so a person who comes is noticed."""
        return any(not self.is_down(sense) for sense in self.senses)

    def is_down(self, part: str) -> bool:
        """Whether ``part`` has been given up."""
        return any(name == part for name, _ in self.down)

    def with_visit(self, **changes: object) -> SessionState:
        """The same state with fields of the visit changed; itself when there is no visit."""
        if self.visit is None:
            return self
        return replace(self, visit=replace(self.visit, **changes))  # type: ignore[arg-type]


def initial_state(
    at: float,
    timing: Timing | None = None,
    site_lang: Language = "zh",
    *,
    senses: Collection[str] = (),
    greet_aloud: bool = True,
    volume: float = USUAL_VOLUME,
    run: str = "",
    full_duplex: bool = False,
    ticketing: bool = False,
    call_aloud: bool = True,
) -> SessionState:
    """A kiosk that has just started: idle, nobody there."""
    limits = timing or Timing()
    return SessionState(
        Phase.IDLE,
        at,
        at + limits.housekeeping,
        limits,
        site_lang,
        greet_aloud,
        volume,
        run,
        senses=frozenset(senses),
        full_duplex=full_duplex,
        ticketing=ticketing,
        call_aloud=call_aloud,
    )
