"""A QR code on the screen."""

from __future__ import annotations

from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty

from kiosk_app.taking import Code
from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.stage import stage

MODULE_MM = 0.8
"""No module is smaller: docs/taking-along.md says how far away a phone reads it."""
_LARGEST_MODULE_MM = 2.2
_ROOMY_MM, _SMALL_MM = 120.0, 90.0
"""The side that it has at most, on a large panel and on a small one, its white included."""


class CodePicture(Block):
    """Black on white whatever the colours of the screen are, in whole pixels a module."""

    share = NumericProperty(0)

    def __init__(self, code: Code, **kwargs: object) -> None:
        super().__init__(**kwargs)
        theme = stage().theme
        room = theme.mm(_ROOMY_MM if theme.roomy else _SMALL_MM)
        module = min(room // code.side, theme.mm(_LARGEST_MODULE_MM))
        self.side = code.side * max(module, theme.mm(MODULE_MM))
        self.texture: Any = _texture(code)
        with self.drawing:
            Color(1, 1, 1, 1)
            self._glass = Rectangle(texture=self.texture, size=(0, 0))

    def measure(self, width: float) -> float:
        return self.side

    def natural_width(self) -> float:
        return self.side

    def blank(self) -> None:
        """Overwrite the code with white, and let it go."""
        if self.texture is not None:
            wide, tall = (int(side) for side in self.texture.size)
            self.texture.blit_buffer(b"\xff" * (wide * tall * 4), colorfmt="rgba", bufferfmt="ubyte")
            self._glass.texture = None
            self._glass.size = (0, 0)
            self.texture = None

    def draw(self) -> None:
        if self.texture is not None:
            self._glass.size = (self.side, self.side)
            self._glass.pos = (round(self.center_x - self.side / 2), round(self.center_y - self.side / 2))


def _texture(code: Code) -> Any:
    texture: Any = Texture.create(size=(code.side, code.side), colorfmt="rgba", bufferfmt="ubyte")
    texture.mag_filter = texture.min_filter = "nearest"
    black, white = b"\x00\x00\x00\xff", b"\xff\xff\xff\xff"
    pixels = b"".join(black if module else white for row in code.rows for module in row)
    texture.blit_buffer(pixels, colorfmt="rgba", bufferfmt="ubyte")
    texture.flip_vertical()
    return texture
