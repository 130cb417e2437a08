"""Taking a number, as it is offered: on the home screen, under an answer, and queue by queue."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk_app.queues.events import TicketsOpened, TicketWanted
from kiosk_app.ticket_view import QueueChoice
from kiosk_app.ui.parts.block import Column
from kiosk_app.ui.parts.choice import ChoiceTile
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import Badge, TapCard
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.parts.topic import Tile
from kiosk_app.ui.stage import EventFactory, stage


def event_for(queue: str) -> EventFactory:
    """What a touch posts: the wish for a number of ``queue``, or the choice of queues for ""."""

    def wanted(at: float) -> TicketWanted:
        return TicketWanted(at, queue=queue)

    return wanted if queue else TicketsOpened


def people(count: int | None) -> str:
    """How many wait, for people; empty where it is not known."""
    _ = stage()._
    if count is None:
        return ""
    if count == 0:
        return _("Nobody is waiting")
    return _("1 person waiting") if count == 1 else _("{count} people waiting").format(count=count)


def lengths(queues: Sequence[QueueChoice]) -> str:
    """Every queue by its letter with how many wait in it, on one line; empty where nothing is known."""
    known = [f"{queue.letter} {queue.waiting}" for queue in queues if queue.waiting is not None]
    return stage()._("People waiting: {queues}").format(queues=" · ".join(known)) if known else ""


class TicketTile(Tile):
    """The way to a number, among the groups of matters on the home screen."""

    def __init__(self, queues: Sequence[QueueChoice]) -> None:
        theme, _ = stage().theme, stage()._
        only = queues[0].queue if len(queues) == 1 else ""
        sign = Icon(name="ticket", colour="primary", extent=theme.space(8))
        super().__init__(sign, _("Take a number"), _("Wait for your turn"), event_for(only), strong=True)
        self.show(queues)

    def show(self, queues: Sequence[QueueChoice]) -> None:
        """How many wait altogether."""
        known = [queue.waiting for queue in queues if queue.waiting is not None]
        words = people(sum(known)) if known else stage()._("Wait for your turn")
        if self._summary is not None:
            self._summary.source = words


class TicketButton(TapCard):
    """A number for the matter of the answer."""

    def __init__(self, offer: QueueChoice, **kwargs: object) -> None:
        theme, _ = stage().theme, stage()._
        look = {"fill": "primary", "pressed_fill": "primary_pressed", "edge": ""}
        super().__init__(
            gap=theme.space(3), pad_x=theme.inset, pad_y=theme.space(1.5), primary=True, **look, **kwargs
        )
        self.event = event_for(offer.queue)
        self._words = Column()
        self._title = Text(source=_("Take a number"), role="heading", colour="on_primary")
        self._detail = Text(role="small", colour="on_primary")
        self.add_widget(Icon(name="ticket", colour="on_primary", extent=round(theme.em("heading") * 1.3)))
        self.add_widget(self._words)
        self.add_widget(Icon(name="chevron", colour="on_primary", extent=theme.space(4)))
        self.show(offer)

    def show(self, offer: QueueChoice) -> None:
        """How many wait there."""
        told = " · ".join(part for part in (offer.name, people(offer.waiting)) if part)
        self._detail.source = told
        self._words.hold([self._title, self._detail] if told else [self._title])


class QueueTile(ChoiceTile):
    """One queue to choose."""

    def __init__(self, queue: QueueChoice, floor: float) -> None:
        theme = stage().theme
        extent = max(theme.space(8), round(theme.smallest * 1.7))
        badge = Badge(queue.letter, extent=extent, round=extent * 0.2)
        super().__init__(
            badge,
            queue.name,
            _detail(queue),
            event_for(queue.queue),
            edge="primary",
            edge_width=theme.outline,
            pad_x=theme.inset,
        )
        self.add_widget(Icon(name="chevron", colour="primary", extent=theme.space(4)))
        self.floor = floor

    def fits(self, width: float) -> bool:
        """Whether its name stands on one line."""
        signs = sum(child.natural_width() + self.gap for child in self.blocks() if not child.share)
        return self.title.natural_width() + signs + 2 * self.pad_x <= width

    def show(self, queue: QueueChoice) -> None:
        """How many wait in it now."""
        self.detail.source = _detail(queue)


def _detail(queue: QueueChoice) -> str:
    """On a small panel the count alone, where it is known: the windows stand on the ticket."""
    count = people(queue.waiting)
    if count and not stage().theme.ample:
        return count
    windows = stage()._("Windows {windows}").format(windows=queue.windows)
    return " · ".join(part for part in (count, windows) if part)
