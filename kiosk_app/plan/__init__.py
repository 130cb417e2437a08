"""Where a window is: the way there through the hall's floors, and the picture of it. Pure; no toolkit here."""

from kiosk_app.plan.sheet import PlanView, Sheet
from kiosk_app.plan.wayfinder import Stand, Wayfinder

__all__ = ["PlanView", "Sheet", "Stand", "Wayfinder"]
