"""The pieces of searching: the way there, the field with what is typed, what is found, and what to do without it."""

from __future__ import annotations

from kivy.graphics import Color, Rectangle

from kiosk_app.events import MatterChosen, SearchOpened, SpeakPressed
from kiosk_app.ui.parts.block import Block, Column, Row
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import Card, TapCard
from kiosk_app.ui.parts.text import ELLIPSIS, Text
from kiosk_app.ui.stage import stage
from kiosk_app.view import QuickTopic


class SearchButton(TapCard):
    """Looks like the field that it leads to."""

    def __init__(self, **kwargs: object) -> None:
        theme = stage().theme
        super().__init__(
            gap=theme.space(3),
            pad_x=theme.inset,
            primary=True,
            edge="primary",
            edge_width=theme.outline,
            **kwargs,
        )
        self.event = SearchOpened
        self.add_widget(Icon(name="search", colour="primary", extent=round(theme.em("heading") * 1.1)))
        self.add_widget(Text(source=stage()._("Search by letters"), role="heading", colour="primary"))


class _Caret(Block):
    """Where the next letter will stand."""

    def __init__(self, **kwargs: object) -> None:
        theme = stage().theme
        super().__init__(share=0, fixed=theme.outline, **kwargs)
        with self.drawing:
            Color(*theme.colour("primary"))
            self._bar = Rectangle(size=(0, 0))

    def measure(self, width: float) -> float:
        return stage().theme.em("heading") * 1.2

    def draw(self) -> None:
        self._bar.pos, self._bar.size = self.pos, self.size


class SearchField(Card):
    """What is typed; as long as nothing is, how to begin. Always as tall as the taller of the two."""

    def __init__(self, **kwargs: object) -> None:
        theme = stage().theme
        super().__init__(
            pad_x=theme.inset,
            pad_y=theme.space(1.5 if theme.ample else 0.5),
            edge="primary",
            edge_width=theme.outline,
            centred=True,
            floor=theme.target if theme.ample else theme.mm(12),
            **kwargs,
        )
        self._row = Row(gap=theme.space(2))
        self._icon = Icon(name="search", colour="primary", extent=round(theme.em("heading") * 1.1))
        self._caret = _Caret()
        self._letters = Text(role="heading" if theme.ample else "label", share=0)
        self._help = Text(role="body" if theme.ample else "small", colour="muted")
        self._typed = ""
        self.add_widget(self._row)

    def show(self, letters: str, how: str) -> None:
        """Take over the letters, and how to begin."""
        self._typed, self._help.source = letters.upper(), how
        self._row.hold(
            [self._icon, self._letters, self._caret, Block()]
            if letters
            else [self._icon, self._caret, self._help]
        )

    def measure(self, width: float) -> float:
        inner = width - 2 * self.pad_x - self._icon.extent - self._caret.fixed - 2 * self._row.gap
        content = max(self._help.measure(inner), self._letters.line_height)
        return max(self.floor, content + 2 * self.pad_y)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        room = width - 2 * self.pad_x - self._icon.extent - self._caret.fixed - 3 * self._row.gap
        self._letters.source = self._typed
        while self._letters.source and self._letters.natural_width() > room:  # the end is what was typed last
            self._letters.source = ELLIPSIS + self._letters.source.lstrip(ELLIPSIS)[1:]
        super().place(left, top, width, height)


class FoundRow(TapCard):
    """A matter that was found. The same widget shows one after the other."""

    def __init__(self, **kwargs: object) -> None:
        theme = stage().theme
        wide = theme.ample
        super().__init__(
            gap=theme.space(2),
            pad_x=theme.space(3.5) if wide else theme.space(1.5),
            pad_y=theme.space(0.5),
            primary=theme.ample,
            **kwargs,
        )
        self._matter = ""
        self._title = Text(role="heading" if wide else "label")
        self.event = self._chosen
        self.add_widget(self._title)
        if wide:
            self.add_widget(Icon(name="chevron", colour="primary", extent=theme.space(4)))

    def offer(self, topic: QuickTopic) -> None:
        """Offer this matter from now on."""
        self._matter, self._title.source = topic.matter, topic.label

    def _chosen(self, at: float) -> MatterChosen:
        return MatterChosen(at, matter=self._matter)


class NothingFound(Column):
    """Says so, and what else can be done."""

    def __init__(self, **kwargs: object) -> None:
        theme, _ = stage().theme, stage()._
        super().__init__(gap=theme.space(2), **kwargs)
        self._words = (
            Text(source=_("Nothing found"), role="heading" if theme.ample else "label"),
            Text(role="body" if theme.ample else "small", colour="muted"),
        )
        speak = TapCard(
            gap=theme.space(2),
            pad_x=theme.space(1.5),
            primary=theme.ample,
            fill="primary",
            pressed_fill="primary_pressed",
            edge="",
        )
        speak.event = SpeakPressed
        role = "label" if theme.ample else "small"
        sign = Icon(name="mic", colour="on_primary", extent=theme.em(role))
        words = Text(source=_("Speak"), role=role, bold=True, colour="on_primary", share=0)
        for child in (Block(), sign, words, Block()):
            speak.add_widget(child)
        self._speak = speak

    def show(self, *, can_speak: bool) -> None:
        """With the way to speak, where there are ears."""
        _ = stage()._
        self._words[1].source = (
            _("Delete a letter, say what you need, or call staff")
            if can_speak
            else _("Delete a letter, or call staff")
        )
        self.hold([*self._words, *([self._speak] if can_speak else [])])
