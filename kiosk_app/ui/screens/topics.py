"""All groups of matters, one touch behind the home screen, and the way to search them."""

from __future__ import annotations

from typing import ClassVar

from kiosk_app.ui.parts.bar import BACK, HOME, PERSON, Action
from kiosk_app.ui.parts.block import Column
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.search import SearchButton
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.parts.tiles import TileGrid
from kiosk_app.ui.parts.topic import topic_tile
from kiosk_app.ui.screens.base import Screen
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData

_TALLEST_MM = 44.0
_SEARCH_SHARE = 0.5
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
        for block in (self.head, self.search, self.pane):
            self.add_widget(block)

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
        self.once("topics", view.topics, lambda: self.grid.hold([topic_tile(t) for t in view.topics]))

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        theme = stage().theme
        gap, search = theme.gap, self.search.measure(width)
        if theme.ample and not theme.portrait:  # side by side, for there is width but no height to spare
            beside = width - round(width * _SEARCH_SHARE) - gap
            below = max(search, self._head(beside, width, height, search + gap)) + gap
            self.head.place(left, top, beside, below - gap)
            self.search.place(
                left + beside + gap, top - (below - gap - search) / 2, width - beside - gap, search
            )
        else:
            head = self._head(width, width, height - search - gap)
            self.head.place(left, top, width, head)
            below = head + gap if head else 0
            self.search.place(left, top - below, width, search)
            below += search + gap
        self.pane.place(left, top - below, width, height - below)

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
