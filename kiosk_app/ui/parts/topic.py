"""What the home screen offers by touch: pills for single matters, tiles for groups of matters."""

from __future__ import annotations

from kiosk_app.events import MatterChosen, TopicGroupChosen, TopicsOpened
from kiosk_app.ui.parts.block import Block, Column, Flow
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import Badge, TapCard
from kiosk_app.ui.parts.text import KERNING, Text, cluster_width
from kiosk_app.ui.stage import EventFactory, stage
from kiosk_app.ui.wrap import whole_items
from kiosk_app.view import QuickTopic, TopicTile


class Chip(TapCard):
    """A frequently asked matter in a pill."""

    def __init__(self, topic: QuickTopic, **kwargs: object) -> None:
        theme = stage().theme
        tall = theme.target_small
        super().__init__(
            pad_x=theme.space(4),
            edge="primary",
            edge_width=theme.outline,
            round=tall / 2,
            floor=tall,
            **kwargs,
        )

        def chosen(at: float) -> MatterChosen:
            return MatterChosen(at, matter=topic.matter)

        self.event = chosen
        self.add_widget(Text(source=topic.label, role="label", colour="primary", align="center"))


class ChipFlow(Flow):
    """As many pills, from the first, as stand on a few lines."""

    def fill(self, chips: list[Chip], lines: int, width: float) -> None:
        """Show ``chips`` on ``lines`` lines of ``width`` pixels; one that does not fit gives way to the next."""
        shown: list[Chip] = []
        used = 0.0
        for chip in chips:
            wide = chip.natural_width()
            follows = used + self.gap + wide if used else wide
            if follows > width and lines > 1 and wide <= width:
                lines, follows = lines - 1, wide
            if follows <= width and lines:
                used = follows
                shown.append(chip)
        self.hold(shown)


class Summary(Text):
    """What a group holds, on one line: as many whole items of the enumeration as fit."""

    def __init__(self, source: str, **kwargs: object) -> None:
        super().__init__(source=source, role="small", lines_limit=1, **kwargs)

    def wrapped(self, width: float) -> list[str]:
        fitting = whole_items(self.source, lambda items: self._width_of(items) <= width)
        return [fitting] if fitting else super().wrapped(width)

    def _width_of(self, items: str) -> float:
        return cluster_width(items, self.font_em, self.is_bold)


class Tile(TapCard):
    """A sign, a title, and one line below it."""

    def __init__(
        self, sign: Block, title: str, detail: str, event: EventFactory, *, strong: bool = False
    ) -> None:
        theme = stage().theme
        look = {"fill": "soft", "edge": "primary", "edge_width": theme.outline} if strong else {}
        super().__init__(gap=theme.space(3), pad_x=theme.space(3), pad_y=theme.space(1), primary=True, **look)
        self.event = event
        self.title = Text(source=title, role="heading", balanced=True, colour="primary" if strong else "ink")
        detailed = detail and theme.roomy and not theme.elder
        self._summary = Summary(detail, colour="muted") if detailed else None
        self._words = Column()
        self._words.add_widget(self.title)
        self._sign = sign if theme.roomy else None
        if self._sign is not None:
            self.add_widget(self._sign)
        self.add_widget(self._words)

    def fits(self, width: float, em: int, lines: int) -> bool:
        """Whether the title stands on ``lines`` lines at ``em`` pixels, no word broken, in a tile of ``width``."""
        sign = self._sign.natural_width() + self.gap if self._sign is not None else 0
        room = width - 2 * self.pad_x - sign
        words = [word for word in self.title.source.split() if word.isascii()]
        whole = all(cluster_width(word, em, True) <= room - em * KERNING for word in words)
        self.title.em = em
        return whole and len(self.title.wrapped(room)) <= lines

    def detail(self, wanted: bool) -> None:
        """With the line below the title or without."""
        summary = [self._summary] if self._summary is not None and wanted else []
        self._words.hold([self.title, *summary])


def topic_tile(topic: TopicTile) -> Tile:
    """A group of matters."""
    side = stage().theme.space(8)
    badge = Badge(topic.glyph, fill="soft", colour="primary", extent=side, round=side * 0.2)

    def chosen(at: float) -> TopicGroupChosen:
        return TopicGroupChosen(at, group=topic.group)

    return Tile(badge, topic.title, topic.subtitle, chosen)


def all_tile(count: int) -> Tile:
    """The way to all ``count`` groups."""
    _ = stage()._
    sign = Icon(name="all", colour="primary", extent=stage().theme.space(8))
    return Tile(sign, _("All services"), _("{count} topics").format(count=count), TopicsOpened, strong=True)
