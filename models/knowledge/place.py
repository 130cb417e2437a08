"""The place itself as a kiosk uses it: its floors, its departments, its hours. Lengths are metres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

_STRICT = ConfigDict(extra="forbid")
LocalText = dict[str, str]
Metres = Annotated[float, Field(ge=0, le=300, allow_inf_nan=False)]
Point = tuple[Metres, Metres]
"""From the left edge and from the upper edge of a floor."""
Minute = Annotated[int, Field(ge=0, le=1440)]
Span = tuple[Minute, Minute]
"""Minutes since midnight: from, until."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a floor: its upper left corner, its width and its depth."""

    left: Metres
    top: Metres
    width: Metres
    depth: Metres

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    @property
    def right(self) -> float:
        """The other edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The edge that is farther from the top."""
        return self.top + self.depth

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.left + self.width / 2, self.top + self.depth / 2


@dataclass(frozen=True, slots=True)
class Counter:
    """Windows in a row that share the longer side of a rectangle."""

    at: Box
    windows: Annotated[tuple[str, ...], Field(max_length=40)]

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    def places(self) -> Iterator[tuple[str, Box]]:
        """Each window with its own part."""
        box, count = self.at, max(1, len(self.windows))
        for number, id_ in enumerate(self.windows):
            if box.width >= box.depth:
                wide = box.width / count
                yield id_, Box(box.left + number * wide, box.top, wide, box.depth)
            else:
                deep = box.depth / count
                yield id_, Box(box.left, box.top + number * deep, box.width, deep)


@dataclass(frozen=True, slots=True)
class Room:
    """What nobody walks through; `name` is empty for a mere wall."""

    at: Box
    name: LocalText

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that people look for: entrance, lift, stairs, escalator, toilet, tickets or water."""

    kind: str
    at: Point

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class FloorPlan:
    """One floor of the hall of `pack`, seen from above; `kiosk` is where a kiosk stands on it, if one does."""

    pack: str
    floor: int
    width: Metres
    depth: Metres
    counters: Annotated[tuple[Counter, ...], Field(max_length=60)]
    rooms: Annotated[tuple[Room, ...], Field(max_length=100)]
    spots: Annotated[tuple[Spot, ...], Field(max_length=60)]
    kiosk: Point | None = None

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Department:
    """Who is responsible for some windows of the hall of `pack`."""

    id: str
    pack: str
    glyph: str
    name: LocalText
    windows: tuple[str, ...]

    __pydantic_config__ = _STRICT  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Opening:
    """When the place is open: the usual week from Monday, and the dates with other hours (none: closed)."""

    week: tuple[tuple[Span, ...], ...]
    dates: dict[date, tuple[Span, ...]]

    __pydantic_config__ = _STRICT  # type: ignore[misc]

    def on(self, day: date) -> tuple[Span, ...]:
        """The spans of a day, in order; none when it is closed."""
        usual = self.week[day.weekday()] if day.weekday() < len(self.week) else ()
        return self.dates.get(day, usual)
