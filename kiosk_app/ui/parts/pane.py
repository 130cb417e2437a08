"""A part of the screen whose content may be taller: a finger drags it, a button turns the page.

Targets inside react at once; when the finger moves up or down far enough, they let go and the content follows.
Dragging is never needed: the button below shows that there is more and goes there, and back to the top in the end.
"""

from __future__ import annotations

from typing import Literal

from kivy.animation import Animation
from kivy.clock import Clock
from kivy.graphics import Color, PopMatrix, PushMatrix, SmoothRoundedRectangle, Translate
from kivy.graphics.scissor_instructions import ScissorPop, ScissorPush
from kivy.input.motionevent import MotionEvent
from kivy.properties import NumericProperty

from kiosk_app.ui.parts.block import Block, Column
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import TapCard
from kiosk_app.ui.parts.tap import SCROLLED
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage
from kiosk_app.ui.theme import FRAME_RATE, LOOK_RATE, SETTLE_S

_DRAG_MM = 4.0
_FRICTION = 0.93  # of the speed, per frame
_SLOWEST = 20.0  # pixels per second
_SHORTEST_S = 1 / LOOK_RATE  # between two movements of a finger


class Viewport(Block):
    """The window onto the content; ``offset`` is how many pixels of it are above the upper edge."""

    offset = NumericProperty(0)

    def __init__(self, content: Block, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.content = content
        self.content_height = 0.0
        self._speed = 0.0
        self._dragged_at = 0.0
        self._coasting = None
        with self.drawing.before:
            self._scissor = ScissorPush(x=0, y=0, width=1, height=1)
            PushMatrix()
            self._shift = Translate(0, 0)
        with self.drawing.after:
            PopMatrix()
            ScissorPop()
            self._bar_colour = Color(0, 0, 0, 0)
            self._bar = SmoothRoundedRectangle(size=(0, 0), radius=[1])
        self.add_widget(content)
        self.bind(offset=self._moved)

    @property
    def furthest(self) -> float:
        """The largest offset."""
        return max(0.0, self.content_height - self.height)

    def measure(self, width: float) -> float:
        return self.content.measure(width)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        self.content_height = max(self.height, self.content.measure(width))
        self.content.place(0, 0, width, self.content_height)
        self.offset = min(self.offset, self.furthest)
        self._moved()

    def to_local(self, x: float, y: float, relative: bool = False) -> tuple[float, float]:
        return x - self._shift.x, y - self._shift.y

    def to_parent(self, x: float, y: float, relative: bool = False) -> tuple[float, float]:
        return x + self._shift.x, y + self._shift.y

    def page(self) -> None:
        """Glide on by a page, or back to the top from the end."""
        at_end = self.offset >= self.furthest - 1
        goal = 0.0 if at_end else min(self.furthest, self.offset + self.height * 0.85)
        Animation.cancel_all(self)
        step = 1 / stage().theme.frame_rate  # without it, as often as the processor can
        Animation(offset=goal, duration=SETTLE_S, transition="out_cubic", step=step).start(self)

    def on_touch_down(self, touch: MotionEvent) -> Literal[True] | None:
        if not self.collide_point(*touch.pos):
            return None
        self._halt()
        self._dragged_at = Clock.get_time()
        if self.furthest:
            touch.ud[self] = touch.y
            touch.grab(self)
        touch.push()
        touch.apply_transform_2d(self.to_local)
        super().on_touch_down(touch)
        touch.pop()
        return True

    def on_touch_move(self, touch: MotionEvent) -> Literal[True] | None:
        if touch.grab_current is self:
            now = Clock.get_time()
            passed, self._dragged_at = now - self._dragged_at, now
            if not touch.ud.get(SCROLLED) and abs(touch.y - touch.ud[self]) > stage().theme.mm(_DRAG_MM):
                touch.ud[SCROLLED] = True
            if touch.ud.get(SCROLLED):
                moved = float(touch.dy or 0)
                self._speed = moved / max(_SHORTEST_S, passed)
                self.offset = min(self.furthest, max(0.0, self.offset + moved))
            return True
        return None

    def on_touch_up(self, touch: MotionEvent) -> Literal[True] | None:
        if touch.grab_current is not self:
            return None
        touch.ungrab(self)
        if touch.ud.get(SCROLLED) and abs(self._speed) > _SLOWEST:
            self._coasting = Clock.schedule_interval(self._coast, 1 / FRAME_RATE)
        return True

    def _coast(self, passed: float) -> bool:
        self._speed *= _FRICTION
        self.offset = min(self.furthest, max(0.0, self.offset + self._speed * passed))
        return abs(self._speed) > _SLOWEST and 0 < self.offset < self.furthest and self.attached

    def _halt(self) -> None:
        Animation.cancel_all(self)
        if self._coasting is not None:
            self._coasting.cancel()
            self._coasting = None

    def _moved(self, *_: object) -> None:
        self._shift.x = self.x
        self._shift.y = round(self.top + self.offset)
        left, bottom = self.to_window(self.x, self.y)
        self._scissor.x, self._scissor.y = int(left), int(bottom)
        self._scissor.width, self._scissor.height = int(self.width), int(self.height)
        self._draw_bar()

    def _draw_bar(self) -> None:
        theme = stage().theme
        if not self.furthest:
            self._bar.size = (0, 0)
            self._bar_colour.a = 0
            return
        wide = theme.mm(1.2)
        tall = max(theme.mm(8), self.height * self.height / self.content_height)
        travel = (self.height - tall) * self.offset / self.furthest
        self._bar_colour.rgba = theme.colour("primary")
        self._bar.radius = [wide / 2]
        self._bar.size = (wide, tall)
        self._bar.pos = (self.right + theme.mm(1.2), self.top - travel - tall)


class Pane(Column):
    """A viewport with its page button, which takes its place only when the content is too tall."""

    flex = NumericProperty(1)

    def __init__(self, content: Block, **kwargs: object) -> None:
        theme = stage().theme
        super().__init__(gap=theme.tight, **kwargs)
        self.view = Viewport(content)
        self.more = TapCard(
            gap=theme.space(2), pad_x=theme.space(4), fill="ground", edge="primary", edge_width=theme.outline
        )
        self.more.action = self.view.page
        self._icon = Icon(name="down", colour="primary", extent=theme.em("label"))
        self._label = Text(role="label", colour="primary", share=0)
        for child in (Block(), self._icon, self._label, Block()):
            self.more.add_widget(child)
        self.add_widget(self.view)
        self.view.bind(offset=self._hint)

    def measure(self, width: float) -> float:
        return self.view.measure(width)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        Block.place(self, left, top, width, height)
        overflows = self.view.measure(width) > height + 0.5
        if overflows != (self.more.parent is not None):
            (self.add_widget if overflows else self.remove_widget)(self.more)
        self._hint()
        button = max(stage().theme.target_small, self._label.line_height + 2 * stage().theme.space(1))
        below = button + self.gap if overflows else 0
        self.view.place(left, top, width, height - below)
        if overflows:
            words = self._icon.extent + self._label.natural_width() + 3 * self.more.gap + 2 * self.more.pad_x
            self.more.hold([Block(), self._icon, *([self._label] if words <= width else []), Block()])
            self.more.place(left, top - height + below - self.gap, width, below - self.gap)

    def _hint(self, *_args: object) -> None:
        at_end = self.view.furthest > 0 and self.view.offset >= self.view.furthest - 1
        name = "up" if at_end else "down"
        _ = stage()._
        text = _("Back to the top") if at_end else _("More below")
        if self._label.source != text:
            self._icon.name, self._label.source = name, text
            if self.more.parent is not None and self.more.width > 1:
                self.more.place(self.more.x, self.more.top, self.more.width, self.more.height)
