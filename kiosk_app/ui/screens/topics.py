"""All groups of matters, one touch behind the home screen, and the way to search them."""

from __future__ import annotations

from typing import ClassVar

from kiosk_app.ui.parts.bar import BACK, HOME, PERSON, Action
from kiosk_app.ui.parts.block import Block, Column, Row
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.search import SearchButton
from kiosk_app.ui.parts.tabs import Tabs
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.parts.tiles import TileGrid
from kiosk_app.ui.parts.topic import topic_tile
from kiosk_app.ui.screens.base import Screen
from kiosk_app.ui.stage import stage
from kiosk_app.view import TopicTile, ViewData

_TALLEST_MM = 44.0
_WAYS_SHARE = 0.76
"""Of the width of a large landscape panel."""


class TopicsScreen(Screen):
    """A grid that fills the screen; it scrolls only when there are more groups than the panel holds."""

    actions: ClassVar[tuple[Action, ...]] = (BACK, HOME, PERSON)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        theme = stage().theme
        self.heading = Text(role="title", source=stage()._("All services"))
        self.hint = Text(role="body")
        self.grid = TileGrid(
            gap=theme.tight, tallest=theme.mm(_TALLEST_MM), columns=2 if theme.portrait else 3
        )
        self.head = Column(gap=theme.space(1), centred=True)
        self.pane = Pane(self.grid)
        self.search = SearchButton()
        self.tabs = Tabs()
        self._two_ways = False
        self._row = Row(gap=theme.tight, cross="fill")

    def title(self, view: ViewData) -> str:
        return self.heading.source

    def show(self, view: ViewData) -> None:
        _ = stage()._
        speak = _("Touch one, or just say what you need")
        sorry = _("Sorry, I did not understand that. Please touch one")
        self.hint.source = (
            sorry if view.not_understood else speak if view.can_speak else _("Please touch one")
        )
        self.hint.colour = "accent" if view.not_understood else "muted"
        tiles = view.departments if view.by_department else view.topics
        self.once("tiles", tiles, lambda: self._list(tiles))
        self.tabs.choose(by_department=view.by_department)
        self._two_ways = bool(view.departments)

    def _list(self, tiles: tuple[TopicTile, ...]) -> None:
        self.pane.view.offset = 0
        self.grid.hold([topic_tile(tile) for tile in tiles])

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        theme = stage().theme
        gap, y = theme.tight, top
        aside = width - round(width * _WAYS_SHARE) - theme.gap
        if theme.ample and not theme.portrait and self._in_one_row(width - aside - theme.gap):
            # Side by side, for there is width but no height to spare.
            x, beside = left + aside + theme.gap, width - aside - theme.gap
            (row,) = self._ways(beside)
            tall = row.measure(beside)
            first = max(tall, self._head(aside, width, height, tall + theme.gap))
            self.head.place(left, top, aside, first)
            row.place(x, top - (first - tall) / 2, beside, tall)
            y -= first + theme.gap
        else:
            ways = self._ways(width)
            tall = sum(row.measure(width) + gap for row in ways)
            head = self._head(width, width, height - tall)
            self.head.place(left, top, width, head)
            y -= head + theme.gap if head else 0
            for row in ways:
                row.place(left, y, width, row.measure(width))
                y -= row.measure(width) + gap
        self.pane.place(left, y, width, height - (top - y))

    def _in_one_row(self, width: float) -> bool:
        """Whether search and tabs fit side by side."""
        tabs = self.tabs.natural_width() + self._row.gap if self._two_ways else 0
        return tabs + self.search.natural_width() <= width

    def _ways(self, width: float) -> list[Block]:
        """The search and the two tabs: in one row on a panel that is wide, where they fit into it, or else in two."""
        if not self._two_ways:
            return self._put_up([self.search], [])
        if stage().theme.portrait or not self._in_one_row(width):
            return self._put_up([self.search, self.tabs], [])
        tabs, search = self.tabs.natural_width(), self.search.natural_width()
        spare = width - self._row.gap - tabs - search
        self.tabs.share, self.search.share = tabs + spare / 2, search + spare / 2
        return self._put_up([self._row], [self.tabs, self.search])

    def _put_up(self, own: list[Block], in_the_row: list[Block]) -> list[Block]:
        """Nothing is touched as long as the arrangement stays: a finger may be on it."""
        if self._row.blocks() != in_the_row:
            self._row.clear_widgets()
        self.hold([self.head, self.pane, *own])
        self._row.hold(in_the_row)
        return own

    def _head(self, width: float, whole: float, height: float, least: float = 0) -> float:
        """The height of title and hint, as much of them as costs no tile; on a short panel the title is elsewhere.

        ``whole`` is the width of the tiles, ``least`` the height that is taken over them at any rate.
        """
        title = [self.heading] if stage().theme.roomy else []
        gap, grid = stage().theme.gap, self.grid.measure(whole)
        for role, words in (
            ("title", [*title, self.hint]),
            ("title", title),
            ("heading", title),
            ("heading", []),
        ):
            self.heading.role = role
            self.head.hold(words)
            if max(least, self.head.measure(width) + gap * bool(words)) + grid <= height:
                break
        else:
            self.head.hold(title)  # the tiles scroll in any case
        if self.hint.colour == "accent" and self.hint.parent is None:
            self.head.hold([self.hint])
        return self.head.measure(width)
