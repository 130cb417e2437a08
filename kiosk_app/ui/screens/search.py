"""A matter by the letters of its name: what is typed, what it may mean, and the letters."""

from __future__ import annotations

from typing import ClassVar

from kiosk_app.ui.parts.bar import BACK, HOME, PERSON, Action
from kiosk_app.ui.parts.block import Column
from kiosk_app.ui.parts.keyboard import Keyboard
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.search import FoundRow, NothingFound, SearchField
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.screens.base import Screen
from kiosk_app.ui.stage import stage
from kiosk_app.ui.theme import MIN_GAP_MM
from kiosk_app.view import MOST_FOUND, SearchView, ViewData

_KEYS_SHARE = 0.6
"""Of the width of a large landscape panel."""
_SMALL_COLUMNS = 6
"""Of keys on a small panel."""


class SearchScreen(Screen):
    """The keys stay where they are while one types; only what is found changes, in rows that are kept."""

    actions: ClassVar[tuple[Action, ...]] = (BACK, HOME, PERSON)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        theme = stage().theme
        self.heading = Text(role="title", source=stage()._("Search by letters"))
        self.field = SearchField()
        self.keys = Keyboard()
        self.said = Text(role="small", bold=True, colour="muted")
        self.rows = [FoundRow() for _ in range(MOST_FOUND)]
        self.nothing = NothingFound()
        self.list = Column(gap=theme.tight if theme.ample else theme.mm(MIN_GAP_MM))
        self.pane = Pane(self.list)

    def title(self, view: ViewData) -> str:
        return self.heading.source

    def show(self, view: ViewData) -> None:
        search = view.search or SearchView()
        _ = stage()._
        word, letters = search.example if stage().theme.ample else ("", "")
        how = (
            _("Touch the first letters, such as {letters} for {word}")
            if word
            else _("Touch the first letters")
        )
        self.field.show(search.letters, how.format(letters=letters.upper(), word=word))
        self.said.source = (
            _("Sorry, I did not understand that. Please touch one")
            if view.not_understood
            else ""
            if search.letters
            else _("Asked most often")
        )
        self.said.colour = "accent" if view.not_understood else "muted"
        found = (search.found, bool(search.letters), view.can_speak)
        self.once("found", found, lambda: self._list(search, can_speak=view.can_speak))

    def _list(self, search: SearchView, *, can_speak: bool) -> None:
        """Fill as many rows as are needed, from the top."""
        self.pane.view.offset = 0
        if search.letters and not search.found:
            self.nothing.show(can_speak=can_speak)
            self.list.hold([self.nothing])
            return
        for row, topic in zip(self.rows, search.found, strict=False):
            row.offer(topic)
        self.list.hold(self.rows[: len(search.found)])

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        theme = stage().theme
        small = not theme.ample
        heading = [] if small else [self.heading]
        said = [self.said] if self.said.source and (not small or self.said.colour == "accent") else []
        self.hold([*heading, self.field, *said, self.pane, self.keys])
        if theme.portrait:
            self._place_portrait(left, top, width, height)
        elif not small:
            self._place_landscape(left, top, width, height)
        else:
            self._place_small(left, top, width, height)

    def _place_portrait(self, left: float, top: float, width: float, height: float) -> None:
        """The keys at the foot, within reach of everybody."""
        gap, foot = stage().theme.gap, top - height
        y = self._place_head(left, top, width)
        keys = self.keys.measure(width)
        self.keys.place(left, foot + keys, width, keys)
        self._place_found(left, y, width, y - foot - keys - gap)

    def _place_landscape(self, left: float, top: float, width: float, height: float) -> None:
        """The keys at the left, what is found at the right."""
        theme = stage().theme
        between = theme.space(6)
        wide = round((width - between) * _KEYS_SHARE)
        y = self._place_head(left, top, wide)
        keys = min(self.keys.measure(wide), height - (top - y))
        self.keys.place(left, y, wide, keys)
        self._place_found(left + wide + between, top, width - between - wide, height)

    def _place_small(self, left: float, top: float, width: float, height: float) -> None:
        """The field and narrow keys at the left, what is found at the right; also on half of a tall panel."""
        theme = stage().theme
        wide = self.keys.width_of(_SMALL_COLUMNS)
        field, between = self.field.measure(wide), theme.mm(MIN_GAP_MM)
        self.field.place(left, top, wide, field)
        self.keys.place(left, top - field - between, wide, height - field - between)
        self._place_found(left + wide + theme.gap, top, width - wide - theme.gap, height)

    def _place_head(self, left: float, top: float, width: float) -> float:
        """Heading and field; where what follows begins."""
        gap = stage().theme.gap
        heading, field = self.heading.measure(width), self.field.measure(width)
        self.heading.place(left, top, width, heading)
        self.field.place(left, top - heading - gap, width, field)
        return top - heading - gap - field - gap

    def _place_found(self, left: float, top: float, width: float, height: float) -> None:
        said = self.said.measure(width) if self.said.parent is self else 0
        if said:
            self.said.place(left, top, width, said)
            said += stage().theme.space(1.5)
        self.pane.place(left, top - said, width, height - said)
