"""A real process installs on a real disk and kills itself, without a word, at a moment that it was told.

The moments are those that the code itself names (``Disk.moment``): a rehearsal writes them all down in their order, so
that a new one is found without being listed anywhere.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from kiosk_app.updating.disk import Disk
from kiosk_app.updating.errors import UpdateError
from tests.kiosk_app.updating.lectern import Lectern
from tests.kiosk_app.updating.stock import Stock, update

_FORK = multiprocessing.get_context("forkserver")
_FORK.set_forkserver_preload([__name__, "onnxruntime", "pypinyin", "babel.dates", "babel.numbers"])
_LIMIT_S = 90.0


@dataclass(frozen=True, slots=True)
class Moment:
    """The ``nth`` time, from 1, that ``name`` comes by."""

    name: str
    nth: int

    def __str__(self) -> str:
        return self.name if self.nth == 1 else f"{self.name} ({self.nth})"


class Scribe(Disk):
    """Writes down every moment."""

    def __init__(self) -> None:
        self.moments: list[Moment] = []
        self._seen: Counter[str] = Counter()

    def moment(self, name: str) -> None:
        self._seen[name] += 1
        self.moments.append(Moment(name, self._seen[name]))


class Doomed(Scribe):
    """Its process ends at ``doom`` as a power cut ends it: nothing is caught, closed or flushed."""

    def __init__(self, doom: Moment) -> None:
        super().__init__()
        self._doom = doom

    def moment(self, name: str) -> None:
        super().moment(name)
        if self.moments[-1] == self._doom:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Story:
    """What happens to a kiosk; ``serves`` are the versions that may be in service after it was cut off anywhere."""

    name: str
    play: Callable[[Lectern, Stock], None]
    serves: frozenset[str]
    again: str
    """What the next attempt installs: the name in the stock."""


def _proven(kiosk: Lectern, stock: Stock) -> None:
    kiosk.open()
    kiosk.install(update(stock.second, 2))
    kiosk.close()


def _returned(kiosk: Lectern, stock: Stock) -> None:
    kiosk.open()
    kiosk.send(update(stock.second, 2))
    kiosk.exchange()
    kiosk.visits(5, "reject")
    kiosk.told("returned")
    kiosk.exchange()
    kiosk.close()


def _refused(kiosk: Lectern, stock: Stock) -> None:
    kiosk.open()
    kiosk.send(update(stock.broken, 2))
    kiosk.told("rejected")
    kiosk.close()


def _overtaken(kiosk: Lectern, stock: Stock) -> None:
    kiosk.open()
    kiosk.send(update(stock.third, 2))
    kiosk.exchange()
    kiosk.install(update(stock.second, 3))
    kiosk.close()


OLD, NEW, OTHER = "2099.1.1", "2099.1.2", "2099.1.3"
STORIES = (
    Story("installed, tried, proven", _proven, frozenset({OLD, NEW}), "second"),
    Story("installed, tried, returned", _returned, frozenset({OLD, NEW}), "second"),
    Story("refused by its examination", _refused, frozenset({OLD}), "second"),
    Story("overtaken while on trial", _overtaken, frozenset({OLD, NEW, OTHER}), "second"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fresh process found, and what became of the next attempt."""

    phase: str
    """In which the kill left the installation."""
    served: str
    act: str
    installed: str
    notes: tuple[str, ...] = ()


def home_with_old(folder: Path, stock: Stock) -> Path:
    """A kiosk with the first version proven, to be copied for each kill."""
    kiosk = Lectern(folder, stock.shipped)
    kiosk.open()
    kiosk.install(update(stock.first, 1))
    kiosk.close()
    return folder


def rehearse(story: Story, home: Path, stock: Stock) -> list[Moment]:
    """Play it to its end; its moments in their order."""
    scribe = Scribe()
    story.play(Lectern(home, stock.shipped, scribe), stock)
    return scribe.moments


def programme(old: Path, scratch: Path, stock: Stock, *, whole: bool) -> list[tuple[Story, Moment]]:
    """Every moment of every story, of what is repeated the first and the last.

    Unless it is the ``whole`` programme, a story is left out where it begins or ends as the first one does.
    """
    found: list[tuple[Story, Moment]] = []
    model: list[str] = []
    for number, story in enumerate(STORIES):
        moments = rehearse(story, shutil.copytree(old, scratch / str(number)), stock)
        last = Counter(moment.name for moment in moments)
        names = [moment.name for moment in moments]
        begin = 0 if whole else _alike(names, model)
        end = len(names) - (0 if whole else _alike(names[begin:][::-1], model[::-1]))
        found += [(story, moment) for moment in moments[begin:end] if moment.nth in (1, last[moment.name])]
        model = model or names
    return found


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How far both are the same."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def kill(story: Story, moment: Moment, old: Path, home: Path, stock: Stock) -> Outcome:
    """Play it in a process of its own until ``moment``; then a fresh process starts, and tries again."""
    shutil.copytree(old, home)
    process = _FORK.Process(target=_play, args=(STORIES.index(story), moment, home, stock))
    process.start()
    process.join(_LIMIT_S)
    if process.exitcode != -signal.SIGKILL:
        process.kill()
        raise AssertionError(f"{moment} was not reached: exit code {process.exitcode}")
    return _in_process(_revive, home, stock, story.again)


def kill_everywhere(
    stock: Stock, folder: Path, *, whole: bool = False
) -> Iterator[tuple[Story, Moment, Outcome]]:
    """Carry the programme out, two at a time."""
    old = home_with_old(folder / "old", stock)
    cuts = programme(old, folder / "rehearsals", stock, whole=whole)

    def cut(number: int) -> Outcome:
        home = folder / str(number)
        try:
            return kill(*cuts[number], old, home, stock)
        finally:
            shutil.rmtree(home, ignore_errors=True)

    with ThreadPoolExecutor(2) as hands:
        for (story, moment), outcome in zip(cuts, hands.map(cut, range(len(cuts))), strict=True):
            yield story, moment, outcome


def _play(story: int, moment: Moment, home: Path, stock: Stock) -> None:
    STORIES[story].play(Lectern(home, stock.shipped, Doomed(moment)), stock)


def _revive(reply: Connection, home: Path, stock: Stock, again: str) -> None:
    kiosk = Lectern(home, stock.shipped)
    phase = kiosk.state.phase
    kiosk.open()
    served, act = kiosk.version, kiosk.answers()
    path = getattr(stock, again)
    try:
        # What had failed its trial before the kill is called off only now: then the centre asks once more.
        if not any(kiosk.proves(update(path, rev)) for rev in (10, 11)):
            raise UpdateError("again", "the next attempt came to nothing")
    finally:
        kiosk.close()
    reply.send(Outcome(phase, served, act, kiosk.version, tuple(f"{n.result} {n.code}" for n in kiosk.news)))


def _in_process(work: Callable[..., None], *arguments: object) -> Outcome:
    receiver, sender = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=work, args=(sender, *arguments))
    process.start()
    sender.close()
    try:
        if not receiver.poll(_LIMIT_S):
            raise AssertionError("the fresh process does not come to an end")
        outcome = receiver.recv()
    finally:
        process.join(10)
        process.kill()
    assert isinstance(outcome, Outcome)
    return outcome
