"""A librarian at work without a session around it: visits and turns are what the test says."""

from __future__ import annotations

import contextlib
import itertools
import queue
import time
from pathlib import Path

from kiosk_app.config import KioskConfig, KnowledgeConfig, RecognitionConfig
from kiosk_app.dialogue import Dialogue
from kiosk_app.events import Event
from kiosk_app.memory import NEW_TALK
from kiosk_app.request import TextAsked
from kiosk_app.runtime.librarian import Librarian
from kiosk_app.runtime.shelf import Volume
from kiosk_app.trace import TurnTrace
from kiosk_app.updating.disk import Disk
from kiosk_app.updating.machine import Installation
from kiosk_app.updating.news import News
from kiosk_app.updating.places import folder_of
from kiosk_app.updating.state_file import read_state
from kiosk_app.updating.update import Update

WAIT_S = 60.0


class Lectern:
    """One run of the program; ``open`` is its start and ``close`` its orderly end."""

    def __init__(self, home: Path, shipped: Path, disk: Disk | None = None, steady_s: float = 600.0) -> None:
        self.home = home
        self.news: list[News] = []
        self._told: queue.SimpleQueue[News] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._visits = itertools.count(1)
        self._visit = 0
        config = KioskConfig(
            data_dir=home,
            knowledge=KnowledgeConfig(venue=None, pack=shipped),
            recognition=RecognitionConfig(backend="none"),
        )
        self.librarian = Librarian(config, self._events.put, self._told.put, disk, steady_s)

    def open(self) -> Volume | None:
        """The start of the program."""
        volume = self.librarian.first()
        self.librarian.current = volume
        if volume is not None:
            self.librarian.report(volume)
        return volume

    def close(self) -> None:
        """Its end in order."""
        self.librarian.stop()

    @property
    def version(self) -> str:
        """What is answered from."""
        assert self.librarian.current is not None
        return self.librarian.current.knowledge.version

    @property
    def state(self) -> Installation:
        """As the disk has it."""
        return read_state(folder_of(self.home, "knowledge"))

    def send(self, update: Update) -> None:
        """The agent has fetched it."""
        self.librarian.fetched(update)

    def nobody_is_here(self) -> bool:
        """Between two visits; whether there was anything to exchange."""
        arrival = self.librarian.take_arrival()
        if arrival is None:
            return False
        self.librarian.current = arrival.volume
        self.librarian.adopted(arrival)
        return True

    def exchange(self) -> None:
        """Wait for something to be ready, and exchange it."""
        self._events.get(timeout=WAIT_S)
        assert self.nobody_is_here()

    def told(self, result: str, version: str = "") -> News:
        """Wait until this is told, of ``version``."""
        while True:
            news = self._told.get(timeout=WAIT_S)
            self.news.append(news)
            if news.result == result and version in ("", news.target.version):
                return news

    def visits(self, count: int, act: str = "answer", understand_ms: float = 5.0) -> None:
        """So many visits of two turns each."""
        for visit in itertools.islice(self._visits, count):
            self._visit = visit
            for number in (1, 2):
                self._turn(number, act, understand_ms)

    def goes_on(self, turns: int, act: str = "answer") -> None:
        """So many turns more of the latest visit."""
        for number in range(turns):
            self._turn(3 + number, act, 5.0)

    def _turn(self, number: int, act: str, understand_ms: float) -> None:
        turn = TurnTrace(self._visit, number, "text", "zh", number, act=act, understand_ms=understand_ms)
        self.librarian.turn(turn)

    def answers(self, question: str = "我想办护照") -> str:
        """The act of the answer to a question, made as for a citizen."""
        assert self.librarian.current is not None
        with self.librarian.answering():
            _, reply = Dialogue(self.librarian.current.knowledge).take(NEW_TALK, TextAsked(question), "zh")
        return reply.act

    def proves(self, update: Update) -> bool:
        """Send it, exchange, answer well; whether it is proven, however far it was, and not refused or returned."""
        self.send(update)
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            with contextlib.suppress(queue.Empty):
                self._events.get(timeout=0.02)
                self.nobody_is_here()
            with contextlib.suppress(queue.Empty):
                news = self._told.get(timeout=0.02)
                self.news.append(news)
                if news.target == update.target and news.result in (
                    "active",
                    "rejected",
                    "returned",
                    "failed",
                ):
                    return news.result == "active"
                if news.target == update.target and news.result == "trial":
                    self.visits(5)
        return False

    def install(self, update: Update) -> None:
        """From the file to proven, with good turns."""
        self.send(update)
        self.exchange()
        self.visits(5)
        self.told("active", update.version)
