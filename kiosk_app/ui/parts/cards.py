"""The cards of an answer: what to bring, how it goes, single facts, plain text, and the spoken words."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.graphics import Color, InstructionGroup
from kivy.properties import BooleanProperty, NumericProperty

from kiosk_app.reply import Card as AnswerCard
from kiosk_app.ui.parts.block import Block, Column, Grid, Row
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.motion import Wave
from kiosk_app.ui.parts.rounded import rounded_rectangle
from kiosk_app.ui.parts.sound_button import SoundButton
from kiosk_app.ui.parts.surface import Badge, Card, TapCard
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage


class Tick(Block):
    """The box of a check list."""

    ticked = BooleanProperty(False)
    share = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._box = InstructionGroup()
        self.drawing.before.add(self._box)
        self._mark = Icon(name="check", colour="on_ok", opacity=0)
        self.add_widget(self._mark)
        self.fbind("ticked", self.redraw)

    def measure(self, width: float) -> float:
        return self.natural_width()

    def natural_width(self) -> float:
        return stage().theme.em("body") * 1.05

    def draw(self) -> None:
        theme, box = stage().theme, self._box
        box.clear()
        box.add(Color(*theme.colour("ok" if self.ticked else "primary")))
        box.add(rounded_rectangle(self.x, self.y, self.width, self.height, self.height * 0.22))
        if not self.ticked:
            edge = theme.outline
            wide, tall = self.width - 2 * edge, self.height - 2 * edge
            box.add(Color(*theme.colour("surface")))
            box.add(rounded_rectangle(self.x + edge, self.y + edge, wide, tall, self.height * 0.16))
        self._mark.opacity = 1 if self.ticked else 0
        inset = self.width * 0.08
        self._mark.place(self.x + inset, self.top - inset, self.width - 2 * inset, self.height - 2 * inset)


class CheckRow(TapCard):
    """A line of the check list; a touch ticks it. The tick lives and dies with the view."""

    def __init__(self, words: str, **kwargs: object) -> None:
        theme = stage().theme
        super().__init__(gap=theme.space(3), fill="", edge="", round=theme.radius / 2, **kwargs)
        self.tick = Tick()
        self.words = Text(source=words)
        self.add_widget(self.tick)
        self.add_widget(self.words)
        self.action = self._toggle

    def _toggle(self) -> None:
        self.tick.ticked = not self.tick.ticked


def _edge(card: AnswerCard) -> dict[str, object]:
    """The card that was asked for stands out by a strong edge."""
    theme = stage().theme
    return {"edge": "primary", "edge_width": theme.outline} if card.asked else {}


def list_card(card: AnswerCard) -> Card:
    """A card with a heading and lines: boxes to tick, or numbers."""
    theme = stage().theme
    box = Card(pad_y=theme.space(3.5), **_edge(card))
    hint = stage()._("Tick what you have") if card.kind == "checklist" and not theme.elder else ""
    box.add_widget(ListHead(card.title, hint))
    if card.kind == "checklist":
        lines: Sequence[Block] = [CheckRow(item) for item in card.items]
        rows = Column(gap=theme.mm(3))
    else:
        lines = [_step(number, item) for number, item in enumerate(card.items, 1)]
        rows = Column(gap=theme.space(2))
    for line in lines:
        rows.add_widget(line)
    box.add_widget(rows)
    return box


class ListHead(Row):
    """The heading of a list, with a hint at its right while there is room for both."""

    def __init__(self, title: str, hint: str, **kwargs: object) -> None:
        super().__init__(gap=stage().theme.space(3), **kwargs)
        self._title = Text(source=title, role="heading", colour="primary")
        self._hint = Text(source=hint, role="small", colour="muted", share=0)
        self.add_widget(self._title)

    def measure(self, width: float) -> float:
        room = self._title.natural_width() + self.gap + self._hint.natural_width() <= width
        wanted = room and bool(self._hint.source)
        if wanted != (self._hint.parent is not None):
            (self.add_widget if wanted else self.remove_widget)(self._hint)
        return super().measure(width)


def _step(number: int, words: str) -> Row:
    theme = stage().theme
    row = Row(gap=theme.space(3), cross="top")
    text = Text(source=words)
    row.add_widget(Badge(str(number), extent=round(text.line_height * 0.92)))
    row.add_widget(text)
    return row


def text_card(card: AnswerCard, today: str = "") -> Card:
    """A card with a heading and a paragraph; what holds ``today`` stands between them."""
    box = Card(pad_y=stage().theme.space(3.5), **_edge(card))
    box.add_widget(Text(source=card.title, role="heading", colour="primary"))
    if today:
        box.add_widget(Text(source=today, bold=True))
    box.add_widget(Text(source=card.items[0] if card.items else ""))
    return box


class FactGrid(Grid):
    """Single facts side by side, as many as are still read at a glance."""

    def __init__(self, cards: Sequence[AnswerCard], **kwargs: object) -> None:
        theme = stage().theme
        super().__init__(gap=theme.gap, **kwargs)
        self._values: list[Text] = []
        self._titles: list[Text] = []
        for card in cards:
            box = Card(gap=0, pad_x=theme.space(3.5), pad_y=theme.space(2.5), **_edge(card))
            title = Text(source=card.title, role="small", colour="muted")
            value = Text(source=card.items[0] if card.items else "", role="heading")
            self._titles.append(title)
            self._values.append(value)
            box.add_widget(title)
            box.add_widget(value)
            self.add_widget(box)

    def _rows(self, width: float) -> list[tuple[list[Block], float, float]]:
        self.columns = self._best(width)
        return super()._rows(width)

    def _best(self, width: float) -> int:
        pad = stage().theme.space(3.5)
        count = len(self._values)
        for columns in range(min(3, count), 1, -1):
            if columns == 2 and count == 3:
                continue  # two and one leave a hole
            inner = (width - self.gap * (columns - 1)) / columns - 2 * pad
            if all(self._one_glance(text, inner, 2) for text in self._values) and all(
                self._one_glance(text, inner, 1) for text in self._titles
            ):
                return columns
        return 1

    @staticmethod
    def _one_glance(text: Text, width: float, lines: int) -> bool:
        return len(text.wrapped(width)) <= lines and len(text.source) <= 40


class Spoken(Card):
    """What the kiosk says, always to be read; the wave moves while it speaks. Or another's words, under a sign.

    ``adjustable``: with the way to how loud it is, where there is room for it.
    """

    def __init__(self, words: str, icon: str = "", *, adjustable: bool = False, **kwargs: object) -> None:
        theme = stage().theme
        pad_y = theme.inset if theme.roomy else theme.space(2.5)
        super().__init__(fill="soft", edge="", edge_width=0, pad_y=pad_y, **kwargs)
        row = Row(gap=theme.space(4))
        side = round(theme.em("body") * 1.35)
        self.wave = Wave(extent=side)
        self.words = Text(source=words, colour="on_soft")
        if (
            icon or theme.roomy or not theme.elder
        ):  # large words need the width of a short panel for themselves
            row.add_widget(Icon(name=icon, colour="primary", extent=side) if icon else self.wave)
        row.add_widget(self.words)
        if adjustable and theme.roomy:
            row.add_widget(SoundButton())
        self.add_widget(row)


class Masonry(Block):
    """Cards in two columns, each put under the shorter one; in one column on a portrait panel."""

    gap = NumericProperty(0)

    def _columns(self, width: float) -> tuple[float, list[list[Block]]]:
        children = self.blocks()
        count = min(stage().theme.columns(width), max(1, len(children)))
        wide = (width - self.gap * (count - 1)) / count
        columns: list[list[Block]] = [[] for _ in range(count)]
        heights = [0.0] * count
        for child in children:
            shortest = heights.index(min(heights))
            columns[shortest].append(child)
            heights[shortest] += child.measure(wide) + self.gap
        return wide, columns

    def measure(self, width: float) -> float:
        wide, columns = self._columns(width)
        tall = [sum(c.measure(wide) for c in column) + self.gap * (len(column) - 1) for column in columns]
        return max(0.0, *tall)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        wide, columns = self._columns(width)
        for index, column in enumerate(columns):
            y = top
            for child in column:
                tall = child.measure(wide)
                child.place(left + index * (wide + self.gap), y, wide, tall)
                y -= tall + self.gap
