"""What stands above the controls when they have been lowered: the mark and the hall's name; nothing to touch."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle

from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.mark import mark
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage

_MARK_MM = 44.0


class Banner(Block):
    """Fills the upper half of a portrait panel."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        with self.drawing.before:
            Color(*stage().theme.colour("soft"))
            self._ground = Rectangle()
        side = stage().theme.mm(_MARK_MM)
        self._mark = mark(side)
        self._name = Text(role="display", colour="on_soft", align="center")
        self.add_widget(self._mark)
        self.add_widget(self._name)

    def show(self, name: str) -> None:
        """Show the hall's name, where it is known."""
        self._name.source = name

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        self._ground.pos, self._ground.size = self.pos, self.size
        theme = stage().theme
        inner = width - 2 * theme.margin
        side, tall = self._mark.measure(inner), self._name.measure(inner)
        wide = self._mark.natural_width()
        head = (height - side - theme.gap - tall) / 2
        self._mark.place(left + (width - wide) / 2, top - head, wide, side)
        self._name.place(left + theme.margin, top - head - side - theme.gap, inner, tall)
