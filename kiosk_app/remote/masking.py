"""What a picture of the screen may show: the site's own content, never a citizen's words or what answers them. Pure.

The rule is the other way round from striking out: a masked view is made anew, and takes over only what is named here.
Whatever a visit adds to a view, and whatever field is added later, stays out. So the picture of a visit is the same
whatever was said in it.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk_app.reply import Card, Choice
from kiosk_app.ticket_view import TicketView
from kiosk_app.view import Screen, SearchView, ViewData

MASK = "■■■■■■"


def masked(view: ViewData) -> ViewData:
    """The view that a picture is drawn from. There is none of the staff corner: its pages may show the camera."""
    common = ViewData(
        screen=view.screen,
        lang=view.lang,
        site_name=view.site_name,
        microphone=view.microphone,
        can_speak=view.can_speak,
        camera=view.camera,
        camera_notice=view.camera_notice,
        elder=view.elder,
        contrast=view.contrast,
        lowered=view.lowered,
        opening=view.opening,
        greeting=view.greeting,
        topics=view.topics,
        frequent=view.frequent,
        departments=view.departments,
        queues=view.queues,
        message=view.message,
        identity=view.identity,
        closed_reason=view.closed_reason,
        closed_where=view.closed_where,
        starting=view.starting,
        volume=None if view.volume is None else 1.0,
    )
    return replace(common, calls=view.calls) if view.visit == 0 else _of_visit(common, view.screen)


def _of_visit(common: ViewData, screen: Screen) -> ViewData:
    """Something in every place where there would be words, always the same."""
    match screen:
        case "listening":
            return replace(common, caption=MASK)
        case "answer":
            card = Card("text", "summary", MASK, (MASK * 3,))
            return replace(common, title=MASK, speech=MASK * 2, cards=(card,))
        case "clarify":
            choices = tuple(Choice(str(number), MASK) for number in range(3))
            return replace(common, title=MASK, speech=MASK * 2, choices=choices)
        case "search":
            return replace(common, search=SearchView())
        case "ticket":
            return replace(common, ticket=TicketView("busy"))
        case "handover":
            return replace(common, staff_text=MASK)
        case _:
            return common
