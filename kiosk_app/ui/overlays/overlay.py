"""A card over a dimmed screen."""

from __future__ import annotations

from typing import Literal

from kivy.graphics import Color, Rectangle
from kivy.input.motionevent import MotionEvent

from kiosk_app.ui.parts.block import Block, Column, Row
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.surface import Card, TapCard
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData

_DIMMED = 0.72


class BigButton(TapCard):
    """A button of an overlay; ``strong`` is the one most people want."""

    def __init__(self, words: str, *, strong: bool, **kwargs: object) -> None:
        theme = stage().theme
        look = {"fill": "primary", "pressed_fill": "primary_pressed", "edge": ""} if strong else {}
        super().__init__(pad_x=theme.space(4), pad_y=theme.space(2), primary=True, **look, **kwargs)
        colour = "on_primary" if strong else "ink"
        self.add_widget(Text(source=words, role="label", colour=colour, align="center"))


class Overlay(Block):
    """Keeps touches from the screen below it.

    ``lasts_s`` is how long nobody leaves it behind; None for one that goes by itself.
    """

    lasts_s: float | None = None

    def __init__(self, card: Card, **kwargs: object) -> None:
        super().__init__(**kwargs)
        with self.drawing.before:
            Color(*stage().theme.colour("scrim", _DIMMED))
            self._scrim = Rectangle(size=(0, 0))
        self.card = card
        self.add_widget(card)

    def draw(self) -> None:
        self._scrim.pos, self._scrim.size = self.pos, self.size

    def follow(self, view: ViewData) -> bool:
        """Take over a newer view of the screen below; False when this no longer belongs to it."""
        return True

    def close(self) -> None:
        """Let go what must not outlive it."""

    def on_touch_down(self, touch: MotionEvent) -> Literal[True] | None:
        if not self.collide_point(*touch.pos):
            return None
        super().on_touch_down(touch)
        return True

    def place_card(self, left: float, top: float, width: float, height: float) -> None:
        """Put the card into the middle of what the bar leaves free."""
        theme = stage().theme
        margin = theme.margin
        room_x, room_y = width - 2 * margin, height - 2 * margin
        wide = self.wanted_width(room_x, room_y)
        tall = min(room_y, self.card.measure(wide))
        self.card.place(left + (width - wide) / 2, top - (height - tall) / 2, wide, tall)

    def wanted_width(self, room_x: float, room_y: float) -> float:
        """Of the card, where so much is free."""
        theme = stage().theme
        return room_x if theme.portrait else min(room_x, theme.mm(230))


class Notice(Overlay):
    """Content that scrolls when it is taller than the room, and buttons; ``beside`` stands whole at their left."""

    def __init__(
        self, content: Column, buttons: Block, beside: Block | None = None, **kwargs: object
    ) -> None:
        theme = stage().theme
        super().__init__(Card(gap=theme.gap, edge="line"), **kwargs)
        self.pane = Pane(content)
        if beside is None:
            self.card.hold([self.pane, buttons])
        else:
            column = Column(gap=theme.gap)
            column.hold([self.pane, buttons])
            row = Row(gap=theme.gap, cross="fill", flex=1)
            row.hold([beside, column])
            self.card.hold([row])
