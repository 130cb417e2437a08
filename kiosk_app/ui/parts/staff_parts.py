"""What the staff corner's pages are made of: buttons, facts that change, cards that do something."""

from __future__ import annotations

from typing import Literal

from kiosk_app.ui.parts.block import Block, Column, Grid, Row
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import Card, TapCard
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import EventFactory, stage

_LOOKS: dict[str, tuple[dict[str, str], str]] = {
    "plain": ({"fill": "surface", "pressed_fill": "pressed", "edge": "primary"}, "primary"),
    "strong": ({"fill": "primary", "pressed_fill": "primary_pressed", "edge": ""}, "on_primary"),
    "danger": ({"fill": "accent", "pressed_fill": "accent_pressed", "edge": ""}, "on_accent"),
}


class StaffButton(TapCard):
    """A sign and words in the middle of a target."""

    def __init__(
        self,
        words: str,
        icon: str,
        event: EventFactory,
        kind: Literal["plain", "strong", "danger"] = "plain",
        **kwargs: object,
    ) -> None:
        theme = stage().theme
        colours, ink = _LOOKS[kind]
        super().__init__(
            gap=theme.space(1.5),
            pad_x=theme.space(2),
            pad_y=theme.space(1),
            primary=True,
            **colours,
            **kwargs,
        )
        if kind == "plain":
            self.edge_width = theme.outline
        self.event = event
        self._icon = Icon(name=icon, colour=ink, extent=round(theme.em("label") * 1.05))
        self._label = Text(source=words, role="label", colour=ink, share=0)
        self._wide = words
        self._parts = (Block(), self._icon, self._label, Block())
        self.hold(self._parts)

    def measure(self, width: float) -> float:
        self._fit(width)
        return super().measure(width)

    def natural_width(self) -> float:
        return self.fixed or self._icon.extent + self.gap * 3 + self._label.natural_width() + 2 * self.pad_x

    def place(self, left: float, top: float, width: float, height: float) -> None:
        self._fit(width)
        super().place(left, top, width, height)

    def _fit(self, width: float) -> None:
        """With the sign where there is room; else the words alone, on as many lines as they need."""
        roomy = self._icon.extent + self.gap * 3 + self._label.natural_width() + 2 * self.pad_x <= width
        self._label.share = 0 if roomy else 1
        self._label.align = "left" if roomy else "center"
        self.hold(self._parts if roomy else (self._label,))


class Fact(Column):
    """A small line that says what it is, and the value under it; on a small panel the value alone where ``brief``."""

    def __init__(self, name: str, *, brief: bool = False, **kwargs: object) -> None:
        super().__init__(**kwargs)
        if stage().theme.roomy or not brief:
            self.add_widget(Text(source=name, role="small", colour="muted"))
        self.value = Text(source="–", role="label")
        self.add_widget(self.value)

    def tell(self, value: str, colour: str = "ink") -> bool:
        """Show ``value``; whether it takes more or fewer lines than the one before."""
        self.value.colour = colour
        if value == self.value.source:
            return False
        wide = self.value.width
        before = self.value.measure(wide)
        self.value.source = value
        if self.value.measure(wide) != before:
            return True
        self.value.place(self.value.x, self.value.top, wide, self.value.height)
        return False


class Facts(Grid):
    """Facts side by side, as many as have room for half a dozen characters each."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(gap=stage().theme.space(3), **kwargs)

    def _rows(self, width: float) -> list[tuple[list[Block], float, float]]:
        wide = 6 * stage().theme.em("label")
        self.columns = max(1, min(len(self.blocks()), int((width + self.gap) // (wide + self.gap))))
        return super()._rows(width)


class Heading(Row):
    """A sign and what stands under it."""

    def __init__(self, words: str, icon: str, colour: str = "primary", **kwargs: object) -> None:
        super().__init__(gap=stage().theme.space(2), **kwargs)
        self.sign = Icon(name=icon, colour=colour, extent=round(stage().theme.em("label") * 1.1))
        self.words = Text(source=words, role="label", bold=True)
        self.add_widget(self.sign)
        self.add_widget(self.words)


class TaskCard(Card):
    """Something that can be done: what it is, what it does or how far it is, and the button that begins it."""

    def __init__(self, words: str, icon: str, button: StaffButton, **kwargs: object) -> None:
        super().__init__(gap=stage().theme.space(1.5), **kwargs)
        self._heading = Heading(words, icon)
        self._said = Text(role="small", colour="muted")
        self._button = button

    def tell(self, said: str, colour: str = "muted", *, offered: bool = True) -> None:
        """Say ``said`` under the heading; with the button or without."""
        self._said.source, self._said.colour = said, colour
        self.hold((self._heading, *([self._said] if said else []), *([self._button] if offered else [])))
