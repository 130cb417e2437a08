"""Which queue? As many large choices as the hall has queues."""

from __future__ import annotations

from typing import ClassVar

from kiosk_app.ui.parts.bar import BACK, HOME, PERSON, Action
from kiosk_app.ui.parts.block import Column, Grid
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.parts.tickets import QueueTile
from kiosk_app.ui.screens.base import Screen, in_the_head
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData

_TALL_MM = 30.0


class QueuesScreen(Screen):
    """A touch takes the number; what changes while it is read are the counts alone."""

    actions: ClassVar[tuple[Action, ...]] = (BACK, HOME, PERSON)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        theme, _ = stage().theme, stage()._
        self._title = _("What do you need a number for?")
        self._grid = Grid(gap=theme.gap)
        self._tiles: list[QueueTile] = []
        self._head = Column(gap=theme.space(1))
        role = "title" if theme.ample else "heading"
        titled = [] if in_the_head(self._title) else [Text(source=self._title, role=role)]
        hint = [Text(source=_("Touch one to get a number"), colour="muted")] if theme.ample else []
        self._head.hold([*titled, *hint])
        body = Column(gap=theme.gap)
        body.hold([self._head, self._grid] if self._head.children else [self._grid])
        self.pane = Pane(body)
        self.add_widget(self.pane)

    def title(self, view: ViewData) -> str:
        return in_the_head(self._title)

    def show(self, view: ViewData) -> None:
        names = tuple((queue.queue, queue.letter, queue.name, queue.windows) for queue in view.queues)
        self.once("queues", names, lambda: self._build(view))
        for tile, queue in zip(self._tiles, view.queues, strict=True):
            tile.show(queue)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        half = (width - self._grid.gap) / 2
        beside = not stage().theme.portrait and all(tile.fits(half) for tile in self._tiles)
        self._grid.columns = 2 if beside else 1
        self.pane.place(left, top, width, height)

    def _build(self, view: ViewData) -> None:
        theme = stage().theme
        floor = theme.mm(_TALL_MM) if theme.ample else theme.target
        self._tiles = [QueueTile(queue, floor) for queue in view.queues]
        self._grid.hold(self._tiles)
