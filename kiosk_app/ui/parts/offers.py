"""What may be touched on the home screen, cut to the room there is, so that nothing ever scrolls there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk_app.ticket_view import QueueChoice
from kiosk_app.ui.parts.block import Column
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.parts.tickets import TicketTile
from kiosk_app.ui.parts.tiles import TileGrid
from kiosk_app.ui.parts.topic import Chip, ChipFlow, Tile, all_tile, topic_tile
from kiosk_app.ui.stage import stage
from kiosk_app.view import QuickTopic, TopicTile

_TALLEST_MM = 50.0


@dataclass(frozen=True, slots=True)
class Menu:
    """How much is offered: tiles, and lines of pills with or without their heading."""

    tiles: int
    lines: int
    headed: bool = True


MENUS: tuple[Menu, ...] = (
    Menu(6, 2),
    Menu(6, 1),
    Menu(6, 1, headed=False),
    Menu(4, 1, headed=False),
    Menu(2, 1, headed=False),
    Menu(2, 0, headed=False),
)
"""From rich to poor. What is left out stays within two touches, behind the last tile."""

ELDER_MENUS: tuple[Menu, ...] = (
    Menu(4, 2),
    Menu(4, 1),
    Menu(4, 1, headed=False),
    Menu(2, 1, headed=False),
    Menu(2, 0, headed=False),
)
"""Fewer choices, larger."""


class Offers(Column):
    """The matters asked most, and the main groups of matters with the way to all of them last."""

    def __init__(self, **kwargs: object) -> None:
        theme = stage().theme
        super().__init__(gap=theme.gap, **kwargs)
        self._heading = Text(role="small", bold=True, colour="muted", source=stage()._("Asked most often"))
        self._flow = ChipFlow(gap=theme.tight)
        self._frequent = Column(gap=theme.space(2.5))
        self.grid = TileGrid(gap=theme.tight, tallest=theme.mm(_TALLEST_MM), flex=1)
        self._chips: list[Chip] = []
        self._topics: list[Tile] = []
        self._all: Tile | None = None
        self._ticket: TicketTile | None = None

    @property
    def menus(self) -> tuple[Menu, ...]:
        """The menus to choose from, the richest first."""
        return ELDER_MENUS if stage().theme.elder else MENUS

    def show_frequent(self, frequent: Sequence[QuickTopic]) -> None:
        """Take over the matters asked most."""
        self._chips = [Chip(topic) for topic in frequent]

    def show_topics(self, topics: Sequence[TopicTile]) -> None:
        """Take over the groups of matters, the main ones first."""
        self._topics = [topic_tile(topic) for topic in topics]
        self._all = all_tile(len(topics))

    def show_tickets(self, queues: Sequence[QueueChoice]) -> None:
        """Offer numbers of these queues first of all, or none."""
        self._ticket = TicketTile(queues) if queues else None

    def show_waiting(self, queues: Sequence[QueueChoice]) -> None:
        """How many wait now."""
        if self._ticket is not None:
            self._ticket.show(queues)

    def serve(self, menu: Menu, width: float) -> float:
        """Put up ``menu`` for ``width`` pixels; its least height."""
        theme = stage().theme
        self._flow.fill(self._chips, menu.lines, width)
        self._frequent.hold([self._heading, self._flow] if menu.headed else [self._flow])
        self.grid.hold(self._cut(menu.tiles))
        self.grid.columns = 2 if theme.roomy or menu.tiles % 3 else 3
        self.hold(
            [block for block, full in ((self._frequent, self._flow), (self.grid, self.grid)) if full.children]
        )
        return self.measure(width)

    def _cut(self, count: int) -> list[Tile]:
        first: list[Tile] = [self._ticket] if self._ticket is not None else []
        room = count - len(first)
        if self._all is None or len(self._topics) <= room:
            return [*first, *self._topics]
        return [*first, *self._topics[: room - 1], self._all]
