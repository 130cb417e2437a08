"""The actions of a screen: a row under a portrait one, a column beside a landscape one. A person is always last."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from kiosk_app.events import (
    BackPressed,
    FinishPressed,
    HomePressed,
    PersonRequested,
    RepeatPressed,
    StopPressed,
)
from kiosk_app.i18n import N_
from kiosk_app.staff.events import StaffLeft
from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import TapCard
from kiosk_app.ui.parts.text import Text, cluster_width
from kiosk_app.ui.stage import EventFactory, stage
from kiosk_app.ui.theme import PRIMARY_TARGET_MM

_ELDER_BAR_MM = 26.0
"""Two lines of large words, for there are no signs in elder mode."""

_LOOKS: dict[str, tuple[dict[str, str], str, str]] = {
    "plain": ({"fill": "surface", "pressed_fill": "pressed", "edge": "line"}, "ink", "primary"),
    "person": ({"fill": "accent", "pressed_fill": "accent_pressed", "edge": ""}, "on_accent", "on_accent"),
    "chosen": ({"fill": "soft", "pressed_fill": "soft", "edge": "primary"}, "on_soft", "primary"),
    "strong": (
        {"fill": "primary", "pressed_fill": "primary_pressed", "edge": ""},
        "on_primary",
        "on_primary",
    ),
}
"""By the kind of action: ground and edge, colour of the words, colour of the sign."""

Arrangement = Literal["stacked", "beside", "plain"]


@dataclass(frozen=True, slots=True)
class Action:
    """A button: its words (a message id, or text when ``literal``), its sign, what it posts, how it looks."""

    label: str
    icon: str
    event: EventFactory | None
    """What it posts; none for one that opens something over the screen."""
    kind: Literal["plain", "person", "chosen", "strong"] = "plain"
    """chosen: what it leads to is on the screen. strong: the one way on where there is no person to call."""
    literal: bool = False
    opens: Literal["", "sound"] = ""


HOME = Action(N_("Home"), "home", HomePressed)
BACK = Action(N_("Back"), "back", BackPressed)
REPEAT = Action(N_("Repeat"), "repeat", RepeatPressed)
STOP = Action(N_("Stop"), "stop", StopPressed)
FINISH = Action(N_("Done"), "done", FinishPressed)
PERSON = Action(N_("Call staff"), "person", PersonRequested, kind="person")
LEAVE = Action(N_("Leave"), "leave", StaffLeft, kind="strong")
PERSON_AGAIN = Action(N_("Call again"), "person", PersonRequested, kind="person")


class BarButton(TapCard):
    """One button of the bar."""

    def __init__(self, action: Action, **kwargs: object) -> None:
        theme = stage().theme
        colours, ink, sign = _LOOKS[action.kind]
        large = action.kind in ("person", "strong")
        super().__init__(primary=large, pad_x=theme.space(1.25), **colours, **kwargs)
        if action.kind == "chosen":
            self.edge_width = theme.outline
        self.event = action.event
        if action.opens == "sound":
            self.action = stage().show_sound
        self.label = Text(
            source=action.label if action.literal else stage()._(action.label),
            role="label",
            colour=ink,
            align="center",
        )
        self.icon = Icon(name=action.icon, colour=sign)
        self.arrangement: Arrangement = "plain"
        self.add_widget(self.label)

    def arrange(self, arrangement: Arrangement, em: int) -> None:
        """Take an arrangement and a size of type, the same for all buttons of a bar."""
        self.arrangement, self.label.em = arrangement, em
        self.icon.extent = round(em * 1.15)
        wanted = arrangement != "plain"
        if wanted != (self.icon.parent is not None):
            (self.add_widget if wanted else self.remove_widget)(self.icon)

    def words(self) -> float:
        """The width of the words on one line."""
        return self.label.natural_width()

    def fits(self, width: float, height: float) -> bool:
        """Whether the words stand whole: on one line beside or under a sign, on up to two without one."""
        inner = width - 2 * self.pad_x
        if self.arrangement != "plain":
            beside = self.label.font_em * 1.6 if self.arrangement == "beside" else 0
            return self.words() + beside <= inner
        pieces = self.label.source.split()
        em, bold = self.label.font_em, self.label.is_bold
        whole = all(cluster_width(piece, em, bold) <= inner for piece in pieces)
        lines = len(self.label.wrapped(inner))
        return whole and lines <= len(pieces) and self.label.measure(inner) <= height

    def place(self, left: float, top: float, width: float, height: float) -> None:
        Block.place(self, left, top, width, height)
        inner = width - 2 * self.pad_x
        tall = self.label.measure(inner)
        side = self.icon.extent
        if self.arrangement == "stacked":
            free = (height - tall - side) / 2
            self.icon.place(left + (width - side) / 2, top - free - tall * 0.06, side, side)
            self.label.place(left + self.pad_x, top - free - side, inner, tall)
        elif self.arrangement == "beside":
            words = self.words()
            between = self.label.font_em * 0.4
            start = left + (width - side - between - words) / 2
            self.icon.place(start, top - (height - side) / 2, side, side)
            self.label.place(start + side + between, top - (height - tall) / 2, words, tall)
        else:
            self.label.place(left + self.pad_x, top - (height - tall) / 2, inner, tall)


class Bar(Block):
    """The buttons of the screen at hand."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.actions: tuple[Action, ...] = ()

    def show(self, actions: tuple[Action, ...]) -> bool:
        """Put up ``actions``; whether anything changed. A button that stays is not touched."""
        if actions == self.actions:
            return False
        self.actions = actions
        self.clear_widgets()
        for action in actions:
            self.add_widget(BarButton(action))
        return True

    def buttons(self) -> list[BarButton]:
        """The buttons in reading order."""
        return [child for child in self.blocks() if isinstance(child, BarButton)]

    def measure(self, width: float) -> float:
        """Height of the row under a portrait screen."""
        if not self.actions:
            return 0
        theme = stage().theme
        em = theme.em("label")
        stacked = em * (1.15 + 1.45) + theme.space(3)
        return max(theme.target, theme.mm(_ELDER_BAR_MM) if theme.elder else stacked)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        buttons = self.buttons()
        if not buttons:
            return
        if stage().theme.portrait:
            self._place_row(buttons, left, top, width, height)
        else:
            self._place_rail(buttons, left, top, width, height)

    def _place_row(
        self, buttons: list[BarButton], left: float, top: float, width: float, height: float
    ) -> None:
        gap = stage().theme.tight
        wide = (width - gap * (len(buttons) - 1)) / len(buttons)
        self._fit(buttons, wide, height, "stacked")
        for index, button in enumerate(buttons):
            button.place(left + index * (wide + gap), top, wide, height)

    def _place_rail(
        self, buttons: list[BarButton], left: float, top: float, width: float, height: float
    ) -> None:
        theme = stage().theme
        gap = theme.tight
        person = theme.mm(PRIMARY_TARGET_MM + (4 if theme.roomy else 0))
        others = len(buttons) - 1
        room = (height - person) / others - gap if others else 0
        tall = min(person, max(theme.target_small, room))
        self._fit(buttons, width, tall, "beside")
        y = top - height
        for button in reversed(buttons):
            own = person if button.primary or not others else tall
            button.place(left, y + own, width, own)
            y += own + gap

    def _fit(self, buttons: list[BarButton], width: float, height: float, signs: Arrangement) -> None:
        """One arrangement and size for all: with signs when the words hardly shrink, else the largest words."""
        theme = stage().theme
        largest, smallest = theme.em("label"), theme.smallest
        attempts: tuple[tuple[Arrangement, float], ...] = (
            (signs, max(smallest, 0.78 * largest)),
            ("plain", smallest),
        )
        for arrangement, least in attempts[1 if theme.elder else 0 :]:
            for em in _sizes(largest, least):
                for button in buttons:
                    button.arrange(arrangement, em)
                if all(button.fits(width, height) for button in buttons):
                    return


def _sizes(largest: int, least: float) -> list[int]:
    """Few sizes from large to small: the toolkit keeps 2.5 MB for each size of this font that was ever measured."""
    sizes = [round(largest * factor) for factor in (1, 0.92, 0.85, 0.78, 0.7)]
    return [size for size in sizes if size > least] + [math.ceil(least)]
