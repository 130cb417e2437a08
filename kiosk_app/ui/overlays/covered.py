"""Somebody else can read the screen."""

from __future__ import annotations

from kiosk_app.events import UncoverPressed
from kiosk_app.ui.overlays.overlay import BigButton, Notice
from kiosk_app.ui.parts.block import Column
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage


class Covered(Notice):
    """Stands where the words were, until nobody reads along, or the citizen does not mind: it may be a friend."""

    def __init__(self) -> None:
        _ = stage()._
        content = Column(gap=stage().theme.space(2))
        content.add_widget(Text(source=_("Somebody can read along"), role="title", align="center"))
        help_line = _("What is written here is covered, for your privacy")
        content.add_widget(Text(source=help_line, colour="muted", align="center"))
        button = BigButton(_("Show it again"), strong=True)
        button.event = UncoverPressed
        super().__init__(content, button)
