"""A bar that shows how much of something there is."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.graphics import Color, InstructionGroup, SmoothRoundedRectangle
from kivy.properties import NumericProperty

from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.stage import stage


class ValueBar(Block):
    """Pieces of a length, one after the other, on a track from 0 to 1, and a mark across it."""

    extent = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._pieces: tuple[tuple[float, str], ...] = ()
        self._mark: float | None = None
        self._group = InstructionGroup()
        self.drawing.add(self._group)
        self.extent = self.extent or stage().theme.mm(4)

    def measure(self, width: float) -> float:
        return self.extent

    def show(self, pieces: Sequence[tuple[float, str]], mark: float | None = None) -> None:
        """Draw pieces of (length, colour), each 0 to 1 of the track; what is too long ends with the track."""
        new = tuple(pieces)
        if (new, mark) != (self._pieces, self._mark):
            self._pieces, self._mark = new, mark
            self.redraw()

    def draw(self) -> None:
        theme, group = stage().theme, self._group
        tall = self.height * 0.62
        low = self.y + (self.height - tall) / 2
        group.clear()
        group.add(Color(*theme.colour("line")))
        group.add(SmoothRoundedRectangle(pos=(self.x, low), size=(self.width, tall), radius=[tall / 2]))
        x = self.x
        for length, colour in self._pieces:
            wide = min(max(length, 0.0) * self.width, self.right - x)
            if wide >= 1:
                group.add(Color(*theme.colour(colour)))
                round_by = [min(tall, wide) / 2] if len(self._pieces) == 1 else [min(tall, wide) * 0.2]
                group.add(SmoothRoundedRectangle(pos=(x, low), size=(wide, tall), radius=round_by))
                x += wide
        if self._mark is not None:
            thick = max(2, theme.mm(0.7))
            at = self.x + min(max(self._mark, 0.0), 1.0) * self.width
            group.add(Color(*theme.colour("ink")))
            group.add(
                SmoothRoundedRectangle(
                    pos=(at - thick / 2, self.y), size=(thick, self.height), radius=[thick / 2]
                )
            )
