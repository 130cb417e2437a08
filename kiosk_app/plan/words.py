"""The way to a window in words, by a translator of messages: for the head of the plan, and for who cannot see it."""

from __future__ import annotations

from collections.abc import Callable

from kiosk_app.plan.sheet import PlanView

Translate = Callable[[str], str]


def titled(plan: PlanView, _: Translate, *, named: bool = True) -> str:
    """The number, and what the sign over it says when it is to be ``named``."""
    numbers = _(", ").join(plan.windows)
    if len(plan.windows) > 1:
        return _("Windows {numbers}").format(numbers=numbers)
    if not plan.name or not named:
        return _("Window {number}").format(number=numbers)
    return _("Window {number}: {name}").format(number=numbers, name=plan.name)


def way_told(plan: PlanView, _: Translate) -> str:
    """The way in one line."""
    if plan.here == plan.floor:
        return (
            _("On this floor, about {metres} m from here").format(metres=plan.metres) if plan.metres else ""
        )
    if plan.here is None or not plan.ride:
        return floor_name(plan.floor, _)
    ride = {
        "lift": _("Take the lift to {floor}"),
        "escalator": _("Take the escalator to {floor}"),
        "stairs": _("Take the stairs to {floor}"),
    }[plan.ride]
    return ride.format(floor=_called(plan.floor, _))


def floor_name(floor: int, _: Translate) -> str:
    """A floor as people call it."""
    if floor < 0:
        return _("Basement {floor}").format(floor=-floor)
    return _("Ground floor") if floor == 1 else _("Floor {floor}").format(floor=floor)


def _called(floor: int, _: Translate) -> str:
    """A floor within a sentence."""
    if floor < 0:
        return _("basement {floor}").format(floor=-floor)
    return _("the ground floor") if floor == 1 else _("floor {floor}").format(floor=floor)
