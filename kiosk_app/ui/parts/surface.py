"""Cards, and cards that can be pressed."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import NumericProperty, StringProperty

from kiosk_app.ui.parts.block import Block, Column, Row
from kiosk_app.ui.parts.tap import Tap
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage

Builder.load_file(str(Path(__file__).with_suffix(".kv")))


class Card(Column):
    """A column on a rounded ground: ``fill`` and ``edge`` are palette tokens, ``edge`` may be empty."""

    fill = StringProperty("surface")
    edge = StringProperty("line")
    edge_width = NumericProperty(1)
    round = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("edge_width", stage().theme.hairline)
        super().__init__(**kwargs)


class TapCard(Tap, Row):
    """A row on a rounded ground that is a target."""

    fill = StringProperty("surface")
    pressed_fill = StringProperty("pressed")
    edge = StringProperty("line")
    edge_width = NumericProperty(1)
    round = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("edge_width", stage().theme.hairline)
        super().__init__(**kwargs)


class Badge(Block):
    """A number or a character in a filled circle or square of side ``extent``."""

    fill = StringProperty("primary")
    extent = NumericProperty(0)
    round = NumericProperty(0)
    share = NumericProperty(0)

    def __init__(self, source: str, *, colour: str = "on_primary", em: float = 0, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.text = Text(
            source=source,
            colour=colour,
            role="label",
            align="center",
            em=max(em or self.extent * 0.56, stage().theme.smallest),
        )
        self.add_widget(self.text)

    def measure(self, width: float) -> float:
        return self.extent

    def natural_width(self) -> float:
        return self.extent

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        tall = self.text.line_height
        self.text.place(left, top - (height - tall) / 2, width, tall)
