"""From the hall.yaml files of some packs to the hall of one artefact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import get_args

from models.knowledge import hall_schema as given
from models.knowledge.content import Hall, Queue, Window
from models.knowledge.place import (
    Box,
    Counter,
    Department,
    FloorPlan,
    LocalText,
    Opening,
    Point,
    Room,
    Span,
    Spot,
)
from models.knowledge.schema import HallFile
from models.knowledge.source import PackSource
from models.knowledge.spans import minutes


def assemble_hall(sources: Sequence[PackSource], leading: Sequence[str], order: Sequence[str]) -> Hall:
    """What the leading packs say goes before what those say that others require.

    Windows, plans and departments are of the leading packs alone, unless these have no windows.
    """
    halls: list[tuple[str, HallFile]] = [
        (source.id, source.hall.content) for source in sources if source.hall and source.hall.content
    ]
    halls.sort(key=lambda item: order.index(item[0]))
    own = [(pack, hall) for pack, hall in halls if pack in leading and hall.windows] or halls
    return Hall(
        windows=tuple(
            Window(window.id, pack, window.floor, _text(window.name))
            for pack, hall in own
            for window in hall.windows
        ),
        hours=next((_text(hall.hours) for _, hall in halls if hall.hours), {}),
        address=next((_text(hall.address) for _, hall in halls if hall.address), {}),
        # One hall numbers once: a kiosk that serves several places at once has the queues of the first.
        queues=tuple(
            Queue(queue.id, queue.letter, _text(queue.name), tuple(queue.windows), tuple(queue.topics))
            for queue in next((hall.queues for _, hall in halls if hall.queues), [])
        ),
        opening=next((_opening(hall.opening) for _, hall in halls if hall.opening), None),
        departments=tuple(
            Department(one.id, pack, one.glyph, _text(one.name), tuple(one.windows))
            for pack, hall in own
            for one in hall.departments
        ),
        plan=tuple(_plan(pack, plan) for pack, hall in own for plan in hall.plan),
    )


def _opening(opening: given.Opening) -> Opening:
    week: dict[str, tuple[Span, ...]] = {
        day: _spans(days.hours) for days in opening.week for day in days.days
    }
    dates: dict[date, tuple[Span, ...]] = dict.fromkeys(opening.closed, ())
    dates |= {day: _spans(days.hours) for days in opening.special for day in days.dates}
    return Opening(tuple(week.get(day, ()) for day in get_args(given.Weekday)), dates)


def _spans(hours: Iterable[str]) -> tuple[Span, ...]:
    return tuple(minutes(text) for text in hours)


def _plan(pack: str, plan: given.FloorPlan) -> FloorPlan:
    wide, deep = plan.size
    return FloorPlan(
        pack,
        plan.floor,
        wide,
        deep,
        tuple(Counter(_box(counter.at), tuple(counter.windows)) for counter in plan.counters),
        tuple(Room(_box(room.at), _text(room.name)) for room in plan.rooms),
        tuple(Spot(spot.kind, _point(spot.at)) for spot in plan.spots),
        _point(plan.kiosk) if plan.kiosk is not None else None,
    )


def _box(at: Sequence[float]) -> Box:
    left, top, width, depth = at
    return Box(left, top, width, depth)


def _point(at: Sequence[float]) -> Point:
    x, y = at
    return x, y


def _text(text: object) -> LocalText:
    return {str(language): str(line) for language, line in text.items()} if isinstance(text, dict) else {}
