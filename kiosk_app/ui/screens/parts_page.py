"""The staff corner's page of the parts: everything that can be down, the reason of what is, and the board itself."""

from __future__ import annotations

from hardware.health import Health
from kiosk_app.staff.reports import BoardReport
from kiosk_app.staff.view import CornerView, PartLine
from kiosk_app.ui.parts.block import Block, Column, Grid
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.part_state import PartCard
from kiosk_app.ui.parts.staff_parts import Fact, Facts, Heading
from kiosk_app.ui.parts.surface import Card
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.screens.page import Page
from kiosk_app.ui.stage import stage

_GIB = 2**30
_HOT_C = 70.0
_LITTLE_MEMORY, _LITTLE_DISK = 0.4, 1.0
"""GiB free, below which the doctor warns."""


class PartGrid(Grid):
    """One column, or two where there is room."""

    def _rows(self, width: float) -> list[tuple[list[Block], float, float]]:
        theme = stage().theme
        self.columns = 1 if theme.portrait or not theme.roomy else 2
        return super()._rows(width)


class BoardCard(Card):
    """How the board is doing, every two seconds."""

    def __init__(self, **kwargs: object) -> None:
        _ = stage()._
        super().__init__(gap=stage().theme.space(2), **kwargs)
        self.board = Heading(_("Board"), "parts")
        self.heat, self.load = Fact(_("Temperature")), Fact(_("Load"))
        self.memory, self.disk = Fact(_("Memory free")), Fact(_("Disk free"))
        self.uptime = Fact(_("On for"))
        self.trouble = Text(role="small", colour="accent")
        self.facts = Facts()
        for fact in (self.heat, self.load, self.memory, self.disk, self.uptime):
            self.facts.add_widget(fact)
        self.hold([self.board, self.facts])

    def show(self, health: Health) -> None:
        """Take over the figures."""
        _ = stage()._
        heat = health.cpu_celsius
        memory, disk = health.memory_free_bytes / _GIB, health.disk_free_bytes / _GIB
        self.board.words.source = health.board
        hot = heat is not None and heat >= _HOT_C
        self.heat.tell("–" if heat is None else f"{heat:.0f} °C", "accent" if hot else "ink")
        self.load.tell(f"{health.load_per_core:.0%}")
        self.memory.tell(
            _("{free} of {total} GB").format(
                free=f"{memory:.1f}", total=f"{health.memory_total_bytes / _GIB:.1f}"
            ),
            "accent" if memory < _LITTLE_MEMORY else "ink",
        )
        self.disk.tell(
            _("{free} of {total} GB").format(
                free=f"{disk:.0f}", total=f"{health.disk_total_bytes / _GIB:.0f}"
            ),
            "accent" if disk < _LITTLE_DISK else "ink",
        )
        self.uptime.tell(_lasted(health.uptime_s))
        held = health.throttling
        self.trouble.source = ", ".join((*held.now, *held.since_start)) if held is not None else ""
        self.hold([self.board, self.facts, *([self.trouble] if self.trouble.source else [])])


class PartsPage(Page):
    """What has to be looked after stands first, the board last."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        theme = stage().theme
        self.grid = PartGrid(gap=theme.tight)
        self.board = BoardCard()
        self.content = Column(gap=theme.tight)
        self.pane = Pane(self.content)
        self.add_widget(self.pane)
        self._lines: tuple[PartLine, ...] | None = None

    def show(self, corner: CornerView) -> None:
        if corner.parts != self._lines:
            self._lines = corner.parts
            self.grid.clear_widgets()
            for line in corner.parts:
                self.grid.add_widget(PartCard(line))
        report = corner.report(BoardReport)
        if report is not None:
            self.board.show(report.health)
        self.content.hold([self.grid, *([self.board] if report is not None else [])])

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        self.pane.place(left, top, width, height)


def _lasted(seconds: float) -> str:
    _ = stage()._
    hours = int(seconds // 3600)
    if hours < 1:
        return _("{minutes} min").format(minutes=int(seconds // 60))
    if hours < 48:
        return _("{hours} h").format(hours=hours)
    return _("{days} days").format(days=hours // 24)
