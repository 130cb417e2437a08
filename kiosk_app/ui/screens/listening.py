"""Listening and thinking: the citizen's own words, large, while they are being said."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from kivy.lang import Builder

from kiosk_app.ui.parts.bar import BACK, HOME, PERSON, Action
from kiosk_app.ui.parts.motion import Ring  # noqa: F401  used in the kv file
from kiosk_app.ui.parts.text import ELLIPSIS
from kiosk_app.ui.screens.base import Screen
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData

Builder.load_file(str(Path(__file__).with_suffix(".kv")))


class ListeningScreen(Screen):
    """The caption grows in place; the ring breathes, ripples with every word, and turns while thinking."""

    actions: ClassVar[tuple[Action, ...]] = (BACK, HOME, PERSON)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._words = ""

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
        ids.ring.mood = "think" if view.thinking else "listen" if view.microphone == "on" else "rest"
        pause = _("Pause when you have finished") if listens else _("Go back and choose by touch")
        ids.hint.source = "" if view.thinking else pause

    def place(self, left: float, top: float, width: float, height: float) -> None:
        super().place(left, top, width, height)
        theme, ids = stage().theme, self.ids
        portrait = theme.portrait
        between = theme.space(8)
        side = width if portrait else round((width - between) * 0.6)
        status = ids.status.measure(side)
        hint = ids.hint.measure(side)
        ids.status.place(left, top, side, status)
        ids.hint.place(left, top - height + hint, side, hint)
        body_top = top - status - theme.space(4)
        body = height - status - hint - theme.space(8)
        words = body * 0.42 if portrait else body
        self._fit_caption(side, words)
        ids.caption.place(left, body_top, side, ids.caption.measure(side))
        if portrait:
            ids.ring.place(left, body_top - words, side, body - words)
        else:
            ids.ring.place(left + side + between, top, width - side - between, height)

    def _fit_caption(self, width: float, height: float) -> None:
        """The largest size with which all words fit; of a very long sentence, its end."""
        caption = self.ids.caption
        caption.source = self._words or stage()._("Please say what you need")
        for role in ("display", "title", "body"):
            caption.role = role
            if caption.measure(width) <= height:
                return
        fitting = max(1, int(height // caption.line_height))
        while caption.measure(width) > height and len(caption.source) > fitting:
            caption.source = ELLIPSIS + caption.source[len(caption.source) // 20 + 1 :].lstrip(ELLIPSIS)
