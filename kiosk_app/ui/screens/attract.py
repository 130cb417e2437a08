"""The home screen: a greeting, the large microphone, what most people ask, the main groups of matters, the switches.

It never scrolls. What may be touched stands at the foot and is cut to the room there is; the microphone takes the rest.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

from kivy.lang import Builder

from kiosk_app.events import ContrastToggled, ElderToggled, LanguageChosen, LoweredToggled
from kiosk_app.i18n import N_, translator
from kiosk_app.opening_words import opening_words
from kiosk_app.reply import Language
from kiosk_app.ui.parts.bar import PERSON, Action
from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.cards import Spoken
from kiosk_app.ui.parts.microphone import Microphone  # noqa: F401  used in the kv file
from kiosk_app.ui.parts.offers import Offers
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.parts.tickets import lengths
from kiosk_app.ui.screens.base import Screen
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData

Builder.load_file(str(Path(__file__).with_suffix(".kv")))

# Words short enough that six stand with their signs in a row, and on one line each beside the smallest panel.
_LARGE_TEXT = Action(N_("Large text"), "elder", ElderToggled)
_NORMAL_TEXT = Action(N_("Normal text"), "elder", ElderToggled)
_SOUND = Action(N_("Sound"), "sound", None, opens="sound")
_CONTRAST = Action(N_("Contrast"), "contrast", ContrastToggled)
_COLOURS = Action(N_("Colours"), "contrast", ContrastToggled)
_LOWER = Action(N_("Lower"), "lower", LoweredToggled)
_RAISE = Action(N_("Raise"), "raise", LoweredToggled)


def _to_chinese(at: float) -> LanguageChosen:
    return LanguageChosen(at, lang="zh")


def _to_english(at: float) -> LanguageChosen:
    return LanguageChosen(at, lang="en")


def _language(shown: Language) -> Action:
    """The other language under its own name, so that those find it who cannot read this one."""
    if shown == "zh":
        return Action(translator("en")("English"), "language", _to_english, literal=True)
    return Action(translator("zh")("English"), "language", _to_chinese, literal=True)


_MICROPHONE_MM = (60.0, 104.0)
"""The least and the greatest side on a panel with room."""
_SMALL_MICROPHONES_MM = (40.0, 34.0, 28.0)
"""Sides on a short panel, where it stands beside the words."""
_MOST_NOTICE_LINES = 4
"""On a short panel."""
_SMALL_HEADS: tuple[tuple[str, str], ...] = (("title", "body"), ("heading", "small"))
"""Sizes of the greeting and of the line below it on a short panel."""


class AttractScreen(Screen):
    """Still until somebody comes near; then the microphone breathes."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._titles: tuple[str, ...] = ()
        self._opening = ""
        align = "center" if stage().theme.portrait else "left"
        self.opening = Text(role="small", bold=True, align=align)
        self._greeting: list[Block] = self.ids.head.blocks()
        self._message: Spoken | None = None
        self.offers = Offers()
        self.add_widget(self.offers, index=1)

    def bar(self, view: ViewData) -> tuple[Action, ...]:
        return (
            _NORMAL_TEXT if view.elder else _LARGE_TEXT,
            _language(view.lang),
            _COLOURS if view.contrast else _CONTRAST,
            *((_SOUND,) if view.volume is not None else ()),
            *((_RAISE if view.lowered else _LOWER,) if stage().theme.lowers else ()),
            PERSON,
        )

    def show(self, view: ViewData) -> None:
        _ = stage()._
        listens = view.can_speak
        self._titles = (_("Welcome, how can we help?"), _("Hello, what can we do for you?"))
        how = _("Just speak, or touch the microphone") if listens else _("Please touch the screen")
        self.ids.title.source = self._titles[view.greeting]
        if view.not_understood:
            how = _("Sorry, I did not understand that. Please say it again, or touch the screen")
        self.ids.subtitle.source = view.speech if view.speech and not view.not_understood else how
        self.ids.subtitle.colour = "accent" if view.not_understood else "muted"
        self._opening = opening_words(view.opening, stage()._)
        self.once("message", view.message, lambda: self._put_up(view.message))
        self._say_opening(self._opening)
        self.opening.colour = "ok" if view.opening and view.opening.kind == "open" else "muted"
        self.ids.microphone.listen(listens, view.greeting)
        if view.calls:
            self._call(view)
        self.ids.title.colour = "primary" if view.calls else "ink"
        self._foot = [self.ids.lengths.__self__, self.ids.promise.__self__]
        self.ids.lengths.source = lengths(view.queues)
        self.ids.foot.hold(self._foot if self.ids.lengths.source else self._foot[1:])
        names = tuple((queue.queue, queue.name) for queue in view.queues)
        self.once("tickets", names, lambda: self.offers.show_tickets(view.queues))
        self.offers.show_waiting(view.queues)
        self.once("frequent", view.frequent, lambda: self.offers.show_frequent(view.frequent))
        self.once("topics", view.topics, lambda: self.offers.show_topics(view.topics))

    def _call(self, view: ViewData) -> None:
        """Who is called stands where the greeting does, and who was called before in the line below."""
        _ = stage()._
        words = _("{number}: please go to window {window}")
        said = [words.format(number=call.number, window=call.window) for call in view.calls]
        self._titles = (said[0], *self._titles)
        self.ids.title.source = said[0]
        earlier = said[1:] if stage().theme.ample else said[1:2]
        if earlier:
            self.ids.subtitle.source = _("; ").join(earlier)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        theme = stage().theme
        if theme.portrait:
            self._place_portrait(left, top, width, height)
        elif self._is_small:
            self._place_small(left, top, width, height)
        else:
            self._place_landscape(left, top, width, height)

    def _place_portrait(self, left: float, top: float, width: float, height: float) -> None:
        theme, ids = stage().theme, self.ids
        gap, (least, greatest) = theme.gap, _MICROPHONE_MM
        head = self._head(width)
        promise = ids.foot.measure(width)
        room = height - head - promise - 3 * gap
        wanted = self._serve(width, room - theme.mm(least))
        side = min(theme.mm(greatest), room - wanted)
        spare = room - wanted - side
        tall = wanted + spare * 0.5  # the tiles grow a little, the microphone gets air
        ids.head.place(left, top, width, head)
        ids.foot.place(left, top - height + promise, width, promise)
        foot = top - height + promise + gap
        self.offers.place(left, foot + tall, width, tall)
        air = top - head - (foot + tall)
        ids.microphone.place(left + (width - side) / 2, top - head - (air - side) / 2, side, side)

    def _place_landscape(self, left: float, top: float, width: float, height: float) -> None:
        """The greeting over everything; the microphone below it at the left, what may be touched at the right."""
        theme, ids, gap = stage().theme, self.ids, stage().theme.gap
        between = theme.space(8)
        wide = round((width - between) * 0.4)
        ids.title.role = "display"
        one_line = ids.title.line_height + ids.subtitle.measure(width) + ids.head.gap
        if self._opening:
            one_line += self.opening.measure(width) + ids.head.gap
        if self._head(width) > one_line:
            ids.title.role = "title"
        head = self._head(width)
        promise = ids.foot.measure(wide)
        room = height - head - gap
        side = min(theme.mm(_MICROPHONE_MM[1]), room - promise - gap)
        air = room - promise - side
        ids.head.place(left, top, width, head)
        ids.microphone.place(left + (wide - side) / 2, top - head - gap - air / 2, side, side)
        ids.foot.place(left, top - height + promise, wide, promise)
        rest = width - between - wide
        self._serve(rest, room)
        self.offers.place(left + wide + between, top - head - gap, rest, room)

    def _place_small(self, left: float, top: float, width: float, height: float) -> None:
        """A short panel, or half of a tall one: the microphone stands beside the words, what may be touched below."""
        theme, ids = stage().theme, self.ids
        gap = theme.gap
        side, head, wanted = self._fit_small(width, height)
        beside = side + theme.space(4)
        promise = ids.foot.measure(width)
        keeps = head + wanted + promise + 2 * gap <= height
        ids.foot.opacity = 1 if keeps else 0
        ids.foot.place(left, top - height + promise, width, promise if keeps else 0)
        foot = promise + gap if keeps else 0
        ids.head.place(
            left + beside, top - (head - ids.head.measure(width - beside)) / 2, width - beside, head
        )
        ids.microphone.place(left, top - (head - side) / 2, side, side)
        self.offers.place(left, top - head - gap, width, height - head - gap - foot)

    def _head(self, width: float) -> float:
        """What the words need at rest and while greeting, so that nothing moves when somebody wakes the kiosk."""
        title, shown = self.ids.title, self.ids.title.source
        tall = 0.0
        for words in self._titles:
            title.source = words
            tall = max(tall, self.ids.head.measure(width))
        title.source = shown
        return tall

    def _say_opening(self, words: str) -> None:
        """Above the greeting; without words nothing takes its room."""
        self.opening.source = words
        notice = [] if self._message is None else [self._message]
        greeting = self._greeting[:1] if notice and self._is_small else self._greeting
        self.ids.head.hold([*notice, *([self.opening] if words else []), *greeting])

    @property
    def _is_small(self) -> bool:
        """A short panel, or half of a tall one."""
        theme = stage().theme
        return not theme.portrait and (not theme.roomy or theme.above > 0)

    def _put_up(self, message: str) -> None:
        """What the centre wants everybody to read, over the greeting; on a short panel in place of its second line."""
        self._message = Spoken(message, "alert") if message else None
        if self._message is not None and self._is_small:
            self._shorten(self._message)

    def _shorten(self, message: Spoken) -> None:
        message.words.role, message.words.lines_limit = "small", _MOST_NOTICE_LINES
        message.pad_y = stage().theme.space(1)

    def _serve(self, width: float, room: float) -> float:
        """The richest menu that fits into ``room``; its height."""
        wanted = 0.0
        for menu in self.offers.menus:
            wanted = self.offers.serve(menu, width)
            if wanted <= room:
                break
        return wanted

    def _fit_small(self, width: float, height: float) -> tuple[float, float, float]:
        """Microphone, head and menu that fit together: the richest menu first, then the hours, then large words."""
        theme, ids = stage().theme, self.ids
        side = head = wanted = 0.0
        openings = dict.fromkeys((self._opening, "") if self._message is None else ("",))
        for menu in self.offers.menus:
            wanted = self.offers.serve(menu, width)
            for opening, (title, subtitle), millimetres in product(
                openings, _SMALL_HEADS, _SMALL_MICROPHONES_MM
            ):
                self._say_opening(opening)
                ids.title.role, ids.subtitle.role = title, subtitle
                side = theme.mm(millimetres)
                head = max(side, self._head(width - side - theme.space(4)))
                if head + theme.gap + wanted <= height:
                    return side, head, wanted
        return side, head, wanted
