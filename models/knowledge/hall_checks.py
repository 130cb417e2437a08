"""What can be wrong with the floors, departments and hours of a hall.yaml that has the right shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from models.knowledge.document import Document, Location
from models.knowledge.explain import dotted, suggest
from models.knowledge.hall_schema import FloorPlan, Opening
from models.knowledge.leads import repeated
from models.knowledge.schema import HallFile
from models.knowledge.spans import minutes

_HAIR = 0.001
"""Metres that a rectangle may stand out by rounding."""


def check_hall(document: Document, hall: HallFile) -> None:
    """Note every problem at its line."""
    _check_once(document, [(("windows", n, "id"), window.id) for n, window in enumerate(hall.windows)])
    floors = {window.id: window.floor for window in hall.windows}
    _check_plans(document, hall.plan, floors)
    _check_departments(document, hall, floors)
    if hall.opening is not None:
        _check_opening(document, hall.opening)


def _check_once(document: Document, items: Sequence[tuple[Location, str]]) -> None:
    for location, id_ in repeated(items):
        document.complain(location, f"`{id_}` stands here twice: keep one of them")


def _check_plans(document: Document, plans: Sequence[FloorPlan], floors: Mapping[str, int]) -> None:
    _check_once(document, [(("plan", n, "floor"), str(plan.floor)) for n, plan in enumerate(plans)])
    kiosks = [n for n, plan in enumerate(plans) if plan.kiosk is not None]
    for number in kiosks[1:]:
        document.complain(
            ("plan", number, "kiosk"),
            "the kiosk stands on another floor already: give each further kiosk its place in its own "
            "configuration, [site] stands_at",
        )
    placed: list[tuple[Location, str]] = []
    for number, plan in enumerate(plans):
        placed += _check_plan(document, ("plan", number), plan, floors)
    _check_once(document, placed)
    drawn = {plan.floor: ("plan", number) for number, plan in reversed(list(enumerate(plans)))}
    shown = {id_ for _, id_ in placed}
    for id_, floor in floors.items():
        if floor in drawn and id_ not in shown:
            document.complain(
                drawn[floor], f"the plan of floor {floor} has no window `{id_}`: add it to a counter"
            )


def _check_plan(
    document: Document, here: Location, plan: FloorPlan, floors: Mapping[str, int]
) -> Iterator[tuple[Location, str]]:
    """Complain of one floor, and give its windows with their places."""
    wide, deep = plan.size
    if min(wide, deep) < 1:
        document.complain((*here, "size"), f"`{dotted((*here, 'size'))}` has to be at least 1 by 1 metre")
    for kind in ("counters", "rooms"):
        for number, item in enumerate(getattr(plan, kind)):
            left, top, width, depth = item.at
            spot = (*here, kind, number, "at")
            if width <= 0 or depth <= 0:
                document.complain(spot, f"`{dotted(spot)}` has no width or no depth")
            elif left + width > wide + _HAIR or top + depth > deep + _HAIR:
                document.complain(
                    spot, f"`{dotted(spot)}` stands out of the floor, which is {wide:g} by {deep:g} metres"
                )
    points: list[tuple[Location, Sequence[float]]] = [
        ((*here, "spots", n, "at"), spot.at) for n, spot in enumerate(plan.spots)
    ]
    if plan.kiosk is not None:
        points.append(((*here, "kiosk"), plan.kiosk))
        _check_free(document, (*here, "kiosk"), plan)
    for location, (x, y) in points:
        if x > wide + _HAIR or y > deep + _HAIR:
            document.complain(
                location,
                f"`{dotted(location)}` lies outside of the floor, which is {wide:g} by {deep:g} metres",
            )
    for number, counter in enumerate(plan.counters):
        for place, id_ in enumerate(counter.windows):
            location = (*here, "counters", number, "windows", place)
            if id_ not in floors:
                document.complain(
                    location, f"there is no window `{id_}` under `windows`{suggest(id_, floors)}"
                )
            elif floors[id_] != plan.floor:
                document.complain(
                    location,
                    f"the window `{id_}` is on floor {floors[id_]} under `windows`, and here on {plan.floor}",
                )
            yield location, id_


def _check_free(document: Document, location: Location, plan: FloorPlan) -> None:
    x, y = plan.kiosk or (0.0, 0.0)
    for item in (*plan.counters, *plan.rooms):
        left, top, width, depth = item.at
        if left < x < left + width and top < y < top + depth:
            document.complain(
                location,
                f"`{dotted(location)}` stands inside of a room or counter: nobody could leave from there",
            )
            return


def _check_departments(document: Document, hall: HallFile, floors: Mapping[str, int]) -> None:
    _check_once(document, [(("departments", n, "id"), one.id) for n, one in enumerate(hall.departments)])
    for number, department in enumerate(hall.departments):
        for place, id_ in enumerate(department.windows):
            if id_ not in floors:
                document.complain(
                    ("departments", number, "windows", place),
                    f"there is no window `{id_}` under `windows`{suggest(id_, floors)}",
                )


def _check_opening(document: Document, opening: Opening) -> None:
    week = [
        (("opening", "week", n, "days", place), day)
        for n, days in enumerate(opening.week)
        for place, day in enumerate(days.days)
    ]
    dates = [(("opening", "closed", n), str(day)) for n, day in enumerate(opening.closed)]
    dates += [
        (("opening", "special", n, "dates", place), str(day))
        for n, days in enumerate(opening.special)
        for place, day in enumerate(days.dates)
    ]
    _check_once(document, week)
    _check_once(document, dates)
    for part, entries in (("week", opening.week), ("special", opening.special)):
        for number, entry in enumerate(entries):
            _check_hours(document, ("opening", part, number, "hours"), entry.hours)


def _check_hours(document: Document, here: Location, hours: Sequence[str]) -> None:
    ended = 0
    for place, text in enumerate(hours):
        since, until = minutes(text)
        if until <= since:
            document.complain(
                (*here, place),
                f"`{text}` ends before it begins; over midnight write one span until 24:00 and one from 0:00 "
                "on the next day",
            )
        elif since < ended:
            document.complain((*here, place), f"`{text}` begins before the span above it has ended")
        ended = until
