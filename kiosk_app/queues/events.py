"""What happens around queue tickets. ``speech`` is what is said of it, by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk_app.queues.port import Call, Line, Ticket
from kiosk_app.reply import Language

Speech = Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class TicketsOpened:
    """The citizen wants a number, and chooses of which queue."""

    at: float


@dataclass(frozen=True, slots=True)
class TicketWanted:
    """A number of this queue, by touch."""

    at: float
    queue: str


@dataclass(frozen=True, slots=True)
class TicketGiven:
    """A number for the visit that asked for one of this queue."""

    at: float
    visit: int
    ticket: Ticket
    speech: Speech = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TicketRefused:
    """There is none; ``code`` is that of the QueueError."""

    at: float
    visit: int
    queue: str
    code: str


@dataclass(frozen=True, slots=True)
class QueuesChanged:
    """How the queues stand now."""

    at: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class NumberCalled:
    """A number was called to a window, by whichever kiosk's queue system."""

    at: float
    call: Call
    speech: Speech = field(default_factory=dict)


QueueEvent = TicketGiven | TicketRefused | QueuesChanged | NumberCalled
