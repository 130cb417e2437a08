"""How well text stands out, by the pixels that were really drawn. Runs on the toolkit's thread."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from kivy.base import EventLoop
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels
from kivy.lang import Builder

from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.root import Root
from kiosk_app.ui.theme import Theme
from tests.kiosk_app.ui.audit import Seen, layers, viewport
from tests.kiosk_app.ui.luminance import ratio_of

LEAST, LEAST_IN_HIGH_CONTRAST = 4.5, 7.0
"""CITIZEN_UI 2; large text might have less, and has not."""
ROUNDING = 0.05
"""The colours of the screen are whole numbers."""


def draw() -> npt.NDArray[np.uint8]:
    """Draw the window now; its pixels, the bottom row first."""
    window: Any = EventLoop.window
    Builder.sync()  # what the kv files draw is put off until the frame
    window.dispatch("on_draw")
    width, height = (int(side) for side in window.size)
    pixels = np.frombuffer(glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE), np.uint8)
    return pixels.reshape(height, width, 3)


def faint(root: Root, theme: Theme, *, contrast: bool) -> list[str]:
    """Every text on the glass that stands out too little, a sentence each."""
    pixels = draw()
    least = LEAST_IN_HIGH_CONTRAST if contrast else LEAST
    problems: list[str] = []
    for item in (item for seen in layers(root) for item in seen):
        if not isinstance(item.widget, Text) or not any(item.widget.lines):
            continue
        crop = _crop(item, pixels)
        if crop is None:
            continue
        ratio = ratio_of(crop)
        if ratio < least - ROUNDING:
            problems.append(f"{item.name} has a contrast of {ratio:.2f}")
    return problems


def _crop(item: Seen, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8] | None:
    """The drawn lines of a text; None where a pane hides a part of them."""
    text = item.widget
    assert isinstance(text, Text)
    (x, y), (wide, tall) = text.to_window(*text._box.pos), text._box.size
    pane = viewport(text)
    if pane is not None:
        bottom = pane.to_window(*pane.pos)[1]
        if y < bottom or y + tall > bottom + pane.height:
            return None
    left, low = max(0, int(x)), max(0, int(y))
    return pixels[low : int(y + tall), left : int(x + wide)]
