"""Large choices of a question back: a matter to ask about, one of several meanings."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk_app.events import ChoiceTaken
from kiosk_app.reply import Choice
from kiosk_app.ui.parts.block import Block, Column, Grid
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import Badge, TapCard
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import EventFactory, stage


class ChoiceTile(TapCard):
    """A row with a sign, a title, a line below it, and an arrow that says it leads on."""

    def __init__(
        self,
        badge: Badge | None,
        title: str,
        detail: str,
        event: EventFactory,
        em: float = 0,
        **kwargs: object,
    ) -> None:
        theme = stage().theme
        kwargs.setdefault("pad_x", theme.space(3.5))
        super().__init__(gap=theme.space(3), pad_y=theme.space(2), primary=True, **kwargs)
        self.event = event
        words = Column()
        self.title = Text(source=title, role="heading", em=em)
        words.add_widget(self.title)
        self.detail = Text(source=detail, role="small", colour="muted")
        if detail:
            words.add_widget(self.detail)
        if badge is not None:
            self.add_widget(badge)
        self.add_widget(words)


class ChoiceGrid(Grid):
    """Choices in one column, or in two where the panel is wide enough for their words."""

    def _rows(self, width: float) -> list[tuple[list[Block], float, float]]:
        self.columns = stage().theme.columns(width)
        return super()._rows(width)


def choice_tile(number: int | None, choice: Choice, floor: float, large: bool = False) -> ChoiceTile:
    """One of the choices of a question back; ``large`` when there are few, no ``number`` when it is the only one."""
    theme = stage().theme
    extent = max(theme.space(8), round(theme.smallest * 1.5))
    badge = Badge(str(number), extent=extent) if number is not None else None
    em = theme.em("heading") * (1.3 if large and not theme.elder else 1)

    def taken(at: float) -> ChoiceTaken:
        return ChoiceTaken(at, target=choice.target)

    tile = ChoiceTile(
        badge,
        choice.label,
        choice.detail,
        taken,
        em,
        edge="primary",
        edge_width=theme.outline,
        pad_x=theme.inset,
    )
    tile.add_widget(Icon(name="chevron", colour="primary", extent=theme.space(4)))
    tile.floor = floor
    return tile


class OfferButton(TapCard):
    """The one next step that an answer offers, under the ``question`` that offers it."""

    def __init__(self, choice: Choice, question: str, **kwargs: object) -> None:
        theme = stage().theme
        look = {"fill": "primary", "pressed_fill": "primary_pressed", "edge": ""}
        super().__init__(
            gap=theme.space(3), pad_x=theme.inset, pad_y=theme.space(1), primary=True, **look, **kwargs
        )

        def taken(at: float) -> ChoiceTaken:
            return ChoiceTaken(at, target=choice.target)

        self.event = taken
        words = question or choice.label
        self.add_widget(Text(source=words, role="heading", colour="on_primary", balanced=True))
        self.add_widget(Icon(name="chevron", colour="on_primary", extent=theme.space(5)))


def numbered(choices: Sequence[Choice]) -> list[tuple[int | None, Choice]]:
    """The choices with the numbers by which they can be named; a single one needs none."""
    return [(number if len(choices) > 1 else None, choice) for number, choice in enumerate(choices, 1)]
