"""Goodbye."""

from __future__ import annotations

from typing import ClassVar

from kiosk_app.ui.parts.bar import HOME, PERSON, Action
from kiosk_app.ui.screens.message import MessageScreen
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData


class FarewellScreen(MessageScreen):
    """Thanks, and says that nothing is kept."""

    actions: ClassVar[tuple[Action, ...]] = (HOME, PERSON)

    def show(self, view: ViewData) -> None:
        _ = stage()._
        self.say("done", _("Thank you, goodbye"), _("What you said here is deleted now"))
        self.quote(view.speech, speaking=view.speaking)
