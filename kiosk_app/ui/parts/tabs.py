"""Two ways through the same list: by topic, or by department."""

from __future__ import annotations

from kiosk_app.events import DepartmentsOpened, TopicsOpened
from kiosk_app.ui.parts.block import Row
from kiosk_app.ui.parts.surface import TapCard
from kiosk_app.ui.parts.text import Text, cluster_width
from kiosk_app.ui.stage import EventFactory, stage


class Tab(TapCard):
    """One of them; the one that is on the screen is filled, and its words are bold."""

    def __init__(self, words: str, event: EventFactory, **kwargs: object) -> None:
        theme = stage().theme
        super().__init__(pad_x=theme.space(2), edge="primary", edge_width=theme.outline, **kwargs)
        self.event = event
        self.words = Text(source=words, role="label", align="center")
        self.add_widget(self.words)
        self.choose(False)

    def room(self) -> float:
        """The width that it needs, whichever of the two is on the screen."""
        return cluster_width(self.words.source, self.words.font_em, True) + 2 * self.pad_x + 2

    def choose(self, chosen: bool) -> None:
        """Show whether this is the way that is on the screen."""
        self.fill = "primary" if chosen else "surface"
        self.pressed_fill = "primary_pressed" if chosen else "pressed"
        self.words.colour = "on_primary" if chosen else "primary"
        self.words.bold = chosen


class Tabs(Row):
    """Both, always in the same place."""

    def __init__(self, **kwargs: object) -> None:
        _ = stage()._
        super().__init__(gap=stage().theme.tight, cross="fill", **kwargs)
        self.topics = Tab(_("By topic"), TopicsOpened)
        self.departments = Tab(_("By department"), DepartmentsOpened)
        self.add_widget(self.topics)
        self.add_widget(self.departments)

    def natural_width(self) -> float:
        return 2 * max(tab.room() for tab in (self.topics, self.departments)) + self.gap

    def choose(self, *, by_department: bool) -> None:
        """Show which of them is on the screen."""
        self.topics.choose(not by_department)
        self.departments.choose(by_department)
