"""The privacy notice: what the kiosk senses, what it keeps (nothing), and who helps without a machine."""

from __future__ import annotations

from kiosk_app.events import MuteToggled
from kiosk_app.ui.overlays.overlay import BigButton, Notice
from kiosk_app.ui.parts.block import Column, Row
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage
from kiosk_app.view import ViewData


class PrivacyNotice(Notice):
    """Opens over any screen. All that it changes in the session is whether the microphone hears, where it may.

    Args:
        view: what is on the screen: whether there is a camera and what the site says of it, and whether the
            microphone has been turned off, where there is a session in which it could be.
    """

    lasts_s = 60.0

    def __init__(self, view: ViewData) -> None:
        _ = stage()._
        theme = stage().theme
        content = Column(gap=theme.space(3))
        content.add_widget(Text(source=_("Your privacy"), role="title"))
        points = (
            ("mic", _("Your voice is understood inside this kiosk. No sound is stored or sent.")),
            *(("camera", words) for words in _of_camera(view)),
            ("done", _("What you said and saw here is deleted as soon as you leave.")),
            ("person", _("You can always ask for a member of staff instead.")),
        )
        for icon, words in points:
            row = Row(gap=theme.space(3), cross="top")
            text = Text(source=words)
            row.add_widget(Icon(name=icon, colour="primary", extent=text.line_height))
            row.add_widget(text)
            content.add_widget(row)
        close = BigButton(_("I understand"), strong=True)
        close.action = stage().close_overlay
        if view.screen == "out_of_service" or view.corner is not None:
            super().__init__(content, close)
            return
        mute = BigButton(
            _("Turn the microphone on") if view.muted else _("Turn the microphone off"), strong=False
        )
        mute.event = MuteToggled
        buttons = Row(gap=theme.tight, cross="fill")
        buttons.add_widget(mute)
        buttons.add_widget(close)
        super().__init__(content, buttons)


def _of_camera(view: ViewData) -> list[str]:
    _ = stage()._
    if view.camera == "off":
        return [_("This kiosk uses no camera.")]
    ours = _("The camera only notices that somebody is near. No picture is stored, no face is recognised.")
    return [ours, view.camera_notice] if view.camera_notice else [ours]
