"""The hall's numbers on virtual time: the kiosk's own numbering, which is now and then slow, full or broken."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk_app import events as ev
from kiosk_app.queues.own import OwnQueues
from kiosk_app.queues.port import Call
from kiosk_app.queues.rounds import Moment
from kiosk_app.queues.words import of_call, of_ticket
from models.knowledge import Knowledge

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Later = tuple[float, ev.Event]
"""In how many seconds something happens, and what."""


class VirtualQueues:
    """Gives numbers, and calls each of them to a window some time later. To be used on one thread."""

    def __init__(
        self, file: Path, knowledge: Knowledge, dice: random.Random, now: Callable[[], float]
    ) -> None:
        self._queues = {queue.id: queue for queue in knowledge.hall.queues}
        self._dice = dice
        self._now = now
        self._latest = 0.0
        self._own = OwnQueues(file, lambda: tuple(self._queues.values()), self._moment)
        self._calls = 0

    def open(self) -> ev.Event:
        """Begin the day; how the queues stand."""
        self._own.open()
        return self._standing()

    def close(self) -> None:
        """Let go of the file."""
        self._own.close()

    def take(self, visit: int, queue: str) -> Iterator[Later]:
        """What a wish for a number leads to."""
        mood = self._dice.random()
        if mood < 0.1:
            yield 0.1, ev.TicketRefused(0.0, visit, queue, self._dice.choice(("queue.full", "queue.open")))
            return
        ticket = self._own.take(queue, str(visit))
        waits = self._dice.uniform(5.0, 15.0) if mood < 0.2 else 0.05
        yield waits, ev.TicketGiven(0.0, visit, ticket, of_ticket(ticket))
        yield waits, self._standing()
        self._calls += 1
        call = Call(self._calls, queue, ticket.number, self._dice.choice(self._queues[queue].windows))
        yield waits + self._dice.uniform(1.0, 90.0), ev.NumberCalled(0.0, call, of_call(call))

    def _standing(self) -> ev.Event:
        return ev.QueuesChanged(0.0, self._own.standing().lines)

    def _moment(self) -> Moment:
        """Never backwards, though the robot does go back to where it was."""
        self._latest = max(self._latest, self._now())
        return Moment(MORNING + timedelta(seconds=self._latest), "boot", self._latest)
