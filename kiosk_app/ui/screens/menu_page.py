"""The staff corner's first page: a tile for each of the others."""

from __future__ import annotations

from kiosk_app.i18n import N_
from kiosk_app.staff.events import StaffPageChosen
from kiosk_app.staff.view import STAFF_PAGES, CornerView, StaffPage
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.tiles import TileGrid
from kiosk_app.ui.parts.topic import Tile
from kiosk_app.ui.screens.page import Page
from kiosk_app.ui.stage import EventFactory, stage

_TALLEST_MM = 42.0
TILES: dict[StaffPage, tuple[str, str, str]] = {
    "live": (N_("Live view"), N_("What the camera sees"), "camera"),
    "parts": (N_("Parts"), N_("What works, and the board"), "parts"),
    "sound": (N_("Sound"), N_("Microphone, loudspeaker, volume"), "sound"),
    "turns": (N_("Latest turns"), N_("How fast it answered"), "clock"),
    "doctor": (N_("Self-test"), N_("Every check of the doctor"), "pulse"),
    "network": (N_("Network"), N_("Addresses and the centre"), "network"),
    "maintenance": (N_("Maintenance"), N_("Logs, restart, wipe"), "tools"),
}
"""Each page: its name, what is there, its sign."""


def opens(page: StaffPage) -> EventFactory:
    """The event of a finger on a page's tile."""
    return lambda at: StaffPageChosen(at, page=page)


class MenuPage(Page):
    """Always the same, so that a hand learns it."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        _, theme = stage()._, stage().theme
        self.grid = TileGrid(gap=theme.gap, columns=2, tallest=theme.mm(_TALLEST_MM))
        for name in STAFF_PAGES:
            title, detail, icon = TILES[name]
            sign = Icon(name=icon, colour="primary", extent=theme.space(7))
            self.grid.add_widget(Tile(sign, _(title), _(detail), opens(name)))
        self.pane = Pane(self.grid)
        self.add_widget(self.pane)

    def show(self, corner: CornerView) -> None:
        """Nothing of it changes."""

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        self.pane.place(left, top, width, height)
