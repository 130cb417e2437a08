"""The staff corner's live view: the camera's picture, who is taken for what in it, and the figures beside it."""

from __future__ import annotations

from kivy.clock import Clock

from kiosk_app.staff.view import CornerView, PartLine
from kiosk_app.ui.parts.block import Column, Grid
from kiosk_app.ui.parts.live_picture import LivePicture
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.parts.part_state import Troubles
from kiosk_app.ui.parts.staff_parts import Fact
from kiosk_app.ui.parts.surface import Card
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.screens.page import Page
from kiosk_app.ui.stage import stage
from vision.live import LiveLook, Told

_POLL_S = 0.1
_UNKNOWN = "–"
_FACTS_SHARE, _FACTS_SHARE_SMALL = 0.3, 0.37
"""Width of what stands beside the picture on a landscape panel, in parts of the page."""
_MOST_OF_HEIGHT = 0.6
"""Height of the picture on a portrait panel at most, in parts of the page."""


class LivePage(Page):
    """Asks for the newest look ten times a second, while it is on the screen; there are five a second at most."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        _ = stage()._
        theme = stage().theme
        self.picture = LivePicture()
        self.promise = Text(
            source=_("Shown here only. Nothing of it is kept or sent."), role="small", colour="muted"
        )
        self.now, self.told = Fact(_("Now"), brief=True), Fact(_("Last event"), brief=True)
        self.near, self.detector = Fact(_("Near is within"), brief=True), Fact(_("Detector"), brief=True)
        self.rate = Fact(_("Looks"), brief=True)
        self._facts = (self.now, self.told, self.near, self.rate, self.detector)
        grid = Grid(columns=2 if theme.portrait else 1, gap=theme.space(4 if theme.roomy else 2))
        for fact in self._facts:
            grid.add_widget(fact)
        self.troubles = Troubles()
        self._figures = Card() if theme.roomy else Column()
        self._figures.add_widget(grid)
        self._beside = Column(gap=theme.gap)
        self.pane = Pane(self._beside)
        self._dark = True
        for child in (self.picture, self.promise, self.pane):
            self.add_widget(child)
        self._works = False
        self._poll = Clock.schedule_interval(self._newest, _POLL_S)

    def show(self, corner: CornerView) -> None:
        self.troubles.show(corner.parts)
        camera = next((line for line in corner.parts if line.part == "camera"), None)
        self._works = camera is not None and camera.light == "on"
        if not (self._works and stage().live.lit):
            self._darken(camera)

    def close(self) -> None:
        """No more pictures, and the last one is overwritten."""
        self._poll.cancel()
        self._works = False
        self._darken(None)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        theme = stage().theme
        figures = () if self._dark else (self._figures,)
        self._beside.hold((*figures, self.troubles) if theme.roomy else figures)
        if theme.portrait:
            self._place_portrait(left, top, width, height)
        elif theme.roomy:
            self._place_landscape(left, top, width, height)
        else:
            self._place_small(left, top, width, height)

    def _place_portrait(self, left: float, top: float, width: float, height: float) -> None:
        theme = stage().theme
        tall = min(self.picture.measure(width), height * _MOST_OF_HEIGHT)
        wide = tall * self.picture.shape
        promise = self.promise.measure(width)
        self.picture.place(left + (width - wide) / 2, top, wide, tall)
        below = tall + theme.space(1.5)
        self.promise.place(left, top - below, width, promise)
        below += promise + theme.gap
        self.pane.place(left, top - below, width, min(height - below, self.pane.measure(width)))

    def _place_landscape(self, left: float, top: float, width: float, height: float) -> None:
        theme = stage().theme
        room = width * (1 - _FACTS_SHARE) - theme.gap
        promise = self.promise.measure(room)
        tall = min(room / self.picture.shape, height - promise - theme.space(1))
        wide = tall * self.picture.shape
        self.picture.place(left, top, wide, tall)
        self.promise.place(left, top - tall - theme.space(1), room, promise)
        beside = width - wide - theme.gap
        self.pane.place(left + wide + theme.gap, top, beside, min(height, self.pane.measure(beside)))

    def _place_small(self, left: float, top: float, width: float, height: float) -> None:
        """The promise goes along below everything."""
        theme = stage().theme
        between = theme.space(6)
        promise = self.promise.measure(width)
        room = height - promise - theme.space(1)
        self.promise.place(left, top - height + promise, width, promise)
        if self._dark:  # all of it for the reason
            self.picture.place(left, top, width, room)
            self.pane.place(left, top, 0, 0)
            return
        tall = min((width * (1 - _FACTS_SHARE_SMALL) - between) / self.picture.shape, room)
        wide = tall * self.picture.shape
        beside = width - wide - between
        self.picture.place(left, top, wide, tall)
        self.pane.place(left + wide + between, top, beside, min(room, self.pane.measure(beside)))

    def _darken(self, camera: PartLine | None) -> None:
        """No picture, and why; nothing of the last one stays."""
        self._dark = True
        self.picture.say(*_no_picture(camera))

    def _newest(self, _passed: float) -> bool:
        """Draw the newest look; a page that has been taken off the screen draws none."""
        if not self.attached:
            self._darken(None)
            return False
        look = stage().live.refresh()
        if look is not None and self._works:
            self._draw(look)
        elif look is not None:
            stage().live.blank()
        return True

    def _draw(self, look: LiveLook) -> None:
        _ = stage()._
        near = _("{metres} m") if stage().theme.roomy else _("Near: {metres} m")
        rate = f"{look.looks_a_second:.1f}" if look.looks_a_second else _UNKNOWN
        here = _("People here: {count}").format(count=look.count)
        moved = [
            self._dark,
            self.picture.show(look),
            self.now.tell(here if look.present else _("Nobody is here")),
            self.told.tell(_told(look)),
            self.near.tell(near.format(metres=f"{look.near_m:g}")),
            self.rate.tell(_("{rate} a second").format(rate=rate)),
            self.detector.tell(look.detector),
        ]
        self._dark = False
        if any(moved):
            stage().relayout()


def _no_picture(camera: PartLine | None) -> tuple[str, str]:
    """What is said in the picture's place, and the reason."""
    _ = stage()._
    if camera is None or camera.light in ("starting", "on"):
        return _("Waiting for a picture"), ""
    said = _("The camera is not in use") if camera.light == "off" else _("The camera gives no picture")
    return said, camera.reason


def _told(look: LiveLook) -> str:
    """The last event and how long ago it was."""
    _ = stage()._
    words: dict[Told, str] = {
        "arrived": _("Somebody arrived"),
        "approaching": _("Somebody approached"),
        "near": _("Somebody came near"),
        "engaged": _("Customer stopped here"),
        "waiting": _("Somebody waits behind"),
        "onlooker": _("Somebody reads along"),
        "onlooker_gone": _("Nobody reads along"),
        "customer_left": _("The customer left"),
        "left": _("Everybody left"),
    }
    if look.told is None:
        return _("Nothing yet")
    ago = _("{seconds} s ago").format(seconds=round(look.told_ago))
    if look.told_ago >= 100:
        ago = _("{minutes} min ago").format(minutes=round(look.told_ago / 60))
    return _("{event}, {ago}").format(event=words[look.told], ago=ago)
