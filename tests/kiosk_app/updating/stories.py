"""What may happen to a kiosk between a verified file and a proven one, for each kind of thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kiosk_app.updating.disk import Disk
from kiosk_app.updating.update import KindName, Update
from tests.kiosk_app.updating.lectern import Lectern
from tests.kiosk_app.updating.restarting import Restarting
from tests.kiosk_app.updating.stock import NEW, OLD, OTHER, Stock, recogniser, setting, update


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fresh process found, and what became of the next attempt."""

    phase: str
    """In which the kill left the installation."""
    served: str
    works: bool
    """It answered a question, or what was served could be opened and used."""
    proven: str
    """What the next attempt brought; empty when it came to nothing."""


@dataclass(frozen=True, slots=True)
class Story:
    """``serves`` are the versions that may be in service after it was cut off anywhere."""

    name: str
    kind: KindName
    prepare: Callable[[Path, Stock], None]
    """Make a kiosk with the old version proven."""
    play: Callable[[Path, Stock, Disk], None]
    revive: Callable[[Path, Stock], Outcome]
    serves: frozenset[str]
    slow: bool = False

    def is_good(self, outcome: Outcome) -> bool:
        """A whole one served, and the next attempt succeeded."""
        return outcome.served in self.serves and outcome.works and outcome.proven == NEW


def _old_knowledge(home: Path, stock: Stock) -> None:
    kiosk = Lectern(home, stock.shipped)
    kiosk.open()
    kiosk.install(update(stock.first, 1))
    kiosk.close()


def _proven(home: Path, stock: Stock, disk: Disk) -> None:
    kiosk = Lectern(home, stock.shipped, disk)
    kiosk.open()
    kiosk.install(update(stock.second, 2))
    kiosk.close()


def _returned(home: Path, stock: Stock, disk: Disk) -> None:
    kiosk = Lectern(home, stock.shipped, disk)
    kiosk.open()
    kiosk.send(update(stock.second, 2))
    kiosk.exchange()
    kiosk.visits(5, "reject")
    kiosk.told("returned")
    kiosk.exchange()
    kiosk.close()


def _refused(home: Path, stock: Stock, disk: Disk) -> None:
    kiosk = Lectern(home, stock.shipped, disk)
    kiosk.open()
    kiosk.send(update(stock.broken, 2))
    kiosk.told("rejected")
    kiosk.close()


def _overtaken(home: Path, stock: Stock, disk: Disk) -> None:
    kiosk = Lectern(home, stock.shipped, disk)
    kiosk.open()
    kiosk.send(update(stock.third, 2))
    kiosk.exchange()
    kiosk.install(update(stock.second, 3))
    kiosk.close()


def _revived(home: Path, stock: Stock) -> Outcome:
    kiosk = Lectern(home, stock.shipped)
    phase = kiosk.state.phase
    kiosk.open()
    served, works = kiosk.version, kiosk.answers() == "answer"
    # What had failed its trial before the kill is called off only now: then the centre asks once more.
    proven = any(kiosk.proves(update(stock.second, rev)) for rev in (10, 11))
    kiosk.close()
    return Outcome(phase, served, works, kiosk.version if proven else "")


Make = Callable[[Path, str, int], Update]


def _old_thing(kind: KindName, make: Make, home: Path, stock: Stock) -> None:
    for version in (OLD, NEW, OTHER):  # made now: several processes use them at the same time
        make(stock.first.parent, version, 0)
    kiosk = Restarting(home, kind)
    assert kiosk.install(make(stock.first.parent, OLD, 1))
    kiosk.stop()


def _thing_proven(kind: KindName, make: Make, home: Path, stock: Stock, disk: Disk) -> None:
    kiosk = Restarting(home, kind, disk)
    assert kiosk.install(make(stock.first.parent, NEW, 2))
    kiosk.stop()


def _thing_overtaken(kind: KindName, make: Make, home: Path, stock: Stock, disk: Disk) -> None:
    kiosk = Restarting(home, kind, disk)
    kiosk.start()
    kiosk.begin_trial(make(stock.first.parent, OTHER, 2))
    assert kiosk.install(make(stock.first.parent, NEW, 3))
    kiosk.stop()


def _thing_revived(kind: KindName, make: Make, home: Path, stock: Stock) -> Outcome:
    kiosk = Restarting(home, kind)
    phase = kiosk.state.phase
    kiosk.start()
    served, works = kiosk.served, kiosk.works()
    kiosk.stop()
    proven = kiosk.install(make(stock.first.parent, NEW, 10))
    kiosk.stop()
    return Outcome(phase, served, works, kiosk.served if proven else "")


def _things(kind: KindName, make: Make, noun: str, *, slow: bool) -> tuple[Story, Story]:
    before, after = partial(_old_thing, kind, make), partial(_thing_revived, kind, make)
    return (
        Story(
            f"{noun}, proven",
            kind,
            before,
            partial(_thing_proven, kind, make),
            after,
            frozenset({OLD, NEW}),
            slow,
        ),
        Story(
            f"{noun}, overtaken while on trial",
            kind,
            before,
            partial(_thing_overtaken, kind, make),
            after,
            frozenset({OLD, NEW, OTHER}),
            slow,
        ),
    )


STORIES: tuple[Story, ...] = (
    Story("knowledge, proven", "knowledge", _old_knowledge, _proven, _revived, frozenset({OLD, NEW})),
    Story("knowledge, returned", "knowledge", _old_knowledge, _returned, _revived, frozenset({OLD, NEW})),
    Story("knowledge, refused", "knowledge", _old_knowledge, _refused, _revived, frozenset({OLD})),
    Story(
        "knowledge, overtaken while on trial",
        "knowledge",
        _old_knowledge,
        _overtaken,
        _revived,
        frozenset({OLD, NEW, OTHER}),
    ),
    *_things("config", setting, "settings", slow=False),
    *_things("model", recogniser, "recogniser", slow=True),
)
