"""What the kiosk asks of whoever numbers the people who wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kiosk_app.errors import KioskError

MOST = 999
"""The last number of a queue and day: three digits, read and called in one breath."""


class QueueError(KioskError):
    """No number can be given: ``queue.full``, ``queue.unknown``, ``queue.unreachable``, ``queue.answer``,
    ``queue.open``, ``queue.address``."""

    code = "queue"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A number that was given, ``A012``; ``ahead``: how many waited before it then, None where that is not known."""

    queue: str
    number: str
    ahead: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """How long a queue is: how many wait in it, None where that is not known; what was called last, "" for nothing."""

    queue: str
    waiting: int | None = None
    last: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A number that was called to a window. ``order`` rises with every call, so that a new one is known."""

    order: int
    queue: str
    number: str
    window: str


@dataclass(frozen=True, slots=True)
class Standing:
    """All queues at one moment, and the newest calls of today, oldest first."""

    lines: tuple[Line, ...] = ()
    calls: tuple[Call, ...] = ()


class QueueSystem(Protocol):
    """Gives numbers and tells how the queues stand. Every method blocks; all are called from one thread."""

    def open(self) -> None:
        """Make sure that it can be asked. Raises QueueError."""
        ...

    def close(self) -> None:
        """Let go of it; safe to call twice."""
        ...

    def take(self, queue: str, request: str) -> Ticket:
        """A number of a queue. The same ``request`` gets the same number again. Raises QueueError."""
        ...

    def standing(self) -> Standing:
        """How the queues stand now. Raises QueueError."""
        ...
