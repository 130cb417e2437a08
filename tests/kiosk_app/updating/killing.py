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
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from kiosk_app.updating.disk import Disk
from kiosk_app.updating.update import KindName
from tests.kiosk_app.updating.stock import Stock
from tests.kiosk_app.updating.stories import STORIES, Outcome, Story

_FORK = multiprocessing.get_context("forkserver")
_FORK.set_forkserver_preload([__name__, "onnxruntime", "pypinyin", "babel.dates", "babel.numbers"])
_LIMIT_S = 120.0


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

    def __init__(self, doom: Moment, last_words: Connection) -> None:
        super().__init__()
        self._doom = doom
        self._last_words = last_words

    def moment(self, name: str) -> None:
        super().moment(name)
        if self.moments[-1] == self._doom:
            self._last_words.send(name)
            os.kill(os.getpid(), signal.SIGKILL)


Cut = tuple[Story, Moment]


def programme(folder: Path, stock: Stock, *, whole: bool) -> list[Cut]:
    """Every moment of every story, of what is repeated the first and the last.

    Unless it is the ``whole`` programme, slow stories are left out, and others where they begin or end as the
    first one of their kind.
    """
    found: list[Cut] = []
    first: dict[KindName, list[str]] = {}
    for story in STORIES:
        if story.slow and not whole:
            continue
        scribe = Scribe()
        story.play(
            shutil.copytree(_old(folder, story, stock), folder / f"{story.name} rehearsed"), stock, scribe
        )
        names = [moment.name for moment in scribe.moments]
        last = Counter(names)
        told = [] if whole else first.setdefault(story.kind, [])
        begin = _alike(names, told)
        end = len(names) - _alike(names[begin:][::-1], told[::-1])
        found += [
            (story, moment) for moment in scribe.moments[begin:end] if moment.nth in (1, last[moment.name])
        ]
        told += [] if told else names
    return found


def kill_everywhere(
    stock: Stock, folder: Path, *, whole: bool = False
) -> Iterator[tuple[Story, Moment, Outcome]]:
    """Carry the programme out, two at a time."""
    cuts = programme(folder, stock, whole=whole)

    def cut(number: int) -> Outcome:
        story, moment = cuts[number]
        home = folder / str(number)
        try:
            return _kill(story, moment, shutil.copytree(_old(folder, story, stock), home), stock)
        finally:
            shutil.rmtree(home, ignore_errors=True)

    with ThreadPoolExecutor(2) as hands:
        for (story, moment), outcome in zip(cuts, hands.map(cut, range(len(cuts))), strict=True):
            yield story, moment, outcome


def _kill(story: Story, moment: Moment, home: Path, stock: Stock) -> Outcome:
    """Play it in a process of its own until ``moment``; then a fresh process starts, and tries again."""
    ear, mouth = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=_play, args=(mouth, STORIES.index(story), moment, home, stock))
    process.start()
    mouth.close()
    process.join(_LIMIT_S)
    process.kill()
    # Asked by a pipe, for the fork server does not always hear how its processes ended.
    try:
        reached = ear.poll() and ear.recv() == moment.name
    except EOFError:
        reached = False
    if not reached:
        raise AssertionError(f"{moment} was not reached: exit code {process.exitcode}")
    receiver, sender = _FORK.Pipe(duplex=False)
    fresh = _FORK.Process(target=_revive, args=(sender, STORIES.index(story), home, stock))
    fresh.start()
    sender.close()
    try:
        if not receiver.poll(_LIMIT_S):
            raise AssertionError(f"{moment}: the fresh process does not come to an end")
        outcome = receiver.recv()
    finally:
        fresh.join(10)
        fresh.kill()
    assert isinstance(outcome, Outcome)
    return outcome


def _play(mouth: Connection, story: int, moment: Moment, home: Path, stock: Stock) -> None:
    STORIES[story].play(home, stock, Doomed(moment, mouth))


def _revive(reply: Connection, story: int, home: Path, stock: Stock) -> None:
    reply.send(STORIES[story].revive(home, stock))


def _old(folder: Path, story: Story, stock: Stock) -> Path:
    """A kiosk with the first version proven, to be copied for each kill."""
    home = folder / f"{story.kind} before"
    if not home.exists():
        story.prepare(home, stock)
    return home


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How far both are the same."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
