"""The staff corner: its pages, of which one is open."""

from __future__ import annotations

from kiosk_app.i18n import N_, translator
from kiosk_app.staff.events import StaffLanguageToggled
from kiosk_app.staff.view import CornerView, StaffPage
from kiosk_app.ui.parts.bar import LEAVE, Action
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.screens.base import Screen, in_the_head
from kiosk_app.ui.screens.doctor_page import DoctorPage
from kiosk_app.ui.screens.live_page import LivePage
from kiosk_app.ui.screens.maintenance_page import MaintenancePage
from kiosk_app.ui.screens.menu_page import TILES, MenuPage, opens
from kiosk_app.ui.screens.network_page import NetworkPage
from kiosk_app.ui.screens.page import Page
from kiosk_app.ui.screens.parts_page import PartsPage
from kiosk_app.ui.screens.sound_page import SoundPage
from kiosk_app.ui.screens.turns_page import TurnsPage
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData

_PAGES: dict[StaffPage, type[Page]] = {
    "menu": MenuPage,
    "live": LivePage,
    "parts": PartsPage,
    "sound": SoundPage,
    "turns": TurnsPage,
    "doctor": DoctorPage,
    "network": NetworkPage,
    "maintenance": MaintenancePage,
}
_MENU = Action(N_("All pages"), "all", opens("menu"))


def _name_of(view: ViewData) -> str:
    page = (view.corner or CornerView()).page
    return stage()._(TILES[page][0]) if page in TILES else ""


class StaffScreen(Screen):
    """The way back to the menu stands in the bar, the other language, and the way out."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.page: Page | None = None
        self.heading: Text | None = None
        self.bind(parent=self._gone)

    def bar(self, view: ViewData) -> tuple[Action, ...]:
        other = translator("en" if view.lang == "zh" else "zh")("English")
        language = Action(other, "language", StaffLanguageToggled, literal=True)
        inside = (view.corner or CornerView()).page != "menu"
        return (*((_MENU,) if inside else ()), language, LEAVE)

    def show(self, view: ViewData) -> None:
        corner = view.corner or CornerView()
        self.once("page", corner.page, lambda: self._turn_to(corner.page))
        if self.page is not None:
            self.page.show(corner)

    def title(self, view: ViewData) -> str:
        return in_the_head(_name_of(view))

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        above = 0.0
        if self.heading is not None:
            tall = self.heading.measure(width)
            self.heading.place(left, top, width, tall)
            above = tall + stage().theme.space(2)
        if self.page is not None:
            self.page.place(left, top - above, width, height - above)

    def _turn_to(self, name: StaffPage) -> None:
        self._close()
        self.page = _PAGES[name]()
        self.add_widget(self.page)
        if stage().theme.roomy and name in TILES and name != "live":  # the picture wants all the height
            self.heading = Text(source=stage()._(TILES[name][0]), role="heading")
            self.add_widget(self.heading)

    def _close(self) -> None:
        if self.page is not None:
            self.page.close()
            self.remove_widget(self.page)
            self.page = None
        if self.heading is not None:
            self.remove_widget(self.heading)
            self.heading = None

    def _gone(self, *_: object) -> None:
        if self.parent is None:
            self._close()
