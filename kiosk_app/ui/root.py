"""Head, screen, bar and what lies over them; turns a ``ViewData`` into widgets."""

from __future__ import annotations

from kivy.clock import Clock

from kiosk_app.ui.overlays.covered import Covered
from kiosk_app.ui.overlays.identity import KioskName
from kiosk_app.ui.overlays.overlay import Overlay
from kiosk_app.ui.overlays.privacy import PrivacyNotice
from kiosk_app.ui.overlays.sound import SoundSettings
from kiosk_app.ui.overlays.take_along import TakeAlong
from kiosk_app.ui.overlays.warning import StillThere
from kiosk_app.ui.overlays.window_plan import WindowPlan
from kiosk_app.ui.parts.bar import Bar
from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.header import Header
from kiosk_app.ui.screens.answer import AnswerScreen
from kiosk_app.ui.screens.attract import AttractScreen
from kiosk_app.ui.screens.base import Screen
from kiosk_app.ui.screens.clarify import ClarifyScreen
from kiosk_app.ui.screens.farewell import FarewellScreen
from kiosk_app.ui.screens.handover import HandoverScreen
from kiosk_app.ui.screens.listening import ListeningScreen
from kiosk_app.ui.screens.out_of_service import OutOfServiceScreen
from kiosk_app.ui.screens.pin_pad import PinPadScreen
from kiosk_app.ui.screens.queues import QueuesScreen
from kiosk_app.ui.screens.search import SearchScreen
from kiosk_app.ui.screens.ticket import TicketScreen
from kiosk_app.ui.screens.topics import TopicsScreen
from kiosk_app.ui.stage import stage
from kiosk_app.view import Screen as ScreenName
from kiosk_app.view import ViewData

_SCREENS: dict[ScreenName, type[Screen]] = {
    "attract": AttractScreen,
    "topics": TopicsScreen,
    "search": SearchScreen,
    "listening": ListeningScreen,
    "answer": AnswerScreen,
    "clarify": ClarifyScreen,
    "queues": QueuesScreen,
    "ticket": TicketScreen,
    "handover": HandoverScreen,
    "farewell": FarewellScreen,
    "out_of_service": OutOfServiceScreen,
    "staff_pin": PinPadScreen,
}
"""What a citizen sees, and the way in for staff; their own pages are loaded when they come."""


def _screen(name: ScreenName) -> type[Screen]:
    if name != "staff":
        return _SCREENS[name]
    from kiosk_app.ui.screens.staff import StaffScreen

    return StaffScreen


class Root(Block):
    """Everything on the glass, for one theme and language; another theme or language makes a new root."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.header = Header()
        self.bar = Bar()
        self.screen: Screen | None = None
        self.overlay: Overlay | None = None
        self._name: ScreenName | None = None
        self._closing = None
        self._view = ViewData("out_of_service")
        self.add_widget(self.header)
        self.add_widget(self.bar)

    def show(self, view: ViewData) -> None:
        """Take over ``view`` and place everything."""
        screen = self.screen if view.screen == self._name else None
        if screen is None:
            screen = self._change_screen(view)
        self.header.show(view, "" if stage().theme.roomy or view.covered else screen.title(view))
        screen.show(view)
        screen.opacity = 0 if view.covered else 1
        self._view = view
        if self.overlay is not None and not self.overlay.follow(view):
            self.close_overlay()
        self.bar.show(screen.bar(view))
        self._warn(view.warning_seconds)
        self._cover(view.covered)
        self._name_kiosk(view.identity)
        self.arrange()

    def arrange(self) -> None:
        """Measure and place everything for the size of the window."""
        theme = stage().theme
        self.place(0, theme.height, theme.width, theme.height)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        theme = stage().theme
        margin = theme.margin
        inner = width - 2 * margin
        head = self.header.measure(inner)
        head_top = top - margin * 0.8
        self.header.place(left + margin, head_top, inner, head)
        body_top = head_top - head - theme.gap
        if theme.portrait:
            bar = self.bar.measure(inner)
            bottom = margin
            self.bar.place(left + margin, bottom + bar, inner, bar)
            body = (left + margin, body_top, inner, body_top - bottom - (bar + theme.gap if bar else 0))
            free = (left, top, width, top - bottom - bar)
        else:
            rail = theme.rail if self.bar.actions else 0
            bottom = margin * 0.8
            tall = body_top - bottom
            self.bar.place(left + width - margin - rail, body_top, rail, tall)
            wide = inner - (rail + theme.gap * 1.5 if rail else 0)
            body = (left + margin, body_top, wide, tall)
            free = (left, top, width - margin - rail, height) if rail else (left, top, width, height)
        if self.screen is not None:
            self.screen.place(*body)
        if self.overlay is not None:
            self.overlay.place(left, top, width, height)
            self.overlay.place_card(*free)

    def show_privacy(self) -> None:
        """Lay the privacy notice over the screen until it is closed or forgotten."""
        if self.overlay is None:
            self._open(PrivacyNotice(self._view))

    def show_take_along(self) -> None:
        """Lay the code of the answer over the screen until it is closed or forgotten, or the answer goes."""
        if self.overlay is None and self._view.take_along:
            self._open(TakeAlong(self._view))

    def show_sound(self) -> None:
        """Lay over the screen how loud and how fast the kiosk speaks, in the same manner."""
        if self.overlay is None and self._view.volume is not None:
            self._open(SoundSettings(self._view))

    def show_plan(self) -> None:
        """Lay the floors with the way to the answer's window over the screen, in the same manner."""
        if self.overlay is None and self._view.plan is not None:
            self._open(WindowPlan(self._view.plan))

    def close_overlay(self) -> None:
        """Take away what a finger has laid over the screen; the warning goes by itself when its time is up."""
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None
        if self.overlay is not None and self.overlay.lasts_s is not None:
            self._put(None)

    def _open(self, overlay: Overlay) -> None:
        self._put(overlay)
        self._closing = Clock.schedule_once(lambda _: self.close_overlay(), overlay.lasts_s or 0)
        self.arrange()

    def _warn(self, seconds: int) -> None:
        if seconds > 0:
            warning = self.overlay if isinstance(self.overlay, StillThere) else StillThere()
            if warning is not self.overlay:
                self.close_overlay()
                self._put(warning)
            warning.count(seconds)
        elif isinstance(self.overlay, StillThere):
            self._put(None)

    def _cover(self, covered: bool) -> None:
        """The screen itself is not drawn while it is ``covered``; this says why, unless something is asked."""
        if covered and not isinstance(self.overlay, StillThere | Covered):
            self.close_overlay()
            self._put(Covered())
        elif not covered and isinstance(self.overlay, Covered):
            self._put(None)

    def _name_kiosk(self, name: str) -> None:
        """Flash it, for who looks for it."""
        if name and not (isinstance(self.overlay, KioskName) and self.overlay.name == name):
            self.close_overlay()
            self._put(KioskName(name))
        elif not name and isinstance(self.overlay, KioskName):
            self._put(None)

    def _put(self, overlay: Overlay | None) -> None:
        if self.overlay is not None:
            self.remove_widget(self.overlay)
            self.overlay.close()
        self.overlay = overlay
        if overlay is not None:
            # Under the bar, over all the rest: a person stays one touch away.
            self.add_widget(overlay, index=self.children.index(self.bar) + 1)

    def _change_screen(self, view: ViewData) -> Screen:
        self.close_overlay()
        if self.screen is not None:
            self.remove_widget(self.screen)
        screen = _screen(view.screen)()
        self.screen, self._name = screen, view.screen
        self.add_widget(screen, index=len(self.children))
        return screen
