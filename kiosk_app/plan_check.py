"""The hall as this kiosk knows it: a way to every window, and hours that are up to date."""

from __future__ import annotations

from datetime import date

from hardware.doctor import Finding
from kiosk_app.config import SiteConfig
from kiosk_app.plan import Stand, Wayfinder
from models.knowledge.content import Hall


def wayfinder_of(hall: Hall, site: SiteConfig) -> Wayfinder:
    """The wayfinder of a hall for the kiosk that stands where the configuration says."""
    where = site.stands_at
    return Wayfinder(hall, Stand(where.floor, where.x, where.y) if where is not None else None)


def check_plan(hall: Hall, site: SiteConfig) -> Finding:
    """What a technician should know of it."""
    if not hall.plan:
        return Finding("skip", "the pack's hall.yaml has no plan")
    if complaint := next(wayfinder_of(hall, site).complaints(), None):
        return Finding("warn", complaint, "set [site] stands_at, or correct `plan` in the pack's hall.yaml")
    drawn = sum(len(counter.windows) for plan in hall.plan for counter in plan.counters)
    return Finding("ok", f"the way to {drawn} windows on {len(hall.plan)} floors")


def check_opening(hall: Hall, today: date) -> Finding:
    """Whether the hours are known as data, and the holidays that lie ahead."""
    opening = hall.opening
    if opening is None:
        return Finding(
            "skip", "the pack's hall.yaml has no `opening`, so the screen does not say whether it is open"
        )
    closed = [day for day, spans in opening.dates.items() if not spans]
    if closed and max(closed) < today:
        return Finding(
            "warn",
            f"no holiday after {max(closed)} is known, so that the screen will say that it is open",
            "add the next holidays under `opening.closed` in the pack's hall.yaml and publish it",
        )
    return Finding("ok", f"{len(closed)} holidays, the last on {max(closed)}" if closed else "no holidays")
