"""Screens with one message: a sign, a sentence, a line of help, and what is spoken or written beside it."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import NumericProperty, StringProperty

from kiosk_app.ui.parts.block import Block
from kiosk_app.ui.parts.cards import Spoken
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.screens.base import Screen
from kiosk_app.ui.stage import stage

Builder.load_file(str(Path(__file__).with_suffix(".kv")))


class Sign(Block):
    """An icon in a disc."""

    name = StringProperty("")
    fill = StringProperty("soft")
    colour = StringProperty("primary")
    extent = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._icon = Icon()
        self.add_widget(self._icon)
        self.bind(pos=self._follow, size=self._follow, name=self._follow, colour=self._follow)

    def measure(self, width: float) -> float:
        return self.extent

    def _follow(self, *_: object) -> None:
        side = self.extent * 0.52
        self._icon.name, self._icon.colour = self.name, self.colour
        self._icon.size = (side, side)
        self._icon.pos = (self.center_x - side / 2, self.center_y - side / 2)


class MessageScreen(Screen):
    """The words stand a little above the middle; when they are too many they scroll."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        words = self.ids.words.__self__  # ids are weak
        self.remove_widget(words)
        self.pane = Pane(words)
        self.add_widget(self.pane)
        self.spoken: Spoken | None = None

    def say(self, icon: str, title: str, detail: str, spoken: str = "", speaking: bool = False) -> None:
        """Fill the screen; ``spoken`` is what the kiosk says, shown when the other words do not say it already."""
        theme = stage().theme
        self.ids.sign.name = icon
        self.ids.sign.opacity = 0 if theme.elder and not theme.roomy else 1
        self.ids.sign.extent = theme.space(26) if self.ids.sign.opacity else 0
        self.ids.title.source, self.ids.detail.source = title, detail
        extra = "" if spoken in (title, detail) else spoken
        self.once("spoken", extra, lambda: self._put_spoken(extra))
        if self.spoken is not None:
            self.spoken.wave.moving = speaking

    def _put_spoken(self, words: str) -> None:
        if self.spoken is not None:
            self.ids.words.remove_widget(self.spoken)
        self.spoken = Spoken(words) if words else None
        if self.spoken is not None:
            self.ids.words.add_widget(self.spoken)

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        natural = min(height, self.pane.measure(width))
        above = (height - natural) * 0.42
        self.pane.place(left, top - above, width, natural)
