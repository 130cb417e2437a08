"""The staff corner: its pages, of which one is open."""

from __future__ import annotations

from kiosk_app.events import StaffPageChosen
from kiosk_app.i18n import N_
from kiosk_app.ui.parts.bar import LEAVE, Action
from kiosk_app.ui.screens.base import Screen
from kiosk_app.ui.screens.live_page import LivePage
from kiosk_app.ui.screens.page import Page
from kiosk_app.ui.screens.parts_page import PartsPage
from kiosk_app.ui.stage import EventFactory
from kiosk_app.view import STAFF_PAGES, CornerView, StaffPage, ViewData


def _opens(page: StaffPage) -> EventFactory:
    return lambda at: StaffPageChosen(at, page=page)


_PAGES: dict[StaffPage, tuple[type[Page], str, str, EventFactory]] = {
    "live": (LivePage, N_("Live view"), "camera", _opens("live")),
    "parts": (PartsPage, N_("Parts"), "parts", _opens("parts")),
}
"""Each page with its button: the words, the sign, what it posts."""


class StaffScreen(Screen):
    """The buttons of the pages stand in the bar, and the way out after them."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.page: Page | None = None
        self.bind(parent=self._gone)

    def bar(self, view: ViewData) -> tuple[Action, ...]:
        open_page = (view.corner or CornerView()).page
        buttons = [
            Action(label, icon, event, kind="chosen" if name == open_page else "plain")
            for name in STAFF_PAGES
            for _, label, icon, event in (_PAGES[name],)
        ]
        return (*buttons, LEAVE)

    def show(self, view: ViewData) -> None:
        corner = view.corner or CornerView()
        self.once("page", corner.page, lambda: self._turn_to(corner.page))
        if self.page is not None:
            self.page.show(corner)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        if self.page is not None:
            self.page.place(left, top, width, height)

    def _turn_to(self, name: StaffPage) -> None:
        self._close()
        self.page = _PAGES[name][0]()
        self.add_widget(self.page)

    def _close(self) -> None:
        if self.page is not None:
            self.page.close()
            self.remove_widget(self.page)
            self.page = None

    def _gone(self, *_: object) -> None:
        if self.parent is None:
            self._close()
