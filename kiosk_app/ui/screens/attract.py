"""The home screen: a greeting, what most people ask, all groups of matters, and the switches."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder

from kiosk_app.events import ContrastToggled, ElderToggled, LanguageChosen
from kiosk_app.i18n import N_, translator
from kiosk_app.reply import Language
from kiosk_app.ui.parts.bar import PERSON, Action
from kiosk_app.ui.parts.choice import Chip, topic_tile
from kiosk_app.ui.parts.motion import Ring  # noqa: F401  used in the kv file
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.screens.base import Screen
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData

Builder.load_file(str(Path(__file__).with_suffix(".kv")))

_LARGE_TEXT = Action(N_("Large text"), "elder", ElderToggled)
_NORMAL_TEXT = Action(N_("Normal text"), "elder", ElderToggled)
_CONTRAST = Action(N_("High contrast"), "contrast", ContrastToggled)
_COLOURS = Action(N_("Normal colours"), "contrast", ContrastToggled)
_SMALLEST_RING_MM = 30.0
_FREQUENT_ELDER = 2


def _to_chinese(at: float) -> LanguageChosen:
    return LanguageChosen(at, lang="zh")


def _to_english(at: float) -> LanguageChosen:
    return LanguageChosen(at, lang="en")


def _language(shown: Language) -> Action:
    """The other language under its own name, so that those find it who cannot read this one."""
    if shown == "zh":
        return Action(translator("en")("English"), "language", _to_english, literal=True)
    return Action(translator("zh")("English"), "language", _to_chinese, literal=True)


class AttractScreen(Screen):
    """Still until somebody comes near; then the ring breathes."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        # Ids are weak; what leaves the tree for a while must be held.
        offers = self.ids.offers.__self__
        self._frequent = self.ids.frequent.__self__
        self.remove_widget(offers)
        self.pane = Pane(offers)
        self.add_widget(self.pane, index=1)

    def bar(self, view: ViewData) -> tuple[Action, ...]:
        return (
            _NORMAL_TEXT if view.elder else _LARGE_TEXT,
            _language(view.lang),
            _COLOURS if view.contrast else _CONTRAST,
            PERSON,
        )

    def show(self, view: ViewData) -> None:
        _ = stage()._
        listens = view.can_speak
        title = _("Hello, what can we do for you?") if view.greeting else _("Welcome, how can we help?")
        how = _("Just speak, or touch the screen") if listens else _("Please touch the screen")
        self.ids.title.source = title
        if view.not_understood:
            how = _("Sorry, I did not understand that. Please say it again, or touch the screen")
        self.ids.subtitle.source = view.speech if view.speech and not view.not_understood else how
        self.ids.subtitle.colour = "accent" if view.not_understood else "muted"
        self.ids.ring.icon = "mic" if listens else "touch"
        self.ids.ring.mood = "listen" if view.greeting else "rest"
        self.once("frequent", view.frequent, lambda: self._chips(view))
        self.once("topics", view.topics, lambda: self._tiles(view))

    def _chips(self, view: ViewData) -> None:
        chips = self.ids.chips
        chips.clear_widgets()
        for topic in view.frequent[: _FREQUENT_ELDER if stage().theme.elder else None]:
            chips.add_widget(Chip(topic))
        frequent, offers = self._frequent, self.ids.offers
        if bool(view.frequent) != (frequent.parent is not None):
            if view.frequent:
                offers.add_widget(frequent, index=len(offers.children))
            else:
                offers.remove_widget(frequent)

    def _tiles(self, view: ViewData) -> None:
        grid = self.ids.topics
        grid.clear_widgets()
        for topic in view.topics:
            grid.add_widget(topic_tile(topic))

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        theme = stage().theme
        if theme.portrait:
            self._place_portrait(left, top, width, height)
        elif theme.roomy:
            self._place_landscape(left, top, width, height)
        else:
            self._place_small(left, top, width, height)

    def _place_portrait(self, left: float, top: float, width: float, height: float) -> None:
        theme = stage().theme
        ids, gap = self.ids, theme.gap
        ids.topics.columns = 2
        head = ids.head.measure(width)
        promise = ids.promise.measure(width)
        ids.head.place(left, top, width, head)
        ids.promise.place(left, top - height + promise, width, promise)
        room = height - head - promise - 2 * gap
        wanted = self.pane.measure(width)
        ring = room - wanted - gap
        if ring < theme.mm(_SMALLEST_RING_MM):
            ring = 0
        self._show_ring(ring > 0)
        y = top - head - gap
        if ring:
            ids.ring.place(left, y, width, ring)
            y -= ring + gap
        self.pane.place(left, y, width, min(wanted, room - (ring + gap if ring else 0)))

    def _place_landscape(self, left: float, top: float, width: float, height: float) -> None:
        theme = stage().theme
        ids, gap = self.ids, theme.gap
        between = theme.space(8)
        side = round((width - between) * 0.4)
        rest = width - between - side
        ids.topics.columns = 2
        head = ids.head.measure(side)
        promise = ids.promise.measure(side)
        ring = height - head - promise - 2 * gap
        self._show_ring(ring >= theme.mm(_SMALLEST_RING_MM))
        ids.head.place(left, top, side, head)
        ids.ring.place(left, top - head - gap, side, max(0, ring))
        ids.promise.place(left, top - height + promise, side, promise)
        self.pane.place(left + side + between, top, rest, height)

    def _place_small(self, left: float, top: float, width: float, height: float) -> None:
        """A short panel: the sign stands beside the words, and three groups to a row while their names fit."""
        theme = stage().theme
        ids, gap = self.ids, theme.gap
        ids.title.role = "title"
        beside = 0 if theme.elder else theme.mm(27)
        self._show_ring(beside > 0)
        head = max(ids.head.measure(width - beside), beside - theme.space(3))
        ids.head.place(left + beside, top, width - beside, head)
        ids.ring.place(left, top, beside - theme.space(3) if beside else 0, head)
        ids.topics.columns = 3 if self._three_fit(width) else 2
        room = height - head - gap
        wanted = self.pane.measure(width)
        promise = ids.promise.measure(width)
        keeps = wanted + gap + promise <= room
        ids.promise.opacity = 1 if keeps else 0
        ids.promise.place(left, top - height + promise, width, promise if keeps else 0)
        self.pane.place(left, top - head - gap, width, min(wanted, room))

    def _three_fit(self, width: float) -> bool:
        theme = stage().theme
        inner = (width - 2 * theme.tight) / 3 - 2 * theme.space(3.5)
        return all(tile.words_fit(inner, 2) for tile in self.ids.topics.blocks())

    def _show_ring(self, visible: bool) -> None:
        self.ids.ring.opacity = 1 if visible else 0
        if not visible:
            self.ids.ring.mood = "rest"
