"""From a floor in metres to shapes in millimetres on the glass; coordinates grow to the right and upwards.

What matters most gets its place first: the number of the window, then "you are here", then how one gets up, then what
people look for. A word that would lie over another is left out; nothing is ever smaller than it can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from kiosk_app.plan.sheet import Point, Sheet

if TYPE_CHECKING:
    from models.knowledge.place import Box

Measure = Callable[[str, float], float]
"""The width in millimetres of a text at so many millimetres per em."""

LINE = 1.5
"""Height of a line of type in em: 1.448, and room for rounding."""

_AIR = 0.8
"""Millimetres between words and signs that stand side by side."""
_APART = 0.7
"""Millimetres at least between words."""
BADGE_EDGE = 0.7
"""Millimetres by which the ground of a badge stands out around its words."""
_PAD = 0.3
"""Of an em, beside the words of a badge."""
_MOST_ROOM_LETTERS = 12
_BEFORE_BADGE, _LEAST_END = 1.4, 4.5
"""Millimetres between an arrow and a badge, and of the stroke that ends in the arrow."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in millimetres by its lower left corner."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Rect, air: float = _AIR) -> bool:
        """Whether less than ``air`` is between them."""
        return (
            self.x < other.x + other.width + air
            and other.x < self.x + self.width + air
            and self.y < other.y + other.height + air
            and other.y < self.y + self.height + air
        )

    @property
    def centre(self) -> Point:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Plate:
    """A piece of floor: the floor itself, a room, a window, or one that is wanted."""

    kind: Literal["floor", "room", "window", "wanted"]
    rect: Rect


@dataclass(frozen=True, slots=True)
class Words:
    """Text with its size in millimetres per em. A badge and ``here`` have a ground of their own."""

    kind: Literal["badge", "here", "number", "spot", "room"]
    text: str
    rect: Rect
    em: float


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of a place, in a square; ``used`` is one that the way leads through."""

    kind: str
    rect: Rect
    used: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything to be drawn, from the ground up: plates, lines with an arrow at their end, signs, words."""

    width: float
    height: float
    plates: tuple[Plate, ...]
    lines: tuple[tuple[Point, ...], ...]
    signs: tuple[Sign, ...]
    words: tuple[Words, ...]
    here: Point | None
    """The middle of the ring that stands for the kiosk."""
    here_mm: float
    """Its outer radius."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Millimetres per em of the words, and the side of a sign."""

    badge: float
    number: float
    sign: float


def fitting(sheet: Sheet, width: float, height: float) -> tuple[float, float]:
    """The largest width and height in millimetres in which the floor keeps its shape."""
    scale = min(width / sheet.width, height / sheet.depth)
    return sheet.width * scale, sheet.depth * scale


def draw(sheet: Sheet, width: float, sizes: Sizes, names: Mapping[str, str], measure: Measure) -> Drawing:
    """The floor ``width`` millimetres wide. ``names`` has the words for ``here``, for the kinds of places, and
    what ``join``s numbers."""
    return _Pen(sheet, width, sizes, names, measure).draw()


class _Pen:
    def __init__(
        self, sheet: Sheet, width: float, sizes: Sizes, names: Mapping[str, str], measure: Measure
    ) -> None:
        self._sheet = sheet
        self._scale = width / sheet.width
        self._width, self._height = width, sheet.depth * self._scale
        self._sizes, self._names, self._measure = sizes, names, measure
        self._taken: list[Rect] = []
        self._words: list[Words] = []
        self._signs: list[Sign] = []

    def draw(self) -> Drawing:
        sheet = self._sheet
        lines = tuple(tuple(self._point(point) for point in line) for line in sheet.lines)
        here = self._point(sheet.here) if sheet.here is not None else None
        radius = self._sizes.sign * 0.42
        for text, rect in self._badges():
            self._put(Words("badge", text, rect, self._sizes.badge))
        ring = Rect(here[0] - radius, here[1] - radius, 2 * radius, 2 * radius) if here else None
        if ring is not None:
            self._taken.append(ring)
        lines = tuple(_clear_of(line, [words.rect for words in self._words]) for line in lines)
        along = [rect for line in lines for rect in _strokes(line)]
        for spot in (one for one in sheet.spots if one.used):
            self._sign(spot.kind, spot.at, along, used=True)
        if ring is not None:
            self._name_here(ring, along)
        for spot in (one for one in sheet.spots if not one.used):
            self._sign(spot.kind, spot.at, along, used=False)
        self._numbers()
        self._taken += along
        self._name_signs()
        self._name_rooms()
        return Drawing(
            self._width,
            self._height,
            tuple(self._plates()),
            lines,
            tuple(self._signs),
            tuple(self._words),
            here,
            radius,
        )

    # --- what is there at any rate ---------------------------------------------------------------------------

    def _plates(self) -> Iterator[Plate]:
        yield Plate("floor", Rect(0, 0, self._width, self._height))
        for room in self._sheet.rooms:
            yield Plate("room", self._rect(room.box))
        for window in sorted(self._sheet.windows, key=lambda one: one.wanted):
            yield Plate("wanted" if window.wanted else "window", self._rect(window.box))

    def _badges(self) -> list[tuple[str, Rect]]:
        """The numbers that are wanted, large; those of neighbours that would touch stand in one badge."""
        groups: list[tuple[list[str], list[Point]]] = []
        for window in self._sheet.windows:
            if not window.wanted:
                continue
            at = self._rect(window.box).centre
            new = self._badge([window.id], [at])
            near = next((group for group in groups if self._badge(*group).meets(new)), None)
            if near is None:
                groups.append(([window.id], [at]))
            else:
                near[0].append(window.id)
                near[1].append(at)
        return [(self._joined(ids), self._badge(ids, places)) for ids, places in groups]

    def _joined(self, ids: Sequence[str]) -> str:
        return self._names["join"].join(ids)

    def _badge(self, ids: Sequence[str], places: Sequence[Point]) -> Rect:
        em = self._sizes.badge
        tall = em * LINE
        wide = max(tall, self._measure(self._joined(ids), em) + 2 * _PAD * em)
        x, y = (sum(values) / len(places) for values in zip(*places, strict=True))
        return self._within(x, y, wide, tall)

    # --- what is there where there is room -------------------------------------------------------------------

    def _sign(self, kind: str, at: Point, along: Sequence[Rect], *, used: bool) -> None:
        side = self._sizes.sign
        x, y = self._point(at)
        rect = self._within(x, y, side, side)
        if any(rect.meets(taken, -BADGE_EDGE if used else _AIR) for taken in self._taken):
            return
        if not used and any(rect.meets(stroke, 0) for stroke in along):
            return
        self._taken.append(rect)
        self._signs.append(Sign(kind, rect, used))

    def _name_here(self, ring: Rect, along: Sequence[Rect]) -> None:
        """Beside, below or above the ring, off the way; at the worst over it, for it has a ground of its own."""
        text, em = self._names["here"], self._sizes.number
        wide, tall = self._measure(text, em) + 2 * _PAD * em, em * LINE
        x, y = ring.centre
        apart = ring.width / 2 + _AIR * 1.5
        left, right = x - apart - wide / 2, x + apart + wide / 2
        below, above = y - apart - tall / 2, y + apart + tall / 2
        places = ((left, y), (right, y), (x, below), (x, above))
        corners = ((left, below), (right, below), (left, above), (right, above))
        for blockers in ([*self._taken, *along], self._taken):
            for middle in (*places, *corners):
                rect = self._within(*middle, wide, tall)
                if not any(rect.meets(taken, _APART) for taken in blockers):
                    self._put(Words("here", text, rect, em))
                    return

    def _numbers(self) -> None:
        """All or none of a row that has no place for them would be no help: each that fits its window."""
        em = self._sizes.number
        for window in self._sheet.windows:
            box = self._rect(window.box)
            wide, tall = self._measure(window.id, em), em
            if window.wanted or wide > box.width - 0.6 or tall > box.height + 1.0:
                continue
            x, y = box.centre
            tall = em * LINE
            self._put_if_free(Words("number", window.id, Rect(x - wide / 2, y - tall / 2, wide, tall), em))

    def _name_signs(self) -> None:
        em = self._sizes.number
        for sign in self._signs:
            text = self._names.get(sign.kind)
            if not text:
                continue
            wide, tall = self._measure(text, em), em * LINE
            x, y = sign.rect.centre
            apart = sign.rect.width / 2
            beside = [
                Rect(x - wide / 2, y - apart - tall, wide, tall),
                Rect(x + apart + _AIR, y - tall / 2, wide, tall),
                Rect(x - apart - _AIR - wide, y - tall / 2, wide, tall),
                Rect(x - wide / 2, y + apart, wide, tall),
            ]
            for rect in beside:
                plates = [self._rect(one.box) for one in (*self._sheet.rooms, *self._sheet.windows)]
                on_floor = not any(rect.meets(plate, 0) for plate in plates)
                if on_floor and self._put_if_free(Words("spot", text, rect, em), but=sign.rect):
                    break

    def _name_rooms(self) -> None:
        em = self._sizes.number
        for room in self._sheet.rooms:
            box = self._rect(room.box)
            wide, tall = self._measure(room.name, em), em * LINE
            short = room.name and len(room.name) <= _MOST_ROOM_LETTERS
            if short and wide <= box.width - 1 and tall <= box.height + 1:
                x, y = box.centre
                self._put_if_free(Words("room", room.name, Rect(x - wide / 2, y - tall / 2, wide, tall), em))

    def _put_if_free(self, words: Words, but: Rect | None = None) -> bool:
        rect = words.rect
        outside = (
            rect.x < 0
            or rect.y < 0
            or rect.x + rect.width > self._width
            or rect.y + rect.height > self._height
        )
        if outside or any(taken is not but and rect.meets(taken, _APART) for taken in self._taken):
            return False
        self._put(words)
        return True

    def _put(self, words: Words) -> None:
        rect, edge = words.rect, BADGE_EDGE if words.kind == "badge" else 0
        self._taken.append(Rect(rect.x - edge, rect.y - edge, rect.width + 2 * edge, rect.height + 2 * edge))
        self._words.append(words)

    # --- metres to millimetres -------------------------------------------------------------------------------

    def _point(self, at: Point) -> Point:
        return at[0] * self._scale, self._height - at[1] * self._scale

    def _rect(self, box: Box) -> Rect:
        scale = self._scale
        return Rect(box.left * scale, self._height - box.bottom * scale, box.width * scale, box.depth * scale)

    def _within(self, x: float, y: float, wide: float, tall: float) -> Rect:
        """A rectangle about a point, moved so that it does not leave the floor."""
        left = max(0.0, min(x - wide / 2, self._width - wide))
        bottom = max(0.0, min(y - tall / 2, self._height - tall))
        return Rect(left, bottom, wide, tall)


def _clear_of(line: Sequence[Point], badges: Sequence[Rect]) -> tuple[Point, ...]:
    """The line as far as its arrow is seen: it ends before a badge, not under it."""
    kept = list(line)
    while len(kept) > 1:
        (x0, y0), (x1, y1) = kept[-2:]
        near = [badge for badge in badges if badge.meets(Rect(x1, y1, 0, 0), _BEFORE_BADGE)]
        if not near:
            break
        x, y = near[0].centre
        half_wide, half_tall = near[0].width / 2 + _BEFORE_BADGE, near[0].height / 2 + _BEFORE_BADGE
        along = x0 != x1
        edge = (x if along else y) + (half_wide if along else half_tall) * (1 if (x0, y0) > (x1, y1) else -1)
        start = x0 if along else y0
        outside = abs(start - (x if along else y)) - (half_wide if along else half_tall)
        if outside >= _LEAST_END or len(kept) == 2:
            if outside > 0:
                kept[-1] = (edge, y1) if along else (x1, edge)
            break
        kept.pop()
    return tuple(kept)


def _strokes(line: Sequence[Point]) -> Iterator[Rect]:
    for (x1, y1), (x2, y2) in pairwise(line):
        yield Rect(min(x1, x2) - 1, min(y1, y2) - 1, abs(x2 - x1) + 2, abs(y2 - y1) + 2)
