"""The kiosk's own numbering service as a queue system."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from kiosk_app.queues.numbering import Called, Numbering, as_calls, as_ticket
from kiosk_app.queues.port import QueueError, Standing, Ticket
from kiosk_app.queues.rounds import Moment, moment
from models.knowledge.content import Queue

Verb = Literal["next", "again", "absent"]


class OwnQueues:
    """Numbers of the hall's queues as the knowledge in use has them; ``queues`` is asked each time."""

    def __init__(
        self, path: Path, queues: Callable[[], Sequence[Queue]], now: Callable[[], Moment] = moment
    ) -> None:
        self._path = path
        self._queues = queues
        self._now = now
        self._numbering: Numbering | None = None

    def open(self) -> None:
        """See QueueSystem."""
        if self._numbering is None:
            self._numbering = Numbering(self._path, self._now)

    def close(self) -> None:
        """See QueueSystem."""
        numbering, self._numbering = self._numbering, None
        if numbering is not None:
            numbering.close()

    def take(self, queue: str, request: str) -> Ticket:
        """See QueueSystem. Raises QueueError ``queue.unknown``, ``queue.full``, ``queue.open``."""
        return as_ticket(queue, self._open_one().take(self._named(queue).letter, request))

    def standing(self) -> Standing:
        """See QueueSystem."""
        numbering, queues = self._open_one(), self._queues()
        lines = numbering.lines([(queue.id, queue.letter) for queue in queues])
        return Standing(lines, as_calls(numbering.calls(), {queue.letter: queue.id for queue in queues}))

    def call(self, verb: Verb, queue: str, window: str, command: str) -> Called | None:
        """What a window wants: the next number, the last one again, or its owner is absent. None when there is none.

        Raises QueueError ``queue.unknown`` for a queue that is not there or is not called to this window.
        """
        numbering, meant = self._open_one(), self._named(queue)
        if window not in meant.windows:
            raise QueueError(f"window {window} does not call this queue", "queue.unknown")
        if verb == "next":
            return numbering.call_next(meant.letter, window, command)
        if verb == "again":
            return numbering.call_again(meant.letter, window, command)
        return numbering.absent(meant.letter, window)

    def _open_one(self) -> Numbering:
        if self._numbering is None:
            raise QueueError("the numbering is closed", "queue.open")
        return self._numbering

    def _named(self, queue: str) -> Queue:
        found = next((one for one in self._queues() if one.id == queue), None)
        if found is None:
            raise QueueError("there is no such queue in the knowledge in use", "queue.unknown")
        return found
