"""The staff corner's page of the parts: everything that can be down, and the reason of what is."""

from __future__ import annotations

from kiosk_app.ui.parts.block import Block, Grid
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.part_state import PartCard
from kiosk_app.ui.screens.page import Page
from kiosk_app.ui.stage import stage
from kiosk_app.view import CornerView, PartLine


class PartGrid(Grid):
    """One column, or two where there is room."""

    def _rows(self, width: float) -> list[tuple[list[Block], float, float]]:
        theme = stage().theme
        self.columns = 1 if theme.portrait or not theme.roomy else 2
        return super()._rows(width)


class PartsPage(Page):
    """What has to be looked after stands first."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.pane: Pane | None = None
        self._lines: tuple[PartLine, ...] = ()

    def show(self, corner: CornerView) -> None:
        if corner.parts == self._lines and self.pane is not None:
            return
        self._lines = corner.parts
        grid = PartGrid(gap=stage().theme.tight)
        for line in corner.parts:
            grid.add_widget(PartCard(line))
        self.clear_widgets()
        self.pane = Pane(grid)
        self.add_widget(self.pane)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        if self.pane is not None:
            self.pane.place(left, top, width, height)
