"""The screen drawn once more, off the glass, from a view without anybody's words. Runs on the toolkit's thread."""

from __future__ import annotations

from typing import Any

from kivy.core.window import Window
from kivy.graphics import ClearBuffers, ClearColor, Fbo

from kiosk_app.remote.masking import masked
from kiosk_app.ui.root import Root
from kiosk_app.ui.theme import Rgba
from kiosk_app.view import ViewData


def masked_pixels(view: ViewData, ground: Rgba) -> tuple[int, int, bytes]:
    """Width, height and the RGB rows, the lowest first, of ``masked(view)`` in the look of the screen.

    Widgets of its own are drawn: nothing that a finger has left on the living ones, such as a tick, can be in it.
    """
    width, height = (int(side) for side in Window.size)
    root = Root()
    root.show(masked(view))
    canvas: Any = Fbo(size=(width, height), with_stencilbuffer=True)
    with canvas:
        ClearColor(*ground)
        ClearBuffers(clear_stencil=True)
    canvas.add(root.drawing)
    canvas.draw()
    rgba = canvas.pixels
    canvas.clear()
    return width, height, _without_alpha(rgba)


def _without_alpha(rgba: bytes) -> bytes:
    rgb = bytearray(len(rgba) // 4 * 3)
    for channel in range(3):
        rgb[channel::3] = rgba[channel::4]
    return bytes(rgb)
