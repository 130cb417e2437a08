"""How loud and how fast the kiosk speaks: each touch is heard at once."""

from __future__ import annotations

from collections.abc import Callable

from kiosk_app.events import RateChosen, VolumeStepped
from kiosk_app.i18n import N_
from kiosk_app.rates import FAST_RATE, NORMAL_RATE, SLOW_RATE
from kiosk_app.ui.overlays.overlay import BigButton, Notice
from kiosk_app.ui.parts.block import Block, Column, Grid, Row
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.tabs import Tab
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.parts.value_bar import ValueBar
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData
from kiosk_app.volumes import LOUDEST, QUIETEST, VISIT_STEP

_RATES = ((SLOW_RATE, N_("Slow")), (NORMAL_RATE, N_("Normal")), (FAST_RATE, N_("Fast")))


def _quieter(at: float) -> VolumeStepped:
    return VolumeStepped(at, up=False)


def _louder(at: float) -> VolumeStepped:
    return VolumeStepped(at, up=True)


class SoundSettings(Notice):
    """Stays until it is closed or left, for one step is seldom enough. In elder mode it speaks slowly as it is."""

    lasts_s = 60.0

    def __init__(self, view: ViewData) -> None:
        _, theme = stage()._, stage().theme
        if theme.elder:
            self.lasts_s = 120.0
        self._visit = view.visit
        self._level = ValueBar(extent=theme.mm(7))
        volume = Row(gap=theme.space(3))
        volume.hold(
            [Icon(name="sound", colour="primary", extent=round(theme.em("label") * 1.3)), self._level]
        )
        steps = Grid(columns=2, gap=theme.tight)
        for words, event in ((_("Quieter"), _quieter), (_("Louder"), _louder)):
            button = BigButton(words, strong=False)
            button.event = event
            steps.add_widget(button)
        self._tabs = {rate: Tab(_(words), _choosing(rate)) for rate, words in _RATES}
        choice = Row(gap=theme.tight, cross="fill")
        choice.hold(list(self._tabs.values()))
        rates = Row(gap=theme.space(3))
        rates.hold([_sign("rate"), choice])
        close = BigButton(_("Close"), strong=True)
        close.action = stage().close_overlay
        title: list[Block] = [Text(source=_("Sound"), role="title")] if theme.ample else []
        content, buttons = Column(gap=theme.gap), Column(gap=theme.gap)
        content.hold([*title, volume])
        buttons.hold([steps, *([] if theme.elder else [rates]), close])
        super().__init__(content, buttons)
        self.show(view)

    def show(self, view: ViewData) -> None:
        """Draw the volume and the rate."""
        full = LOUDEST - QUIETEST + VISIT_STEP
        self._level.show([(((view.volume or 0.0) - QUIETEST + VISIT_STEP) / full, "primary")])
        for rate, tab in self._tabs.items():
            tab.choose(rate == view.rate)

    def follow(self, view: ViewData) -> bool:
        """For this visit, or for the one that its first touch begins, and as long as something can be said."""
        if view.volume is None or self._visit not in (0, view.visit):
            return False
        self._visit = view.visit
        self.show(view)
        return True


def _sign(name: str) -> Icon:
    return Icon(name=name, colour="primary", extent=round(stage().theme.em("label") * 1.3), share=0)


def _choosing(rate: float) -> Callable[[float], RateChosen]:
    return lambda at: RateChosen(at, rate)
