"""What the screens' lists are made with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kiosk_app import events as ev
from kiosk_app.view import ViewData


@dataclass(frozen=True, slots=True)
class Line:
    """Words, and what choosing them does; without words it is left out."""

    words: str
    does: ev.Touch | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """The view, the time of the key, and the translator into the view's language."""

    view: ViewData
    at: float
    _: Callable[[str], str]

    def way(self, label: str, event: Callable[[float], ev.Touch]) -> Line:
        """A button of the screen, by the words that stand on it."""
        return Line(self._(label), event(self.at))


def ways(read: Reader) -> Iterator[Line]:
    """The ways out of a screen."""
    yield read.way("Back", ev.BackPressed)
    yield read.way("Home", ev.HomePressed)
    yield read.way("Call staff", ev.PersonRequested)


def join(_: Callable[[str], str], first: str, second: str) -> str:
    """A title and what belongs to it, where there is something."""
    return _("{title}: {line}").format(title=first, line=second) if second else first
