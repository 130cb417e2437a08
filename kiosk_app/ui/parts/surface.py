"""Cards, and cards that can be pressed. They draw themselves: a screen has dozens, and kv rules took a fifth of it."""

from __future__ import annotations

from kivy.graphics import Color, InstructionGroup, SmoothLine
from kivy.properties import NumericProperty, StringProperty

from kiosk_app.ui.parts.block import Block, Column, Row
from kiosk_app.ui.parts.rounded import rounded_rectangle
from kiosk_app.ui.parts.tap import Tap
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage


class Surface(Block):
    """A rounded ground under its children: ``fill`` and ``edge`` are palette tokens, empty for none.

    ``edge_width`` and ``round``, the radius, are pixels; a radius of 0 is the theme's.
    """

    fill = StringProperty("surface")
    edge = StringProperty("line")
    edge_width = NumericProperty(1)
    round = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("edge_width", stage().theme.hairline)
        super().__init__(**kwargs)
        self._ground = InstructionGroup()
        self.drawing.before.add(self._ground)
        for name in ("fill", "edge", "edge_width", "round"):
            self.fbind(name, self.redraw)

    @property
    def shade(self) -> str:
        """The palette token of the ground just now."""
        return self.fill

    def draw(self) -> None:
        theme, ground = stage().theme, self._ground
        radius = self.round or theme.radius
        ground.clear()
        if self.shade:
            ground.add(Color(*theme.colour(self.shade)))
            ground.add(rounded_rectangle(self.x, self.y, self.width, self.height, radius))
        if self.edge:
            inset = self.edge_width / 2
            within = (self.x + inset, self.y + inset, self.width - 2 * inset, self.height - 2 * inset)
            ground.add(Color(*theme.colour(self.edge)))
            ground.add(SmoothLine(rounded_rectangle=(*within, max(1, radius - inset)), width=max(0.5, inset)))


class Card(Surface, Column):
    """A column on a rounded ground."""

    def __init__(self, **kwargs: object) -> None:
        theme = stage().theme
        super().__init__(
            **{"pad_x": theme.inset, "pad_y": theme.inset, "gap": theme.space(2)} | kwargs,
        )


class TapCard(Tap, Surface, Row):
    """A row on a rounded ground that is a target."""

    pressed_fill = StringProperty("pressed")

    def __init__(self, **kwargs: object) -> None:
        theme = stage().theme
        kwargs.setdefault("floor", theme.target if kwargs.get("primary") else theme.target_small)
        super().__init__(**kwargs)
        for name in ("pressed", "pressed_fill"):
            self.fbind(name, self.redraw)

    @property
    def shade(self) -> str:
        return self.pressed_fill if self.pressed else self.fill


class Badge(Surface):
    """A number or a character in a filled circle, or in a square with corners of ``round``, of side ``extent``."""

    extent = NumericProperty(0)
    share = NumericProperty(0)

    def __init__(
        self, source: str, *, extent: float, colour: str = "on_primary", em: float = 0, **kwargs: object
    ) -> None:
        super().__init__(**{"fill": "primary", "edge": "", "round": extent / 2, "extent": extent} | kwargs)
        self.text = Text(
            source=source,
            colour=colour,
            role="label",
            align="center",
            em=max(em or extent * 0.56, stage().theme.smallest),
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
