"""The head of every screen: whose hall this is, whether microphone and camera are on, what time it is.

Touching its mark and its clock in turn opens the staff corner; nothing there looks as if it could be touched.
"""

from __future__ import annotations

import time
from typing import Literal

from kivy.clock import Clock
from kivy.input.motionevent import MotionEvent

from kiosk_app.staff.events import StaffKnocked
from kiosk_app.ui.knock import Corner, Knock
from kiosk_app.ui.parts.block import Layers, Row
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.mark import mark
from kiosk_app.ui.parts.surface import TapCard
from kiosk_app.ui.parts.tap import TOUCHED_AT
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage
from kiosk_app.ui.theme import Role
from kiosk_app.view import PartLight, ViewData

_NAME_SIZES: tuple[tuple[int, Role | None, int], ...] = (
    (2, "label", 1),
    (1, "label", 1),
    (1, "small", 2),
    (0, "small", 2),
    (0, None, 3),
)
"""What to try in turn: words beside the lights, size of the name (none: the smallest), its lines."""
_TITLE_SIZES: tuple[tuple[int, Role | None, int], ...] = (
    (1, "title", 1),
    (0, "title", 1),
    (0, "heading", 1),
    (0, "label", 2),
    *_NAME_SIZES[-2:],
)

_COLOURS: dict[PartLight, str] = {"on": "ok", "off": "muted", "fault": "accent"}


class Light(Layers):
    """A microphone or camera; struck through when it is off or broken, so that colour is not the only sign."""

    def __init__(self, icon: str, **kwargs: object) -> None:
        super().__init__(share=0, **kwargs)
        side = round(stage().theme.em("small") * 1.15)
        self._icon = Icon(name=icon, extent=side)
        self._slash = Icon(name="slash", extent=side)
        self.add_widget(self._icon)

    def natural_width(self) -> float:
        return self._icon.extent

    def show(self, light: PartLight) -> None:
        """Draw the state ``light``."""
        self._icon.colour = self._slash.colour = _COLOURS[light]
        struck = light != "on"
        if struck != (self._slash.parent is not None):
            (self.add_widget if struck else self.remove_widget)(self._slash)


class Lights(TapCard):
    """What the kiosk senses with, on every screen; a touch opens the privacy notice."""

    def __init__(self, **kwargs: object) -> None:
        theme = stage().theme
        super().__init__(
            gap=theme.space(1.5), pad_x=theme.space(2.5), round=theme.target_small / 2, share=0, **kwargs
        )
        self.action = stage().show_privacy
        self.microphone, self.camera = Light("mic"), Light("camera")
        self._words = [Text(role="small", colour="muted", share=0) for _ in range(2)]
        self._shield = Icon(name="shield", colour="primary", extent=round(theme.em("small") * 1.15))
        self._privacy = Text(role="small", colour="primary", bold=True, share=0, source=stage()._("Privacy"))

    def arrange(self, detail: int) -> None:
        """With the states in words (2), with the word for privacy only (1), or with signs alone (0)."""
        first, second = self._words
        signs = (
            (self.microphone, first, self.camera, second) if detail == 2 else (self.microphone, self.camera)
        )
        parts = (*signs, self._shield, *((self._privacy,) if detail else ()))
        if parts != tuple(self.blocks()):
            self.clear_widgets()
            for part in parts:
                self.add_widget(part)

    def show(self, view: ViewData) -> None:
        """Draw the states of microphone and camera."""
        _ = stage()._
        self.microphone.show(view.microphone)
        self.camera.show(view.camera)
        microphone = {"on": _("Mic on"), "off": _("Mic off"), "fault": _("Mic fault")}
        camera = {"on": _("Camera on"), "off": _("Camera off"), "fault": _("Camera fault")}
        self._words[0].source, self._words[1].source = microphone[view.microphone], camera[view.camera]


class Header(Row):
    """Mark, name, lights, clock. The clock redraws once a minute."""

    def __init__(self, **kwargs: object) -> None:
        theme = stage().theme
        super().__init__(gap=theme.space(3), floor=theme.target_small, **kwargs)
        side = round(theme.em("label") * 1.5)
        self._mark = mark(side)
        self.name = Text(role="label", bold=True, lines_limit=3)
        self.lights = Lights()
        self.clock = Text(role="label", align="right", share=0)
        for child in (self._mark, self.name, self.lights, self.clock):
            self.add_widget(child)
        self._sizes = _NAME_SIZES
        self._knock = Knock()
        self._minute()

    def show(self, view: ViewData, title: str = "") -> None:
        """Draw the lights and the name, or instead of the name the ``title`` of the screen below."""
        self.name.source = title or view.site_name
        self._sizes = _TITLE_SIZES if title else _NAME_SIZES
        self.lights.show(view)

    def on_touch_down(self, touch: MotionEvent) -> Literal[True] | None:
        at = touch.ud[TOUCHED_AT]
        if self._knock.touched(at, self._corner(*touch.pos)):
            stage().send(StaffKnocked(at))
        return super().on_touch_down(touch)

    def _corner(self, x: float, y: float) -> Corner | None:
        """The mark or the clock, with some room around them, up to the edges of the screen."""
        room = self.gap
        if y < self.y - room or self.lights.collide_point(x, y):
            return None
        if x <= self._mark.right + room:
            return "left"
        return "right" if x >= self.clock.x - room else None

    def measure(self, width: float) -> float:
        self._settle(width)
        return super().measure(width)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        self._settle(width)
        super().place(left, top, width, height)

    def _settle(self, width: float) -> None:
        """As many words beside the lights as leave the name on one line, or else on two."""
        theme = stage().theme
        self.clock.fixed = 0
        self.clock.fixed = self.clock.natural_width()
        for detail, role, lines in self._sizes:
            if detail == 2 and theme.elder:
                continue
            self.lights.arrange(detail)
            self.name.em = theme.em(role) if role else theme.smallest
            if self._name_lines(width) <= lines:
                return

    def _name_lines(self, width: float) -> int:
        return len(self.name.wrapped(self._widths(width)[1]))

    def _minute(self, *_: object) -> None:
        now = time.time()
        self.clock.source = time.strftime("%H:%M", time.localtime(now))
        if self.attached and self.clock.width > 1:
            self.clock.place(self.clock.x, self.clock.top, self.clock.width, self.clock.height)
        if self.parent is not None or now:
            Clock.schedule_once(self._minute, 60 - now % 60)
