"""How far updates are, told to the centre: the newest of each kind, one message a second at most."""

import threading
import time
from collections.abc import Callable

from fleet.protocol.tree import Kind
from fleet.protocol.updates import Job

PAUSE_S = 1.0


class JobNotes:
    """``note`` from any thread; ``pump`` in the link's."""

    def __init__(self, wall_clock: Callable[[], float] = time.time) -> None:
        self._wall_clock = wall_clock
        self._guard = threading.Lock()
        self._unsent: dict[Kind, Job] = {}
        self._told: dict[Kind, Job] = {}
        self._next_at = 0.0

    def note(self, rev: int, kind: Kind, step: str, percent: int = 0, reason: str = "") -> None:
        """Take down how far the job of this revision and kind is."""
        line = "".join(letter if letter.isprintable() else " " for letter in reason)[:500]
        at = int(self._wall_clock() * 1000)
        job = Job(id=f"{rev}-{kind}", at=at, kind=kind, step=step, percent=percent, reason=line)
        with self._guard:
            known = self._unsent.get(kind) or self._told.get(kind)
            if known is None or job.model_copy(update={"at": known.at}) != known:
                self._unsent[kind] = job

    def pump(self, now: float, send: Callable[[Job], bool]) -> None:
        """Send one note if its time has come; ``now`` in monotonic seconds."""
        with self._guard:
            if not self._unsent or now < self._next_at:
                return
            job = next(iter(self._unsent.values()))
            if send(job):
                self._told[job.kind] = self._unsent.pop(job.kind)
                self._next_at = now + PAUSE_S
