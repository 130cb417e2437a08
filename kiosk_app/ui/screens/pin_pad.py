"""The way into the staff corner: a pad for the PIN. What is typed is shown as dots and kept until it is sent."""

from __future__ import annotations

import time
from typing import ClassVar

from kivy.graphics import Color, InstructionGroup, SmoothEllipse, SmoothLine

from kiosk_app.staff.events import PinEntered
from kiosk_app.staff.pin import FEWEST_DIGITS, MOST_DIGITS
from kiosk_app.staff.view import CornerView, PadMood
from kiosk_app.ui.parts.bar import LEAVE, Action
from kiosk_app.ui.parts.block import Block, Column, Grid
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import TapCard
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.screens.base import Screen
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData

_KEY_MM = (56.0, 30.0)
"""Width and height of a key where there is room."""
_MINUTES_FROM_S = 100


class Dots(Block):
    """One filled dot for each digit, and empty ones up to the fewest that a PIN has."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.count = 0
        self._group = InstructionGroup()
        self.drawing.add(self._group)

    def measure(self, width: float) -> float:
        return stage().theme.mm(9)

    def fill(self, count: int) -> None:
        """Show so many digits."""
        self.count = count
        self.redraw()

    def draw(self) -> None:
        theme = stage().theme
        shown = max(self.count, FEWEST_DIGITS)
        radius = min(theme.mm(2.2), self.width / (3.6 * shown))
        step = 3.6 * radius
        x, y = self.center_x - step * (shown - 1) / 2, self.center_y
        self._group.clear()
        self._group.add(Color(*theme.colour("primary")))
        for number in range(shown):
            middle = x + number * step
            if number < self.count:
                self._group.add(
                    SmoothEllipse(pos=(middle - radius, y - radius), size=(2 * radius, 2 * radius))
                )
            else:
                self._group.add(SmoothLine(circle=(middle, y, radius), width=theme.mm(0.25)))


class PadKey(TapCard):
    """A key with a digit, or with a sign and what it says."""

    def __init__(self, words: str, icon: str = "", *, strong: bool = False, **kwargs: object) -> None:
        theme = stage().theme
        look = {"fill": "primary", "pressed_fill": "primary_pressed", "edge": ""} if strong else {}
        super().__init__(gap=theme.space(1.5), pad_x=theme.space(1), **look, **kwargs)
        colour = "on_primary" if strong else "ink"
        if icon and not theme.roomy:
            self.add_widget(Text(source=words, role="label", colour=colour, align="center"))
        elif icon:
            sign = Icon(name=icon, colour="on_primary" if strong else "primary", extent=theme.em("heading"))
            for child in (Block(), sign, Text(source=words, role="label", colour=colour, share=0), Block()):
                self.add_widget(child)
        else:
            self.add_widget(Text(source=words, role="title", colour=colour, align="center"))


class PadGrid(Grid):
    """Twelve keys, as large as the room allows."""

    columns = 3

    def key_size(self, width: float, height: float) -> tuple[float, float]:
        """Width and height of a key in a room of so many pixels."""
        theme = stage().theme
        wide = min(theme.mm(_KEY_MM[0]), (width - 2 * self.gap) / 3)
        tall = min(theme.mm(_KEY_MM[1]), (height - 3 * self.gap) / 4)
        return wide, max(theme.target_small, tall)

    def place_keys(self, left: float, top: float, wide: float, tall: float) -> None:
        """Put the keys where they belong, each of this size."""
        Block.place(self, left, top, 3 * wide + 2 * self.gap, 4 * tall + 3 * self.gap)
        for number, key in enumerate(self.blocks()):
            row, column = divmod(number, 3)
            key.place(left + column * (wide + self.gap), top - row * (tall + self.gap), wide, tall)


class PinPadScreen(Screen):
    """Words and dots over the keys on a portrait panel, beside them on a landscape one."""

    actions: ClassVar[tuple[Action, ...]] = (LEAVE,)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        _ = stage()._
        theme = stage().theme
        self._typed = ""
        self._mood: PadMood = "ask"
        self.words = Column(gap=theme.space(4))
        self.words.add_widget(Text(source=_("Staff"), role="title", align="center"))
        self.said = Text(colour="muted", align="center", balanced=True, lines_limit=4)
        self.words.add_widget(self.said)
        self.dots = Dots()
        self.keys = PadGrid(gap=theme.tight)
        for digit in "123456789":
            self.keys.add_widget(self._digit(digit))
        erase = PadKey(_("Delete"), "erase")
        erase.action = self._erase
        enter = PadKey(_("OK"), "check", strong=True)
        enter.action = self._enter
        for key in (erase, self._digit("0"), enter):
            self.keys.add_widget(key)
        for child in (self.words, self.dots, self.keys):
            self.add_widget(child)
        self.bind(parent=self._forget)

    def show(self, view: ViewData) -> None:
        corner = view.corner or CornerView()
        if corner.pad != self._mood:
            self._mood = corner.pad
            self._type("")
        sentence, colour = _sentence(corner)
        self._say(sentence, colour)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        theme = stage().theme
        if theme.portrait:
            said = 3 * self.said.line_height
            head = self.words.measure(width) - self.said.measure(width) + said
            dots = self.dots.measure(width)
            wide, tall = self.keys.key_size(width, height - head - dots - 2 * theme.gap)
            keys = 4 * tall + 3 * self.keys.gap
            air = (height - head - dots - keys) / 4
            self.words.place(left, top - air, width, self.words.measure(width))
            self.dots.place(left, top - air - head, width, dots)
            self.keys.place_keys(
                left + (width - 3 * wide - 2 * self.keys.gap) / 2, top - 2 * air - head - dots, wide, tall
            )
            return
        between = theme.space(8)
        beside = round((width - between) * 0.45)
        wide, tall = self.keys.key_size(width - between - beside, height)
        keys = 4 * tall + 3 * self.keys.gap
        head, dots = self.words.measure(beside), self.dots.measure(beside)
        above = (height - head - dots - theme.gap) / 2
        self.words.place(left, top - above, beside, head)
        self.dots.place(left, top - above - head - theme.gap, beside, dots)
        room = width - between - beside
        self.keys.place_keys(
            left + beside + between + (room - 3 * wide - 2 * self.keys.gap) / 2,
            top - (height - keys) / 2,
            wide,
            tall,
        )

    # --- keys -------------------------------------------------------------------------------------------

    def _digit(self, digit: str) -> PadKey:
        key = PadKey(digit)

        def pressed() -> None:
            if len(self._typed) < MOST_DIGITS:
                self._type(self._typed + digit)

        key.action = pressed
        return key

    def _erase(self) -> None:
        self._type(self._typed[:-1])

    def _enter(self) -> None:
        if self._mood not in ("ask", "refused"):
            return
        if len(self._typed) < FEWEST_DIGITS:
            self._say(stage()._("At least {count} digits").format(count=FEWEST_DIGITS), "accent")
            stage().relayout()
            return
        pin = self._typed
        self._type("")
        stage().send(PinEntered(time.monotonic(), pin))

    def _type(self, typed: str) -> None:
        self._typed = typed if self._mood in ("ask", "refused") else ""
        self.dots.fill(len(self._typed))

    def _say(self, sentence: str, colour: str) -> None:
        self.said.source, self.said.colour = sentence, colour

    def _forget(self, *_: object) -> None:
        if self.parent is None:
            self._typed = ""


def _sentence(corner: CornerView) -> tuple[str, str]:
    """What is said under the title, and in which colour."""
    _ = stage()._
    match corner.pad:
        case "checking":
            return _("One moment please"), "muted"
        case "refused":
            return _("Wrong PIN. Tries left: {count}").format(count=corner.tries_left), "accent"
        case "locked":
            if corner.locked_seconds >= _MINUTES_FROM_S:
                minutes = -(-corner.locked_seconds // 60)
                return _("Too many wrong PINs. Locked for {minutes} minutes").format(
                    minutes=minutes
                ), "accent"
            return (
                _("Too many wrong PINs. Locked for {seconds} seconds").format(seconds=corner.locked_seconds),
                "accent",
            )
        case "broken":
            return _("The PIN cannot be checked. Set it anew: kiosk staff pin"), "accent"
        case _:
            return _("Please enter the PIN"), "muted"
