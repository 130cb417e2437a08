"""The way from an answer to the plan of its window."""

from __future__ import annotations

from kiosk_app.plan.sheet import PlanView
from kiosk_app.ui.parts.icon import Icon
from kiosk_app.ui.parts.surface import TapCard
from kiosk_app.ui.parts.text import Text
from kiosk_app.ui.stage import stage


class PlanButton(TapCard):
    """Under the facts; it only opens something, so the session learns of the touch alone."""

    def __init__(self, plan: PlanView, **kwargs: object) -> None:
        theme, _ = stage().theme, stage()._
        look = {"edge": "primary", "edge_width": theme.outline}
        super().__init__(gap=theme.space(3), pad_x=theme.inset, pad_y=theme.space(1.5), **look, **kwargs)
        numbers = _(", ").join(plan.windows)
        one, several = _("See where window {number} is"), _("See where windows {numbers} are")
        words = several.format(numbers=numbers) if len(plan.windows) > 1 else one.format(number=numbers)
        self.add_widget(Icon(name="map", colour="primary", extent=round(theme.em("heading") * 1.3)))
        self.add_widget(Text(source=words, role="heading", colour="primary"))
        self.add_widget(Icon(name="chevron", colour="primary", extent=theme.space(4)))
        self.action = stage().show_plan
