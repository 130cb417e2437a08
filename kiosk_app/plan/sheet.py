"""What is to be drawn of the floors, in metres from the upper left corner; made once for each window that is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.knowledge.place import Box


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class WindowMark:
    """A window on a floor; ``wanted`` is one that the answer sends to."""

    id: str
    box: Box
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class RoomMark:
    """A room; ``name`` is empty for a mere wall."""

    box: Box
    name: str


@dataclass(frozen=True, slots=True)
class SpotMark:
    """A lift, a door …; ``used`` is one that the way leads through."""

    kind: str
    at: Point
    used: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One floor."""

    floor: int
    width: float
    depth: float
    windows: tuple[WindowMark, ...]
    rooms: tuple[RoomMark, ...]
    spots: tuple[SpotMark, ...]
    here: Point | None = None
    """Where the kiosk stands, when it is this floor."""
    lines: tuple[tuple[Point, ...], ...] = ()
    """The ways on this floor, each from where one comes to where one goes, by its corners."""


@dataclass(frozen=True, slots=True)
class PlanView:
    """The way to one or several windows: the floor on which it begins first."""

    windows: tuple[str, ...]
    """Their numbers, the main one first."""
    name: str
    """What the sign over the main one says."""
    floor: int
    """On which the main one is."""
    sheets: tuple[Sheet, ...]
    here: int | None = None
    """The floor on which the kiosk stands, when that is known."""
    ride: str = ""
    """How one gets to the floor of the main one: lift, escalator or stairs; empty when it is this floor."""
    metres: int = 0
    """How far it is to the main one, in steps of five; 0 when that is not known."""
