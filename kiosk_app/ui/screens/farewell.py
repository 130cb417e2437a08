"""Goodbye."""

from __future__ import annotations

from typing import ClassVar

from kiosk_app.ui.parts.bar import HOME, PERSON, Action
from kiosk_app.ui.parts.rating import Rating
from kiosk_app.ui.screens.message import MessageScreen
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData


class FarewellScreen(MessageScreen):
    """Thanks, and says that nothing is kept; who was answered may say how it was, and need not."""

    actions: ClassVar[tuple[Action, ...]] = (HOME, PERSON)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._rating: Rating | None = None

    def show(self, view: ViewData) -> None:
        _ = stage()._
        rates = view.may_rate or view.rated
        if rates and self._rating is None:
            self._rating = Rating()
            self.ids.words.add_widget(self._rating)
        if self._rating is not None:
            self._rating.show(given=view.rated)
        self.say("done", _("Thank you, goodbye"), _("What you said here is deleted now"))
        self.quote(view.speech, speaking=view.speaking)

    def _ring_extent(self) -> int:
        theme = stage().theme
        if self._rating is None:
            return super()._ring_extent()
        return theme.mm(40) if theme.ample else 0
