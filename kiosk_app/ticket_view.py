"""What the screens show of queues and tickets; pure data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TAKE_NUMBER = "hall.take_number"
"""The matter that says how one gets a number."""

TicketMood = Literal["busy", "given", "failed", "full"]
TicketPrint = Literal["none", "busy", "done", "no_paper", "failed"]


@dataclass(frozen=True, slots=True)
class QueueChoice:
    """A queue to take a number of: touching it posts ``TicketWanted(queue)``.

    ``windows`` are its numbers as a list to read; ``waiting`` is None where it is not known.
    """

    queue: str
    letter: str
    name: str
    windows: str
    waiting: int | None = None


@dataclass(frozen=True, slots=True)
class TicketView:
    """The number of this citizen, or what became of the wish for one."""

    mood: TicketMood = "busy"
    number: str = ""
    queue: str = ""
    """The name of the queue."""
    windows: str = ""
    ahead: int | None = None
    taken: str = ""
    """Hours and minutes."""
    printing: TicketPrint = "none"
    take_along: str = ""
    """What the code says that is shown where no paper comes."""
    called_to: str = ""
    """The window that it has been called to; empty until then."""


@dataclass(frozen=True, slots=True)
class CallView:
    """A number that was called to a window."""

    number: str
    window: str
