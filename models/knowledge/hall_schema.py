"""The shape of what hall.yaml says beyond windows and prose: its floors, its departments, its hours as data."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from models.knowledge.schema_types import File, Glyph, Id, LocalText, WindowId

MOST_METRES = 300
Metres = Annotated[float, Field(ge=0, le=MOST_METRES, allow_inf_nan=False)]
Rectangle = Annotated[list[Metres], Field(min_length=4, max_length=4)]
Point = Annotated[list[Metres], Field(min_length=2, max_length=2)]
Hours = Annotated[
    str,
    StringConstraints(
        pattern=r"^([01]?\d|2[0-3]):[0-5]\d\s*[-–—]\s*(([01]?\d|2[0-3]):[0-5]\d|24:00)$", max_length=20
    ),
]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SpotKind = Literal["entrance", "lift", "stairs", "escalator", "toilet", "tickets", "water"]


class Counter(File):
    """One or several windows in a row."""

    at: Rectangle = Field(
        description="metres from the left, metres from the top, width, depth; the windows share its longer side equally"
    )
    windows: list[WindowId] = Field(
        min_length=1,
        max_length=40,
        description="their numbers, in order from the left or from the top",
    )


class Room(File):
    """What nobody walks through: a room, a wall, a flower bed."""

    at: Rectangle = Field(description="metres from the left, metres from the top, width, depth")
    name: LocalText | None = Field(None, description="name in each language, drawn where there is room")


class Spot(File):
    """A place that people look for."""

    kind: SpotKind = Field(description="what it is")
    at: Point = Field(description="metres from the left, metres from the top")


class FloorPlan(File):
    """One floor, seen from above."""

    floor: int = Field(ge=-5, le=200, description="floor as a number")
    size: Point = Field(description="width and depth of the floor in metres")
    counters: list[Counter] = Field(
        default_factory=list, max_length=60, description="where its windows are, row by row"
    )
    rooms: list[Room] = Field(
        default_factory=list, max_length=100, description="rooms and walls, for the way goes around them"
    )
    spots: list[Spot] = Field(
        default_factory=list, max_length=60, description="entrances, lifts, stairs, toilets"
    )
    kiosk: Point | None = Field(
        None,
        description="where the kiosk stands; several kiosks each say it in their own configuration (stands_at)",
    )


class Department(File):
    """Who is responsible for some windows and for the matters that are handled there."""

    id: Id = Field(description="short name of the department, a-z, 0-9 and _")
    glyph: Glyph = Field(description="one character drawn on the tile")
    name: LocalText = Field(description="name of the department in each language")
    windows: list[WindowId] = Field(
        min_length=1, description="numbers of its windows; what is handled there is found under it"
    )


class OpenDays(File):
    """Days of the week with the same hours."""

    days: list[Weekday] = Field(min_length=1, max_length=7, description="which days: mon … sun")
    hours: list[Hours] = Field(
        min_length=1,
        max_length=4,
        description="from when until when; two spans where there is a break at noon",
    )


class SpecialDays(File):
    """Single dates with hours of their own."""

    dates: list[date] = Field(
        min_length=1,
        max_length=100,
        description="the dates, such as the working Saturdays around a holiday",
    )
    hours: list[Hours] = Field(min_length=1, max_length=4, description="from when until when on these dates")


class Opening(File):
    """When the place is open, as data."""

    week: list[OpenDays] = Field(
        min_length=1, max_length=7, description="the usual week; a day that is not named is a day off"
    )
    closed: list[date] = Field(
        default_factory=list, max_length=400, description="dates of holidays, one for each day"
    )
    special: list[SpecialDays] = Field(
        default_factory=list, max_length=60, description="dates with other hours than the usual week's"
    )
