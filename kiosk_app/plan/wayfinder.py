"""Knows the floors of a hall and where this kiosk stands, and shows the way to a window."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from kiosk_app.plan.sheet import PlanView, Point, RoomMark, Sheet, SpotMark, WindowMark
from kiosk_app.plan.walk import Walks, inside
from kiosk_app.reply import Language, WindowKey

if TYPE_CHECKING:
    from models.knowledge.content import Hall
    from models.knowledge.place import Box, Counter, FloorPlan

RIDES = ("lift", "escalator", "stairs")
"""Ways to another floor, the one that suits everybody first."""
_BEFORE_M = 0.9
"""How far in front of a window one stands."""
_STEP_M = 5


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the kiosk stands: metres from the left and from the top of a floor."""

    floor: int
    x: float
    y: float

    @property
    def at(self) -> Point:
        """The place on its floor."""
        return self.x, self.y


class Floor:
    """A floor with the places in front of its windows, and the ways between any two of its points of interest."""

    def __init__(self, plan: FloorPlan, stand: Point | None) -> None:
        self.plan = plan
        self.blocked = [*(c.at for c in plan.counters), *(room.at for room in plan.rooms)]
        self.boxes: Mapping[str, Box] = {id_: box for c in plan.counters for id_, box in c.places()}
        self._stand = stand
        self._walks: dict[Point, Walks] = {}

    @cached_property
    def fronts(self) -> Mapping[str, tuple[Point, ...]]:
        """Where one may stand before each window."""
        return {
            id_: tuple(self.free(_sides(counter, box)))
            for counter in self.plan.counters
            for id_, box in counter.places()
        }

    def free(self, points: Sequence[Point]) -> Iterator[Point]:
        for x, y in points:
            on_floor = 0 <= x <= self.plan.width and 0 <= y <= self.plan.depth
            if on_floor and not any(inside(box, (x, y)) for box in self.blocked):
                yield x, y

    def way(self, start: Point, goals: Sequence[Point]) -> tuple[float, tuple[Point, ...]] | None:
        """The shortest of the ways from ``start`` to ``goals``."""
        if start not in self._walks:
            places = [point for points in self.fronts.values() for point in points]
            ends = [*places, *(spot.at for spot in self.plan.spots), *([self._stand] if self._stand else [])]
            plan = self.plan
            self._walks[start] = Walks(plan.width, plan.depth, self.blocked, start, ends)
        found = [way for goal in goals if (way := self._walks[start].to(goal)) is not None]
        return min(found, default=None)

    def spots(self, kind: str) -> list[Point]:
        """Where there is one of a kind."""
        return [spot.at for spot in self.plan.spots if spot.kind == kind]


def _sides(counter: Counter, box: Box) -> list[Point]:
    """The middle of each side from which a window may be served: of one in a row, its two long ones."""
    x, y = box.middle
    above_below = [(x, box.bottom + _BEFORE_M), (x, box.top - _BEFORE_M)]
    beside = [(box.right + _BEFORE_M, y), (box.left - _BEFORE_M, y)]
    if len(counter.windows) == 1:
        return [*above_below, *beside]
    return above_below if counter.at.width >= counter.at.depth else beside


@dataclass(frozen=True, slots=True)
class _Way:
    """To one window: by which kind of ride, through which of its places on either floor, along which lines."""

    metres: float
    ride: str
    lines: Mapping[int, tuple[Point, ...]]
    through: Mapping[int, Point]


class Wayfinder:
    """Shows the way to windows. Every answer is kept, for the same one is asked for with every view."""

    def __init__(self, hall: Hall, stand: Stand | None = None) -> None:
        self._hall = hall
        self._stands: dict[str, Stand] = {}
        for plan in hall.plan:
            if plan.kiosk is not None:
                self._stands.setdefault(plan.pack, Stand(plan.floor, *plan.kiosk))
        if stand is not None:
            self._stands = dict.fromkeys({plan.pack for plan in hall.plan}, stand)
        self._floors = {
            (plan.pack, plan.floor): Floor(plan, self._stand_on(plan.pack, plan.floor)) for plan in hall.plan
        }
        self._shown: dict[tuple[tuple[WindowKey, ...], Language], PlanView | None] = {}

    def shows(self, windows: tuple[WindowKey, ...], lang: Language) -> PlanView | None:
        """The way to these windows; None when the plan has none of them."""
        key = (windows, lang)
        if key not in self._shown:
            self._shown[key] = self._show(windows, lang)
        return self._shown[key]

    def complaints(self) -> Iterator[str]:
        """What a technician should know: where this kiosk stands, and windows to which no way leads."""
        for pack in dict.fromkeys(plan.pack for plan in self._hall.plan):
            stand = self._stands.get(pack)
            if stand is None:
                yield "nobody says where this kiosk stands"
                continue
            floor = self._floors.get((pack, stand.floor))
            if floor is None:
                yield f"this kiosk stands on floor {stand.floor}, of which there is no plan"
            elif not list(floor.free([stand.at])):
                yield f"this kiosk stands at {stand.x:g}, {stand.y:g}, which is no free place of floor {stand.floor}"
            else:
                lost = [w.id for w in self._hall.windows if w.pack == pack and self._lost(pack, w.id)]
                if lost:
                    yield f"no way leads to the windows {', '.join(lost)}"

    def _lost(self, pack: str, window: str) -> bool:
        floor = self._floor_of(pack, window)
        return floor is not None and self._way(pack, window, floor) is None

    def _show(self, windows: tuple[WindowKey, ...], lang: Language) -> PlanView | None:
        placed = [
            (pack, id_, floor) for pack, id_ in windows if (floor := self._floor_of(pack, id_)) is not None
        ]
        if not placed:
            return None
        pack = placed[0][0]
        placed = [one for one in placed if one[0] == pack]
        ways = {id_: way for _, id_, floor in placed if (way := self._way(pack, id_, floor)) is not None}
        first, floor = placed[0][1], placed[0][2]
        stand = self._stands.get(pack)
        here = stand.floor if stand is not None and (pack, stand.floor) in self._floors else None
        wanted = {one_floor for _, _, one_floor in placed}
        passed = {number for way in ways.values() for number in way.lines}
        order = sorted(wanted | passed, key=lambda number: (number != here, number != floor, number))
        named = self._hall.window(first, pack)
        way = ways.get(first)
        return PlanView(
            tuple(id_ for _, id_, _ in placed),
            named.name.get(lang, "") if named is not None else "",
            floor,
            tuple(self._sheet(pack, number, {id_ for _, id_, _ in placed}, ways, lang) for number in order),
            here,
            way.ride if way is not None else "",
            max(_STEP_M, round(way.metres / _STEP_M) * _STEP_M) if way is not None else 0,
        )

    def _sheet(
        self, pack: str, number: int, wanted: set[str], ways: Mapping[str, _Way], lang: Language
    ) -> Sheet:
        floor = self._floors[pack, number]
        plan = floor.plan
        used = {way.through[number] for way in ways.values() if number in way.through}
        lines = dict.fromkeys(way.lines[number] for way in ways.values() if number in way.lines)
        return Sheet(
            number,
            plan.width,
            plan.depth,
            tuple(WindowMark(id_, box, id_ in wanted) for id_, box in floor.boxes.items()),
            tuple(RoomMark(room.at, room.name.get(lang, "")) for room in plan.rooms),
            tuple(SpotMark(spot.kind, spot.at, spot.at in used) for spot in plan.spots),
            self._stand_on(pack, number),
            tuple(lines),
        )

    def _stand_on(self, pack: str, number: int) -> Point | None:
        stand = self._stands.get(pack)
        return stand.at if stand is not None and stand.floor == number else None

    def _floor_of(self, pack: str, window: str) -> int | None:
        return next(
            (number for (of, number), floor in self._floors.items() if of == pack and window in floor.boxes),
            None,
        )

    def _way(self, pack: str, window: str, number: int) -> _Way | None:
        stand, floor = self._stands.get(pack), self._floors[pack, number]
        begins = self._floors.get((pack, stand.floor)) if stand is not None else None
        if stand is None or begins is None or not list(begins.free([stand.at])):
            return None
        fronts = floor.fronts[window]
        if stand.floor == number:
            way = floor.way(stand.at, fronts)
            return _Way(way[0], "", {number: way[1]}, {}) if way is not None else None
        for ride in RIDES:
            found: list[tuple[float, tuple[Point, ...], tuple[Point, ...]]] = []
            for below in begins.spots(ride):
                first = begins.way(stand.at, [below])
                above = min(floor.spots(ride), key=lambda one, at=below: _apart(one, at), default=None)
                second = floor.way(above, fronts) if above is not None else None
                if first is not None and second is not None:
                    found.append((first[0] + second[0], first[1], second[1]))
            if found:
                metres, one, two = min(found)
                lines = {stand.floor: one, number: two}
                return _Way(metres, ride, lines, {stand.floor: one[-1], number: two[0]})
        return None


def _apart(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])
