"""Screens with one message: a sign, a sentence, a line of help, and what is spoken or written beside it."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import NumericProperty

from kiosk_app.ui.parts.cards import Spoken
from kiosk_app.ui.parts.motion import Ring  # noqa: F401  used in the kv file
from kiosk_app.ui.parts.pane import Pane
from kiosk_app.ui.screens.base import Screen
from kiosk_app.ui.stage import stage

Builder.load_file(str(Path(__file__).with_suffix(".kv")))


class MessageScreen(Screen):
    """The words stand a little above the middle; when they are too many they scroll."""

    ring_extent = NumericProperty(0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        words = self.ids.words.__self__  # ids are weak
        self.remove_widget(words)
        self.pane = Pane(words)
        self.add_widget(self.pane)
        self.spoken: Spoken | None = None

    def say(self, icon: str, title: str, detail: str, *, waiting: bool = False) -> None:
        """Fill the screen; while ``waiting`` ripples go out from the sign."""
        ring = self.ids.ring
        ring.icon, ring.mood = icon, "wait" if waiting else "rest"
        self.ring_extent = self._ring_extent()
        self.ids.title.source, self.ids.detail.source = title, detail

    def quote(self, words: str, *, icon: str = "", speaking: bool = False) -> None:
        """Words in a card below: what the kiosk says, or with ``icon`` somebody else's."""
        extra = "" if words in (self.ids.title.source, self.ids.detail.source) else words
        self.once("quote", (extra, icon), lambda: self._put_spoken(extra, icon))
        if self.spoken is not None:
            self.spoken.wave.moving = speaking

    def _ring_extent(self) -> int:
        """On a short panel the words come before the sign."""
        theme = stage().theme
        if theme.roomy:
            return theme.mm(64)
        return 0 if theme.elder or self.spoken is not None else theme.mm(34)

    def _put_spoken(self, words: str, icon: str) -> None:
        if self.spoken is not None:
            self.ids.words.remove_widget(self.spoken)
        self.spoken = Spoken(words, icon) if words else None
        if self.spoken is not None:
            self.ids.words.add_widget(self.spoken)
        self.ring_extent = self._ring_extent()

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        natural = min(height, self.pane.measure(width))
        above = (height - natural) * 0.42
        self.pane.place(left, top - above, width, natural)
