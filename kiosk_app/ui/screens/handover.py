"""A person has been asked for: waiting, or accepted with the words of the member of staff."""

from __future__ import annotations

from kiosk_app.ui.parts.bar import BACK, FINISH, HOME, PERSON_AGAIN, Action
from kiosk_app.ui.screens.message import MessageScreen
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData


class HandoverScreen(MessageScreen):
    """Says what happens now, and what the member of staff answered."""

    def bar(self, view: ViewData) -> tuple[Action, ...]:
        return (BACK, HOME, FINISH, PERSON_AGAIN)

    def show(self, view: ViewData) -> None:
        _ = stage()._
        if view.handover_accepted:
            self.say("done", _("A member of staff will help you"), _("Please stay here"))
        elif view.handover_failed:
            self.say("person", _("Nobody is free right now"), _("Please go to the service desk"))
        else:
            help_line = _("Please wait here, or go to the service desk")
            self.say("person", _("We are calling a member of staff"), help_line, waiting=True)
        self.quote(view.staff_text, icon="person")
