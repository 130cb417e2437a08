"""Draws the strokes of an icon, with soft edges."""

from __future__ import annotations

from kivy.graphics import Color, InstructionGroup, SmoothEllipse, SmoothLine, SmoothRoundedRectangle
from kivy.properties import NumericProperty, StringProperty

from kiosk_app.ui.icons import GRID, ICONS, STROKE, Box, Circle, Disc, Stroke
from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.stage import stage


class Icon(Block):
    """A square sign; ``extent`` is its side in pixels, ``colour`` a palette token."""

    name = StringProperty("")
    colour = StringProperty("ink")
    extent = NumericProperty(0)
    share = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._group = InstructionGroup()
        self.drawing.add(self._group)
        for name in ("name", "colour"):
            self.fbind(name, self.redraw)

    def measure(self, width: float) -> float:
        return self.extent

    def natural_width(self) -> float:
        return self.extent

    def draw(self) -> None:
        self._group.clear()
        self._group.add(Color(*stage().theme.colour(self.colour)))
        side = min(self.width, self.height)
        scale = side / GRID
        left, bottom = self.center_x - side / 2, self.center_y - side / 2
        for stroke in ICONS.get(self.name, ()):
            self._group.add(_instruction(stroke, left, bottom, scale))


def _instruction(stroke: Stroke, left: float, bottom: float, scale: float) -> object:
    width = STROKE * scale / 2
    if isinstance(stroke, Circle):
        centre = (left + stroke.x * scale, bottom + stroke.y * scale)
        return SmoothLine(
            circle=(*centre, stroke.radius * scale, stroke.start, stroke.end, 48), width=width, cap="round"
        )
    if isinstance(stroke, Disc):
        radius = stroke.radius * scale
        return SmoothEllipse(
            pos=(left + stroke.x * scale - radius, bottom + stroke.y * scale - radius),
            size=(2 * radius, 2 * radius),
        )
    if isinstance(stroke, Box):
        return SmoothRoundedRectangle(
            pos=(left + stroke.x * scale, bottom + stroke.y * scale),
            size=(stroke.width * scale, stroke.height * scale),
            radius=[stroke.radius * scale],
        )
    points = [(left if i % 2 == 0 else bottom) + value * scale for i, value in enumerate(stroke.points)]
    return SmoothLine(points=points, width=width, close=stroke.closed, joint="round", cap="round")
