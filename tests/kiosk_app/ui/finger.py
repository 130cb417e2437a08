"""A finger on the glass: touches that go through the toolkit's event loop. Runs on the toolkit's thread."""

from __future__ import annotations

from typing import Any

from kivy.base import EventLoop
from kivy.input.motionevent import MotionEvent

from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.cards import CheckRow
from kiosk_app.ui.parts.pane import Viewport
from kiosk_app.ui.parts.tap import Tap
from kiosk_app.ui.root import Root
from tests.kiosk_app.ui.audit import Seen, layers, words


class Finger(MotionEvent):
    """One contact at window pixels."""

    def __init__(self, x: float, y: float) -> None:
        super().__init__("finger", 1, _normal(x, y), is_touch=True, type_id="touch")

    def depack(self, args: dict[str, float]) -> None:
        self.sx, self.sy = args["x"], args["y"]
        self.profile = ["pos"]
        super().depack(args)


def _normal(x: float, y: float) -> dict[str, float]:
    window: Any = EventLoop.window
    return {"x": x / (window.width - 1.0), "y": y / (window.height - 1.0)}


def targets(root: Root) -> list[Seen]:
    """The targets in reading order."""
    return [item for seen in layers(root) for item in seen if isinstance(item.widget, Tap)]


def _reveal(widget: Block) -> None:
    parent = widget.parent
    while isinstance(parent, Block):
        if isinstance(parent, Viewport):
            middle = -(widget.y + widget.height / 2)
            parent.offset = min(parent.furthest, max(0.0, middle - parent.height / 2))
        parent = parent.parent


def _centre(widget: Block) -> tuple[float, float]:
    return widget.to_window(*widget.center)


def tap(item: Seen) -> str:
    """Touch the middle of a target, scrolling to it first; what it says."""
    said = words(item.widget)
    _reveal(item.widget)
    touch = Finger(*_centre(item.widget))
    EventLoop.post_dispatch_input("begin", touch)
    EventLoop.post_dispatch_input("end", touch)
    return said


def tap_at(x: float, y: float) -> str:
    """Touch the glass at parts of its width and height from the lower left; where that was."""
    window: Any = EventLoop.window
    touch = Finger(x * (window.width - 1), y * (window.height - 1))
    EventLoop.post_dispatch_input("begin", touch)
    EventLoop.post_dispatch_input("end", touch)
    return f"{x:.2f}, {y:.2f}"


def _rows(root: Root) -> list[CheckRow]:
    return [item.widget for item in targets(root) if isinstance(item.widget, CheckRow)]


def ticks(root: Root) -> list[bool]:
    """Which lines of the check list are ticked."""
    return [bool(row.tick.ticked) for row in _rows(root)]


def tick_first(root: Root) -> list[bool]:
    """Tick the first line."""
    tap(next(item for item in targets(root) if isinstance(item.widget, CheckRow)))
    return ticks(root)


def drag(root: Root) -> list[float]:
    """Put a finger on a line of the list, push it up, let go: the offset before and after."""
    row = _rows(root)[0]
    _reveal(row)
    view = next(item.widget for seen in layers(root) for item in seen if isinstance(item.widget, Viewport))
    before = view.offset
    x, y = _centre(row)
    touch = Finger(x, y)
    EventLoop.post_dispatch_input("begin", touch)
    for step in range(1, 6):
        touch.move(_normal(x, y + 30 * step))
        EventLoop.post_dispatch_input("update", touch)
    EventLoop.post_dispatch_input("end", touch)
    view._halt()
    return [before, view.offset, float(any(ticks(root)))]


def slip(root: Root) -> str:
    """Press the last button of the bar and slide off it before letting go."""
    item = targets(root)[-1]
    x, y = _centre(item.widget)
    touch = Finger(x, y)
    EventLoop.post_dispatch_input("begin", touch)
    touch.move(_normal(10, 10))
    EventLoop.post_dispatch_input("update", touch)
    EventLoop.post_dispatch_input("end", touch)
    return words(item.widget)
