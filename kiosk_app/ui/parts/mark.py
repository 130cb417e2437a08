"""What stands for the place in the head: its own logo, or the product's first character."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Rectangle, SmoothRoundedRectangle
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty

from kiosk_app.i18n import translator
from kiosk_app.logo import Logo
from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.surface import Badge
from kiosk_app.ui.stage import stage
from kiosk_app.ui.theme import luminance

_TOLD_APART = 3.0
"""Contrast from which on a logo is seen on the ground; below it, it gets a plate."""


def mark(side: int) -> Block:
    """The logo as high as ``side`` pixels, or the character in a square of it; the same in every language."""
    logo = stage().logo
    if logo is None:
        return Badge(translator("zh")("Y"), extent=side, round=side * 0.24)
    return LogoPicture(logo, side)


class LogoPicture(Block):
    """The logo, on a plate of white or black where it would hardly be seen on the ground."""

    share = NumericProperty(0)

    def __init__(self, logo: Logo, side: int, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.plate = plate_for(logo)
        inset = side * 0.1 if self.plate else 0
        tall = side - 2 * inset
        wide = tall * logo.width / logo.height
        self._size = (wide + 2 * inset, side)
        self._inset = inset
        with self.drawing:
            shade = 1.0 if self.plate == "white" else 0.0
            self._plate_colour = Color(shade, shade, shade, 1 if self.plate else 0)
            self._plate = SmoothRoundedRectangle(radius=[side * 0.16])
            Color(1, 1, 1, 1)
            self._picture = Rectangle(texture=_texture(logo), size=(wide, tall))

    def measure(self, width: float) -> float:
        return self._size[1]

    def natural_width(self) -> float:
        return self._size[0]

    def draw(self) -> None:
        wide, tall = self._size
        left, bottom = round(self.center_x - wide / 2), round(self.center_y - tall / 2)
        self._plate.pos, self._plate.size = (left, bottom), (wide, tall)
        self._picture.pos = (left + self._inset, bottom + self._inset)


def plate_for(logo: Logo) -> str:
    """white, black, or nothing where the logo is told apart from the ground by itself."""
    ground = luminance(stage().theme.palette.ground)
    if _contrast(logo.luminance, ground) >= _TOLD_APART:
        return ""
    return "white" if _contrast(logo.luminance, 1.0) >= _contrast(logo.luminance, 0.0) else "black"


def _contrast(first: float, second: float) -> float:
    dark, light = sorted((first, second))
    return (light + 0.05) / (dark + 0.05)


def _texture(logo: Logo) -> Any:
    texture: Any = Texture.create(size=(logo.width, logo.height), colorfmt="rgba", bufferfmt="ubyte")
    texture.mag_filter = texture.min_filter = "linear"
    texture.blit_buffer(logo.pixels, colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture
