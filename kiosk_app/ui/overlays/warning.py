"""Is anybody still there?"""

from __future__ import annotations

from kiosk_app.events import FinishPressed, StayPressed
from kiosk_app.ui.overlays.overlay import BigButton, Notice
from kiosk_app.ui.parts.block import Column, Row
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage


class StillThere(Notice):
    """Counts down the seconds until everything is forgotten; one touch stays."""

    def __init__(self) -> None:
        _ = stage()._
        theme = stage().theme
        content = Column(gap=theme.space(2))
        content.add_widget(Text(source=_("Are you still there?"), role="title", align="center"))
        self.seconds = Text(role="display", colour="primary", align="center")
        content.add_widget(self.seconds)
        content.add_widget(Text(source=_("Then everything here is deleted"), colour="muted", align="center"))
        stay = BigButton(_("I am still here"), strong=True)
        stay.event = StayPressed
        finish = BigButton(_("I am done"), strong=False)
        finish.event = FinishPressed
        buttons = Row(gap=theme.tight, cross="fill")
        buttons.add_widget(finish)
        buttons.add_widget(stay)
        super().__init__(content, buttons)

    def count(self, seconds: int) -> None:
        """Show the seconds that are left."""
        self.seconds.source = stage()._("{seconds} seconds").format(seconds=seconds)
