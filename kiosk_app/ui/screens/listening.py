"""Listening and thinking: the citizen's own words, large, while they are being said."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from kivy.lang import Builder

from kiosk_app.ui.parts.bar import BACK, HOME, PERSON, Action
from kiosk_app.ui.parts.motion import Ring  # noqa: F401  used in the kv file
from kiosk_app.ui.parts.skeleton import Skeleton
from kiosk_app.ui.parts.text import ELLIPSIS
from kiosk_app.ui.screens.base import Screen
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData

Builder.load_file(str(Path(__file__).with_suffix(".kv")))


class ListeningScreen(Screen):
    """The caption grows in place; the ring breathes and ripples with every word, and gives way to empty cards."""

    actions: ClassVar[tuple[Action, ...]] = (BACK, HOME, PERSON)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._words = ""
        self._listening = self.blocks()
        self._skeleton: Skeleton | None = None

    def show(self, view: ViewData) -> None:
        _ = stage()._
        ids = self.ids
        listens = view.can_speak
        if view.thinking:
            status = _("One moment, looking it up")
        elif view.microphone == "on":
            status = _("Listening")
        else:
            status = _("One moment please") if listens else _("The microphone is off")
        ids.status.source = status
        self._words = view.caption
        ids.caption.colour = "ink" if view.caption else "muted"
        ids.caption.bold = None if view.caption_final or not view.caption else False
        if view.caption:
            self.once("caption", view.caption, ids.ring.hear)
        ids.ring.icon = "mic" if listens else "touch"
        ids.ring.mood = "listen" if view.microphone == "on" and not view.thinking else "rest"
        ids.hint.source = _("Pause when you have finished") if listens else _("Go back and choose by touch")
        self._think(view.thinking)

    def _think(self, thinking: bool) -> None:
        """While an answer is looked up, empty cards stand where it will."""
        if thinking == (self._skeleton is not None):
            return
        self._skeleton = Skeleton() if thinking else None
        words = self._listening[:2]
        self.hold(self._listening if self._skeleton is None else [*words, self._skeleton])

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        theme, ids = stage().theme, self.ids
        between = theme.space(8)
        side = width if theme.portrait else round((width - between) * 0.6)
        status = ids.status.measure(side)
        hint = ids.hint.measure(side) if self._skeleton is None else 0.0
        ids.status.place(left, top, side, status)
        ids.hint.place(left, top - height + hint, side, hint)
        body_top = top - status - theme.space(4)
        body = height - status - hint - theme.space(8)
        words = body * 0.42 if theme.portrait else body
        self._fit_caption(side, words)
        spoken = ids.caption.measure(side) if ids.caption.source else 0.0
        ids.caption.place(left, body_top, side, spoken)
        if self._skeleton is not None:
            words = spoken and spoken + theme.gap
        picture = ids.ring if self._skeleton is None else self._skeleton
        if theme.portrait or not spoken:
            picture.place(left, body_top - words, width, body - words)
        else:
            picture.place(left + side + between, top, width - side - between, height)

    def _fit_caption(self, width: float, height: float) -> None:
        """The largest size with which all words fit; of a very long sentence, its end. Who touched said none."""
        caption = self.ids.caption
        invitation = stage()._("Please say what you need") if self._skeleton is None else ""
        caption.source = self._words or invitation
        for role in ("display", "title", "body"):
            caption.role = role
            if caption.measure(width) <= height:
                return
        fitting = max(1, int(height // caption.line_height))
        while caption.measure(width) > height and len(caption.source) > fitting:
            caption.source = ELLIPSIS + caption.source[len(caption.source) // 20 + 1 :].lstrip(ELLIPSIS)
