"""Writes down what was learnt, in a thread of its own: the session's loop never waits for a disk."""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk_app.home import MOST_FREQUENT
from kiosk_app.learning.asked import Asked
from kiosk_app.learning.clusters import ClusterStore, Guess
from kiosk_app.learning.database import close_database, delete_database, erase_database, open_database
from kiosk_app.learning.demand import DemandStore
from kiosk_app.learning.errors import LearningError
from kiosk_app.learning.hours import Hour, most_asked
from kiosk_app.learning.misses import Miss
from models.intent.syllables import pypinyin_table
from models.knowledge import Knowledge

logger = logging.getLogger(__name__)

_LOOK_UP_S = 60.0
"""How often the hour is looked at when nothing is asked."""
FOREIGN = 0.04
"""Below this probability of being ours a question says nothing of any matter, however far one is ahead: nine in ten
foreign questions lie there, and none of ours whose nearest matter was clearly ahead and right, docs/adr/0009."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a site allows to be kept."""

    unknown: bool = True
    frequent: bool = True
    max_clusters: int = 500
    max_age_days: int = 90


Told = Callable[[str | None, int], None]
Wiped = Callable[[str], None]
"""Called when everything has been forgotten, with what went wrong, or nothing."""


class Scribe:
    """Takes what the watchers found, keeps it, and says what is asked most at this hour.

    ``told`` gets, in this thread, how many questions were missed and near which matter; never a word of them.
    A disk that refuses costs what was to be written, never the kiosk.
    """

    def __init__(
        self,
        path: Path,
        limits: Limits,
        knowledge: Callable[[], Knowledge | None],
        told: Told | None = None,
        clock: Callable[[], datetime] = datetime.now,
    ) -> None:
        self.frequent: tuple[str, ...] = ()
        """What the home screen should offer, as of the last look; empty until the first one."""
        self._path = path
        self._limits = limits
        self._knowledge = knowledge
        self._told = told
        self._clock = clock
        self._work: queue.SimpleQueue[Sequence[Miss | Asked] | Wiped | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="scribe", daemon=True)
        self._connection: sqlite3.Connection | None = None
        self._pruned = 0
        self._complaint = ""

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, then let go of the file."""
        self._work.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def note(self, found: Sequence[Miss | Asked]) -> None:
        """Keep these; returns at once. With nothing in it: look at the hour and the knowledge again."""
        self._work.put(found)

    def wipe(self, told: Wiped) -> None:
        """Forget everything that was learnt; ``told`` is called in this thread, or at once when it does not run."""
        if self._thread.is_alive():
            self._work.put(told)
        else:
            self._forget(told)

    def _run(self) -> None:
        while True:
            try:
                found = self._work.get(timeout=_LOOK_UP_S)
            except queue.Empty:
                found = ()
            if found is None:
                break
            if callable(found):
                self._forget(found)
                found = ()
            self._guarded(found)
        self._let_go()

    def _guarded(self, found: Sequence[Miss | Asked]) -> None:
        try:
            self._keep(found, self._clock())
        except (LearningError, sqlite3.Error) as error:
            if str(error) != self._complaint:
                self._complaint = str(error)
                logger.warning("what was learnt cannot be kept: %s", error)
            self._let_go()
            if type(error) is sqlite3.DatabaseError:  # the file is damaged; its subclasses mean other things
                delete_database(self._path)

    def _forget(self, told: Wiped) -> None:
        problem = ""
        self._let_go()
        self.frequent = ()
        try:
            erase_database(self._path)
        except (OSError, sqlite3.Error) as error:
            problem = f"{self._path.name}: {error}"
            logger.warning("what was learnt cannot be deleted: %s", error)
        told(problem)

    def _keep(self, found: Sequence[Miss | Asked], now: datetime) -> None:
        if self._connection is None:
            self._connection = open_database(self._path)
            pypinyin_table()  # a second of work: at the start, not when the first visitor has just left
            most = (
                self._limits.max_clusters if self._limits.unknown else 0
            )  # turned off: forget what there was
            self._clusters = ClusterStore(self._connection, most, self._limits.max_age_days)
            self._demand = DemandStore(self._connection)
            self._pruned = 0
        day, hour, knowledge = now.toordinal(), Hour.of(now), self._knowledge()
        if hour is not None and self._pruned != day:  # a clock that was never set must not make anything old
            self._clusters.prune(day)
            self._demand.prune(day)
            self._pruned = day
        self._keep_misses([item for item in found if isinstance(item, Miss)], day, knowledge)
        for item in found:
            if isinstance(item, Asked) and hour is not None and self._limits.frequent:
                self._demand.add(item.matter, hour, item.weight, day)
        if knowledge is not None and self._limits.frequent:
            self.frequent = most_asked(
                self._demand.counts(day),
                hour,
                knowledge.frequent,
                knowledge.matters,
                MOST_FREQUENT,
                self.frequent or knowledge.frequent[:MOST_FREQUENT],
            )

    def _keep_misses(self, misses: Sequence[Miss], day: int, knowledge: Knowledge | None) -> None:
        near: Counter[str | None] = Counter()
        for miss in misses:
            guess = nearest(miss.text, knowledge) if knowledge is not None else None
            near[guess.matter if guess else None] += 1
            if self._limits.unknown:
                self._clusters.add(miss, guess, day)
        if self._told is not None:
            for matter, count in near.items():
                self._told(matter, count)

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            close_database(connection)
        except sqlite3.Error as error:
            logger.warning("%s does not close cleanly: %s", self._path.name, error)


def nearest(text: str, knowledge: Knowledge) -> Guess | None:
    """The matter that the intent model finds nearest, and how far it is ahead; None when it finds none."""
    understood = knowledge.intent.understand(text)
    matters = [candidate for candidate in understood.candidates if candidate.label in knowledge.matters]
    if not matters:
        return None
    belonging = knowledge.intent.belonging(text)
    if belonging < FOREIGN:
        return Guess(matters[0].label, 0.0)
    ours = max(belonging, matters[0].probability)
    return Guess(matters[0].label, matters[0].probability / ours)
