"""Signs as strokes on a 24 by 24 grid (y grows upwards), all with one stroke width. No toolkit here."""

from __future__ import annotations

from dataclasses import dataclass

GRID = 24.0
STROKE = 2.0


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline: x and y alternating."""

    points: tuple[float, ...]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle or an arc: centre, radius, angles in degrees clockwise from the top."""

    x: float
    y: float
    radius: float
    start: float = 0.0
    end: float = 360.0


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle with round corners: left, bottom, width, height, radius."""

    x: float
    y: float
    width: float
    height: float
    radius: float


Stroke = Line | Circle | Disc | Box

ICONS: dict[str, tuple[Stroke, ...]] = {
    "home": (
        Line((3.5, 11.5, 12, 19.5, 20.5, 11.5)),
        Line((6, 12, 6, 4.5, 18, 4.5, 18, 12)),
        Line((12, 4.5, 12, 9)),
    ),
    "back": (Line((10.5, 18.5, 4, 12, 10.5, 5.5)), Line((4.2, 12, 20, 12))),
    "repeat": (Circle(12, 12, 8, 75, 375), Line((12.9, 22.8, 15.4, 19.4, 11.5, 17.8))),
    "stop": (Box(5.5, 5.5, 13, 13, 2.5),),
    "done": (Line((4, 12, 9.5, 6.2, 20, 17.5)),),
    "person": (Circle(12, 16.2, 4.2), Circle(12, 3.2, 8, 270, 450), Line((4, 3.2, 20, 3.2))),
    "mic": (
        Box(8.6, 10, 6.8, 11, 3.4),
        Circle(12, 13, 6.8, 90, 270),
        Line((12, 6.2, 12, 2.5)),
        Line((8.5, 2.5, 15.5, 2.5)),
    ),
    "camera": (
        Line((3, 7, 3, 17, 15, 17, 15, 7), closed=True),
        Line((15, 13.2, 21, 16.5, 21, 7.5, 15, 10.8)),
    ),
    "touch": (Circle(12, 15, 6.5, 215, 505), Circle(12, 15, 2.6), Line((12, 12, 12, 2.5))),
    "elder": (
        Line((2.5, 5, 8.5, 19.5, 14.5, 5)),
        Line((5, 10, 12, 10)),
        Line((18.5, 15.5, 18.5, 8.5)),
        Line((15, 12, 22, 12)),
    ),
    "rate": (Circle(12, 10, 9, 255, 465), Line((12, 10, 16.5, 15.5)), Disc(12, 10, 1.8)),
    "contrast": (Circle(12, 12, 9), Disc(12, 12, 4.5)),
    "lower": (Line((4, 3.5, 20, 3.5)), Line((12, 21, 12, 8.5)), Line((6.5, 13.5, 12, 8, 17.5, 13.5))),
    "raise": (Line((4, 20.5, 20, 20.5)), Line((12, 3, 12, 15.5)), Line((6.5, 10.5, 12, 16, 17.5, 10.5))),
    "language": (
        Circle(12, 12, 9),
        Line((3, 12, 21, 12)),
        Line((12, 21, 8.6, 17, 7.6, 12, 8.6, 7, 12, 3, 15.4, 7, 16.4, 12, 15.4, 17), closed=True),
    ),
    "check": (Line((5, 12.5, 10, 7.2, 19.5, 17.5)),),
    "all": (
        Box(4, 13.5, 6.5, 6.5, 1.6),
        Box(13.5, 13.5, 6.5, 6.5, 1.6),
        Box(4, 4, 6.5, 6.5, 1.6),
        Box(13.5, 4, 6.5, 6.5, 1.6),
    ),
    "down": (Line((5, 14.5, 12, 8, 19, 14.5)),),
    "up": (Line((5, 9, 12, 15.5, 19, 9)),),
    "chevron": (Line((9, 19, 15.5, 12, 9, 5)),),
    "shield": (
        Line((12, 21.5, 19.5, 18.5, 19.5, 11, 17, 6.2, 12, 2.5, 7, 6.2, 4.5, 11, 4.5, 18.5), closed=True),
        Line((8.5, 12, 11.2, 9.2, 15.8, 14.4)),
    ),
    "pause": (Circle(12, 12, 9.5), Line((9.5, 8.5, 9.5, 15.5)), Line((14.5, 8.5, 14.5, 15.5))),
    "leave": (
        Line((13.5, 20.5, 4.5, 20.5, 4.5, 3.5, 13.5, 3.5)),
        Line((10, 12, 20.5, 12)),
        Line((15.8, 17, 20.8, 12, 15.8, 7)),
    ),
    "sound": (
        Line((3.5, 9, 3.5, 15, 7.5, 15, 12.5, 19.5, 12.5, 4.5, 7.5, 9), closed=True),
        Circle(12.5, 12, 4.5, 40, 140),
        Circle(12.5, 12, 8.5, 40, 140),
    ),
    "clock": (Circle(12, 12, 9), Line((12, 17.5, 12, 12, 16, 9.5))),
    "pulse": (Line((2.5, 12, 7, 12, 10, 19, 14, 5, 17, 12, 21.5, 12)),),
    "network": (
        Circle(12, 18.5, 2.8),
        Circle(5, 5.5, 2.8),
        Circle(19, 5.5, 2.8),
        Line((12, 15.6, 12, 12)),
        Line((5, 8.4, 5, 12, 19, 12, 19, 8.4)),
    ),
    "tools": (
        Line((4, 20, 10.5, 13.5)),
        Circle(15, 9, 6.2, 100, 350),
        Line((15, 9, 20.5, 14.5)),
    ),
    "plus": (Line((12, 4.5, 12, 19.5)), Line((4.5, 12, 19.5, 12))),
    "minus": (Line((4.5, 12, 19.5, 12)),),
    "stick": (
        Line((7.5, 2.5, 7.5, 15, 16.5, 15, 16.5, 2.5), closed=True),
        Line((9.5, 15, 9.5, 21.5, 14.5, 21.5, 14.5, 15)),
    ),
    "power": (Circle(12, 11, 8, 35, 325), Line((12, 21.5, 12, 12))),
    "parts": (
        Disc(4.8, 18, 1.8),
        Line((10, 18, 20.5, 18)),
        Disc(4.8, 12, 1.8),
        Line((10, 12, 20.5, 12)),
        Disc(4.8, 6, 1.8),
        Line((10, 6, 20.5, 6)),
    ),
    "erase": (
        Line((8.5, 19, 21.5, 19, 21.5, 5, 8.5, 5, 2.5, 12), closed=True),
        Line((11.5, 15, 17.5, 9)),
        Line((17.5, 15, 11.5, 9)),
    ),
    "ticket": (
        Line(
            (5, 21.5, 19, 21.5, 19, 4.5, 16.7, 2.5, 14.3, 4.5, 12, 2.5, 9.7, 4.5, 7.3, 2.5, 5, 4.5),
            closed=True,
        ),
        Line((8.5, 16.5, 15.5, 16.5)),
        Line((8.5, 11.5, 15.5, 11.5)),
    ),
    "search": (Circle(10.5, 13.5, 7), Line((15.6, 8.4, 21, 3))),
    "satisfied": (
        Circle(12, 12, 9.5),
        Disc(8.6, 14.6, 1.4),
        Disc(15.4, 14.6, 1.4),
        Circle(12, 11.6, 5, 112, 248),
    ),
    "so_so": (Circle(12, 12, 9.5), Disc(8.6, 14.6, 1.4), Disc(15.4, 14.6, 1.4), Line((8, 8.2, 16, 8.2))),
    "dissatisfied": (
        Circle(12, 12, 9.5),
        Disc(8.6, 14.6, 1.4),
        Disc(15.4, 14.6, 1.4),
        Circle(12, 4.6, 5, -62, 62),
    ),
    "alert": (
        Line((12, 21, 22, 3.5, 2, 3.5), closed=True),
        Line((12, 15, 12, 10)),
        Disc(12, 6.6, 1.3),
    ),
    "code": (
        Line((3.5, 13.5, 3.5, 20.5, 10.5, 20.5, 10.5, 13.5), closed=True),
        Line((13.5, 13.5, 13.5, 20.5, 20.5, 20.5, 20.5, 13.5), closed=True),
        Line((3.5, 3.5, 3.5, 10.5, 10.5, 10.5, 10.5, 3.5), closed=True),
        Box(5.8, 15.8, 2.4, 2.4, 0.4),
        Box(15.8, 15.8, 2.4, 2.4, 0.4),
        Box(5.8, 5.8, 2.4, 2.4, 0.4),
        Box(12.7, 8.3, 3, 3, 0.4),
        Box(18.3, 8.3, 3, 3, 0.4),
        Box(15.5, 5.5, 3, 3, 0.4),
        Box(12.7, 2.7, 3, 3, 0.4),
        Box(18.3, 2.7, 3, 3, 0.4),
    ),
    "map": (Circle(12, 14.3, 2.6), Circle(12, 14.3, 7, 232, 488), Line((6.5, 10, 12, 2.3, 17.5, 10))),
    "entrance": (
        Line((9, 8, 9, 3.5, 20, 3.5, 20, 20.5, 9, 20.5, 9, 16)),
        Line((2, 12, 14.5, 12)),
        Line((10.8, 15.7, 14.5, 12, 10.8, 8.3)),
    ),
    "lift": (
        Line((3.5, 3, 3.5, 21, 20.5, 21, 20.5, 3), closed=True),
        Line((8.6, 7.5, 8.6, 16)),
        Line((6.2, 13.4, 8.6, 16.2, 11, 13.4)),
        Line((15.4, 16.5, 15.4, 8)),
        Line((13, 10.6, 15.4, 7.8, 17.8, 10.6)),
    ),
    "stairs": (Line((2.5, 4.5, 7.2, 4.5, 7.2, 9.4, 12, 9.4, 12, 14.3, 16.8, 14.3, 16.8, 19.2, 21.5, 19.2)),),
    "escalator": (
        Line((2.5, 5, 7, 5, 17, 15, 21.5, 15)),
        Line((9, 12.5, 15.5, 19)),
        Line((15.5, 14.8, 15.5, 19, 11.3, 19)),
    ),
    "toilet": (
        Disc(6.5, 18.8, 2.3),
        Line((6.5, 14.6, 6.5, 3.5)),
        Line((3.6, 14, 9.4, 14)),
        Line((12, 3, 12, 21)),
        Disc(17.5, 18.8, 2.3),
        Line((17.5, 15, 13.8, 8, 21.2, 8), closed=True),
        Line((17.5, 8, 17.5, 3.5)),
    ),
    "tickets": (
        Line((5, 3.5, 5, 20.5, 19, 20.5, 19, 3.5, 15.5, 5.4, 12, 3.5, 8.5, 5.4), closed=True),
        Line((8.5, 15.5, 15.5, 15.5)),
        Line((8.5, 11, 15.5, 11)),
    ),
    "water": (Circle(12, 9, 6, 60, 300), Line((6.8, 12, 12, 21, 17.2, 12))),
    "slash": (Line((3.5, 20.5, 20.5, 3.5)),),
}
