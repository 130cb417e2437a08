"""The kiosk's name in large letters, for who looks for it among many."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle

from kiosk_app.ui.overlays.overlay import Overlay
from kiosk_app.ui.parts.motion import Moving
from kiosk_app.ui.parts.surface import Card
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage

_FLASH_S = 1.0
"""From one colour to the other and back: one flash a second, a third of what WCAG 2.3.1 allows."""


class _Flash(Moving):
    """The whole glass, now in one colour, now in the other."""

    def __init__(self) -> None:
        super().__init__()
        self._colours = (stage().theme.colour("primary"), stage().theme.colour("accent"))
        with self.drawing:
            self._colour = Color(*self._colours[0])
            self._ground = Rectangle(size=(0, 0))
        self.moving = True

    def draw(self) -> None:
        self._ground.pos, self._ground.size = self.pos, self.size

    def step(self) -> None:
        self._colour.rgba = self._colours[self.seconds % _FLASH_S >= _FLASH_S / 2]


class KioskName(Overlay):
    """Flashes until the time is up or somebody wants to be served."""

    def __init__(self, name: str) -> None:
        super().__init__(Card(gap=stage().theme.space(2), edge="line"))
        self.name = name
        self._flash = _Flash()
        self.add_widget(self._flash, index=len(self.children))
        self.card.add_widget(Text(source=name, role="display", colour="primary", align="center"))
        looking = stage()._("Somebody is looking for this kiosk")
        self.card.add_widget(Text(source=looking, colour="muted", align="center"))

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        self._flash.place(left, top, width, height)
