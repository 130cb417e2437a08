"""Where a window is: the floors of the hall over the answer, with the way from here to there."""

from __future__ import annotations

from kiosk_app.plan.sheet import PlanView
from kiosk_app.plan.words import floor_name, titled, way_told
from kiosk_app.ui.overlays.overlay import BigButton, Overlay
from kiosk_app.ui.parts.block import Block, Column, Row
from kiosk_app.ui.parts.floor_picture import FloorPicture
from kiosk_app.ui.parts.surface import Card
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData


class _Floor(Column):
    """A floor under its name."""

    def __init__(self, picture: FloorPicture, name: str) -> None:
        super().__init__(gap=stage().theme.space(1))
        self.picture = picture
        self.name = Text(source=name, role="label", bold=True)
        self.hold([self.name, picture] if name else [picture])

    def around(self, width: float) -> float:
        """What is not picture of its height."""
        return self.measure(width) - self.picture.extent


class WindowPlan(Overlay):
    """As large as there is room; goes with its answer, after a while, or by a touch."""

    lasts_s = 60.0

    def __init__(self, plan: PlanView) -> None:
        theme, _ = stage().theme, stage()._
        if theme.elder:
            self.lasts_s = 120.0
        self._plan = plan
        title = titled(plan, _, named=theme.ample or not theme.elder)
        self._title = Text(source=title, role="title" if theme.ample else "heading", balanced=True)
        self._way = Text(source=way_told(plan, _), role="body", colour="primary", bold=True)
        self._close = BigButton(_("Close"), strong=True)
        self._close.action = stage().close_overlay
        many = len(plan.sheets) > 1
        self._floors = [
            _Floor(FloorPicture(sheet), floor_name(sheet.floor, _) if many else "") for sheet in plan.sheets
        ]
        head = Column(gap=theme.space(1))
        head.hold([self._title, self._way])
        self._head: Block = head
        if not theme.ample:  # there the floors need the height
            self._close.share = 0
            self._head = Row(gap=theme.gap)
            self._head.hold([head, self._close])
        super().__init__(Card(gap=theme.gap if theme.ample else theme.space(2.5), edge="line"))
        self._pictures: Block = Column(gap=theme.gap)

    def follow(self, view: ViewData) -> bool:
        """Only over an answer with the same way."""
        return view.plan == self._plan

    def wanted_width(self, room_x: float, room_y: float) -> float:
        """The floors one under the other or side by side, whichever shows more; the card as wide as they are."""
        theme = stage().theme
        inner, gap = room_x - 2 * self.card.pad_x, theme.gap
        for floor in self._floors:
            floor.picture.extent = 0
        foot = [self._close] if theme.ample else []
        fixed = self._head.measure(inner) + self.card.gap + 2 * self.card.pad_y
        fixed += sum(block.measure(inner) + self.card.gap for block in foot)
        count, around = len(self._floors), self._floors[0].around(inner)
        stacked = (room_y - fixed - gap * (count - 1)) / count - around
        beside = (inner - gap * (count - 1)) / count
        one_under_the_other = self._wide(inner, stacked) >= self._wide(beside, room_y - fixed - around)
        self._pictures = Column(gap=gap) if one_under_the_other else Row(gap=gap, cross="top")
        for floor in self._floors:
            if floor.parent is not None:
                floor.parent.remove_widget(floor)
        self._pictures.hold(self._floors)
        wide, tall = (inner, stacked) if one_under_the_other else (beside, room_y - fixed - around)
        for floor in self._floors:
            floor.picture.extent = floor.picture.fits(wide, max(1.0, tall))[1]
        self.card.hold([self._head, self._pictures, *foot])
        return room_x

    def _wide(self, width: float, height: float) -> float:
        """How wide the narrowest of the floors gets."""
        return min(floor.picture.fits(width, max(1.0, height))[0] for floor in self._floors)
