"""What a finger can press: visible feedback at once, the event on release, nothing when the finger drags away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from kivy.input.motionevent import MotionEvent
from kivy.properties import BooleanProperty

from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.stage import EventFactory, stage

TOUCHED_AT = "touched_at"
"""Key in ``touch.ud``: monotonic seconds at which the finger came down."""
SCROLLED = "scrolled"
"""Key in ``touch.ud``: the finger turned out to be scrolling."""


class Tap(Block):
    """A target. Set ``event`` to what it posts, or ``action`` to what it does on the screen itself.

    ``primary`` says which least size in millimetres it must keep.
    """

    pressed = BooleanProperty(False)
    primary = BooleanProperty(False)

    event: EventFactory | None = None
    action: Callable[[], None] | None = None

    def on_touch_down(self, touch: MotionEvent) -> Literal[True] | None:
        if not self.collide_point(*touch.pos):
            return None
        touch.grab(self)
        self.pressed = True
        return True

    def on_touch_move(self, touch: MotionEvent) -> Literal[True] | None:
        if touch.grab_current is not self:
            return None
        self.pressed = not touch.ud.get(SCROLLED) and bool(self.collide_point(*touch.pos))
        return True

    def on_touch_up(self, touch: MotionEvent) -> Literal[True] | None:
        if touch.grab_current is not self:
            return None
        touch.ungrab(self)
        inside = self.pressed and not touch.ud.get(SCROLLED) and self.collide_point(*touch.pos)
        self.pressed = False
        if inside and self.attached:
            self.activate(touch.ud[TOUCHED_AT])
        return True

    def activate(self, at: float) -> None:
        """Do what the target is for; ``at`` is when the finger came down."""
        if self.action is not None:
            self.action()
        if self.event is not None:
            stage().send(self.event(at))
