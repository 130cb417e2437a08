"""What an answer will look like, while it is being looked up: cards without words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import cycle

from kivy.graphics import Color, InstructionGroup, SmoothLine, SmoothRoundedRectangle

from kiosk_app.ui.parts.motion import Moving
from kiosk_app.ui.parts.rounded import rounded_rectangle
from kiosk_app.ui.stage import stage
from kiosk_app.ui.theme import GLOW_S

_LINES = (2, 4, 3)
"""Lines of one card after the other."""
_WIDTHS = (0.94, 0.8, 0.88, 0.66)
"""Of one line after the other, in parts of the card's inner width."""
_HEADING_WIDTH = 0.34
_PITCH = 1.5
"""From line to line, in parts of the size of type."""
_FAINTEST = 0.35

_Box = tuple[float, float, float, float]
"""Left, bottom, width and height in pixels."""


class Skeleton(Moving):
    """Cards as those of an answer, as many as there is room for, with bars for words that glow and fade slowly."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._cards = InstructionGroup()
        self._glow = Color(*stage().theme.colour("pressed"))
        self._bars = InstructionGroup()
        for instruction in (self._cards, self._glow, self._bars):
            self.drawing.add(instruction)
        self.moving = True

    def step(self) -> None:
        wave = 0.5 + 0.5 * math.cos(2 * math.pi * self.seconds / GLOW_S)
        self._glow.a = _FAINTEST + (1 - _FAINTEST) * wave

    def draw(self) -> None:
        self._cards.clear()
        self._bars.clear()
        theme = stage().theme
        edge = theme.hairline
        for card, lines in self._laid():
            left, bottom, width, height = card
            self._cards.add(Color(*theme.colour("surface")))
            self._cards.add(rounded_rectangle(*card, theme.radius))
            self._cards.add(Color(*theme.colour("line")))
            within = (left + edge / 2, bottom + edge / 2, width - edge, height - edge, theme.radius)
            self._cards.add(SmoothLine(rounded_rectangle=within, width=max(0.5, edge / 2)))
            for line in lines:
                self._bars.add(SmoothRoundedRectangle(pos=line[:2], size=line[2:], radius=[line[3] / 2]))

    def _laid(self) -> Iterator[tuple[_Box, list[_Box]]]:
        """Every card with its lines: column by column, from the top; the last one has as many as there is room for."""
        theme = stage().theme
        columns = theme.columns(self.width)
        width = (self.width - theme.gap * (columns - 1)) / columns
        wanted = cycle(_LINES)
        for column in range(columns):
            left, top = self.x + column * (width + theme.gap), self.top
            while (count := min(next(wanted), self._most(top - self.y))) > 0:
                height = self._height(count)
                card = (left, top - height, width, height)
                yield card, self._lines(card, count)
                top -= height + theme.gap

    def _most(self, height: float) -> int:
        """How many lines a card of ``height`` pixels has."""
        return int((height - self._height(0)) // (_PITCH * stage().theme.em("body")))

    @staticmethod
    def _height(lines: int) -> float:
        theme = stage().theme
        return 2 * theme.inset + theme.em("heading") + lines * _PITCH * theme.em("body")

    @staticmethod
    def _lines(card: _Box, count: int) -> list[_Box]:
        """A short bar for the heading and a long one for every line of a card."""
        theme = stage().theme
        left, bottom, width, height = card
        inner, thick = width - 2 * theme.inset, round(theme.em("body") * 0.6)
        head = bottom + height - theme.inset - theme.em("heading")
        bars = [(left + theme.inset, head, inner * _HEADING_WIDTH, float(thick))]
        for number, part in zip(range(1, count + 1), cycle(_WIDTHS), strict=False):
            down = number * _PITCH * theme.em("body")
            bars.append((left + theme.inset, head - down, inner * part, float(thick)))
        return bars
