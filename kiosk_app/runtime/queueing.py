"""The queue system as a part: numbers are taken and the queues looked at in a thread of its own."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field

from fleet.device.events import QueueCommanded
from kiosk_app.queues.events import NumberCalled, QueueEvent, QueuesChanged, TicketGiven, TicketRefused
from kiosk_app.queues.numbering import Called
from kiosk_app.queues.own import OwnQueues
from kiosk_app.queues.port import QueueError, QueueSystem, Standing, Ticket
from kiosk_app.queues.serving import Desk
from kiosk_app.queues.words import of_call, of_ticket

logger = logging.getLogger(__name__)

LOOK_S = 2.0
"""How often the queues are looked at: midnight comes, other kiosks take numbers, the hall's own system calls."""
COUNTS_S = 300.0
"""Counts are told together: a single one could be put beside a visit of the same second."""
_STOP_S = 10.0
_PATIENCE_S = 4.0

Counted = Callable[[str, str, int], None]
"""Takes a queue, what happened (``taken``, ``called``, ``absent``) and how often."""
Answer = Callable[[str, bool, str, str], None]
"""Takes a command's id, whether it was done, why not, and the number that it came to."""


@dataclass(frozen=True, slots=True)
class _Take:
    visit: int
    queue: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """Another kiosk's wish for a number, or for the standing when ``queue`` is empty."""

    queue: str = ""
    request: str = ""
    answer: Future[Ticket | Standing] = field(default_factory=Future, repr=False)


_Job = _Take | _Asked | QueueCommanded | None


class Queueing:
    """Takes numbers for visits, tells the session how the queues stand and who is called, and obeys the windows.

    A system that cannot be asked any more is told to ``lost``: whoever supervises this starts it again.
    """

    def __init__(
        self,
        system: QueueSystem,
        post: Callable[[QueueEvent], None],
        lost: Callable[[str], None],
        counted: Counted = lambda queue, what, count: None,
        answer: Answer = lambda command, done, reason, number: None,
        changed: Callable[[Standing], None] = lambda standing: None,
        desk: Callable[[Queueing], Desk] | None = None,
        look_s: float = LOOK_S,
    ) -> None:
        self._system = system
        self._post = post
        self._lost = lost
        self._counted = counted
        self._answer = answer
        self._changed = changed
        self._make_desk = desk
        self._desk: Desk | None = None
        self._look_s = look_s
        self._run_id = secrets.token_hex(8)
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._known: Standing | None = None
        self._newest = 0
        self._counts: Counter[tuple[str, str]] = Counter()
        self._told_at = time.monotonic()

    def start(self) -> None:
        """Make sure that the system answers, then wait for wishes. Raises QueueError."""
        if self._thread is not None:
            return
        self._system.open()
        first = self._system.standing()
        # What was called before this start has been called.
        self._newest = max((call.order for call in first.calls), default=0)
        self._tell(first)
        if self._make_desk is not None:
            self._desk = self._make_desk(self)
            self._desk.start()
        self._thread = threading.Thread(target=self._run, name="queue", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the system go; numbers that were told stay told."""
        desk, self._desk = self._desk, None
        if desk is not None:
            desk.stop()
        thread, self._thread = self._thread, None
        self._jobs.put(None)
        if thread is not None and thread is not threading.current_thread():
            thread.join(_STOP_S)
        if thread is None:  # it was never started, or has failed to
            self._system.close()

    def take(self, visit: int, queue_id: str) -> None:
        """Take a number for a visit; returns at once, from any thread. Asked twice, a visit gets one number."""
        self._jobs.put(_Take(visit, queue_id))

    def command(self, wanted: QueueCommanded) -> None:
        """Do what a window wants; returns at once, from any thread."""
        self._jobs.put(wanted)

    def take_for(self, queue_id: str, request: str) -> Ticket:
        """A number for another kiosk; waits for it. Raises QueueError."""
        given = self._ask(_Asked(queue_id, request))
        if not isinstance(given, Ticket):
            raise QueueError("no number was given", "queue.open")
        return given

    def standing_for(self) -> Standing:
        """How the queues stand, for another kiosk. Raises QueueError."""
        given = self._ask(_Asked())
        if not isinstance(given, Standing):
            raise QueueError("nothing is known of the queues", "queue.open")
        return given

    def _ask(self, asked: _Asked) -> Ticket | Standing:
        self._jobs.put(asked)
        try:
            return asked.answer.result(_PATIENCE_S)
        except FutureTimeoutError as error:
            raise QueueError("the numbering is busy", "queue.open") from error

    # --- in the thread -------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while self._turn():
                pass
        finally:
            self._tell_counts()
            self._system.close()

    def _turn(self) -> bool:
        """One wish, or one look when none comes; False when it is over."""
        try:
            job: _Job = self._jobs.get(timeout=self._look_s)
        except queue.Empty:
            return self._look()
        match job:
            case None:
                return False
            case _Take():
                self._take(job)
            case _Asked():
                self._serve(job)
            case QueueCommanded():
                self._obey(job)
        return self._look()

    def _take(self, wanted: _Take) -> None:
        try:
            ticket = self._system.take(wanted.queue, f"{self._run_id}-{wanted.visit}")
        except QueueError as error:
            logger.warning("no number: %s", error)
            self._post(TicketRefused(time.monotonic(), wanted.visit, wanted.queue, error.code))
            return
        self._count(wanted.queue, "taken")
        self._post(TicketGiven(time.monotonic(), wanted.visit, ticket, of_ticket(ticket)))

    def _serve(self, asked: _Asked) -> None:
        try:
            if asked.queue:
                asked.answer.set_result(self._system.take(asked.queue, asked.request))
                self._count(asked.queue, "taken")
            else:
                asked.answer.set_result(self._system.standing())
        except QueueError as error:
            asked.answer.set_exception(error)

    def _obey(self, wanted: QueueCommanded) -> None:
        if not isinstance(self._system, OwnQueues):
            self._answer(wanted.command, False, "this kiosk does not number: call at the one that does", "")
            return
        try:
            done = self._system.call(wanted.verb, wanted.queue, wanted.window, wanted.command)
        except QueueError as error:
            self._answer(wanted.command, False, str(error), "")
            return
        self._conclude(wanted, done)

    def _conclude(self, wanted: QueueCommanded, done: Called | None) -> None:
        if done is None:
            nobody = "nobody waits" if wanted.verb == "next" else "this window has called nobody"
            self._answer(wanted.command, False, nobody, "")
            return
        if wanted.verb != "again":
            self._count(wanted.queue, "called" if wanted.verb == "next" else "absent")
        self._answer(wanted.command, True, "", done.number)

    def _look(self) -> bool:
        try:
            self._tell(self._system.standing())
        except QueueError as error:
            self._lost(str(error))
            return False
        if time.monotonic() - self._told_at >= COUNTS_S:
            self._tell_counts()
        return True

    def _tell(self, standing: Standing) -> None:
        """What has changed since the last look, and who was called since."""
        if self._known is None or standing.lines != self._known.lines:
            self._post(QueuesChanged(time.monotonic(), standing.lines))
        for call in standing.calls:
            if call.order > self._newest:
                self._newest = call.order
                self._post(NumberCalled(time.monotonic(), call, of_call(call)))
        if standing != self._known:
            self._known = standing
            self._changed(standing)

    def _count(self, queue_id: str, what: str) -> None:
        self._counts[queue_id, what] += 1

    def _tell_counts(self) -> None:
        self._told_at = time.monotonic()
        counts, self._counts = self._counts, Counter()
        for (queue_id, what), count in sorted(counts.items()):
            self._counted(queue_id, what, count)
