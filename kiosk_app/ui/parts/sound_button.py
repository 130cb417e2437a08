"""The way from what is being said to how loud it is said."""

from __future__ import annotations

from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import TapCard
from kiosk_app.ui.stage import stage


class SoundButton(TapCard):
    """A square with a sign; it only opens something, so the session learns of the touch alone."""

    def __init__(self, **kwargs: object) -> None:
        theme = stage().theme
        side = theme.target_small
        sign = round(theme.em("label"))
        super().__init__(
            share=0, fixed=side, pad_x=(side - sign) / 2, edge="primary", edge_width=theme.outline, **kwargs
        )
        self.add_widget(Icon(name="sound", colour="primary", extent=sign))
        self.action = stage().show_sound
