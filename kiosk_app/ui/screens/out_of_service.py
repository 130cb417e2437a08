"""The kiosk cannot serve; the service desk can, or whoever the centre names instead."""

from __future__ import annotations

from kiosk_app.ui.screens.message import MessageScreen
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData


class OutOfServiceScreen(MessageScreen):
    """No buttons: nothing here could keep its promise."""

    def show(self, view: ViewData) -> None:
        _ = stage()._
        if view.starting:
            self.say("pause", _("This kiosk is starting"), _("It takes a few seconds"), waiting=True)
        else:
            help_line = _("Please go to the service desk, where people will help you")
            self.say("pause", _("This kiosk is out of service"), view.closed_where or help_line)
        self.quote(view.closed_reason, icon="alert")
