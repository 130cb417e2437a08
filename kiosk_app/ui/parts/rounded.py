"""Rounded grounds from one small picture, stretched: the toolkit's own are fans of slivers, slow without a GPU.

Ten cards take the software renderer 13 instead of 21 ms (docs/measurements/touchscreen.md).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from kivy.graphics import BorderImage
from kivy.graphics.texture import Texture

from kiosk_app.ui.corners import corner, coverage


def rounded(radius: float, width: float, height: float) -> Texture:
    """A white square with round corners, to be tinted and stretched over ``width`` by ``height`` pixels."""
    return _square(corner(radius, width, height))


def corners(radius: float, width: float, height: float) -> tuple[int, int, int, int]:
    """What of that square is not stretched, from each side: the ``border`` of ``BorderImage``."""
    side = corner(radius, width, height)
    return side, side, side, side


def rounded_rectangle(left: float, bottom: float, width: float, height: float, radius: float) -> BorderImage:
    """Both as an instruction; all lengths in pixels."""
    return BorderImage(
        pos=(left, bottom),
        size=(width, height),
        texture=rounded(radius, width, height),
        border=corners(radius, width, height),
    )


@lru_cache(maxsize=64)
def _square(radius: int) -> Texture:
    covered = coverage(radius)
    pixels = np.full((*covered.shape, 4), 255, np.uint8)
    pixels[..., 3] = np.rint(255 * covered)
    texture = Texture.create(size=covered.shape, colorfmt="rgba")
    texture.blit_buffer(pixels.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    return texture
