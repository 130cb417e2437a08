"""The way from an answer to what is taken along of it."""

from __future__ import annotations

from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import TapCard
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage


class TakeButton(TapCard):
    """Under the cards, for whoever has read them; it only opens something, so the session learns of the touch alone."""

    def __init__(self, **kwargs: object) -> None:
        theme, _ = stage().theme, stage()._
        look = {"edge": "primary", "edge_width": theme.outline}
        super().__init__(gap=theme.space(3), pad_x=theme.inset, pad_y=theme.space(1.5), **look, **kwargs)
        self.add_widget(Icon(name="code", colour="primary", extent=round(theme.em("heading") * 1.3)))
        self.add_widget(Text(source=_("Take it with you"), role="heading", colour="primary"))
        self.add_widget(Icon(name="chevron", colour="primary", extent=theme.space(4)))
        self.action = stage().show_take_along
