"""From the session's state to what the screen shows; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hardware.printer import NO_PAPER
from kiosk_app.plan import Wayfinder
from kiosk_app.reply import Language, Reply
from kiosk_app.session.state import SERVICE, STARTING, Phase, SessionState, Visit
from kiosk_app.staff.corner import corner_of
from kiosk_app.taking import link_to, words_of
from kiosk_app.ticket_presenter import calls_of, offered_queue, queues_of, ticket_of
from kiosk_app.ticket_view import QueueChoice
from kiosk_app.topic_search import Search
from kiosk_app.view import (
    MOST_FOUND,
    PartLight,
    PrintMood,
    QuickTopic,
    Screen,
    SearchView,
    TopicTile,
    ViewData,
)

_SCREENS: Mapping[Phase, Screen] = {
    Phase.IDLE: "attract",
    Phase.GREETING: "attract",
    Phase.LISTENING: "listening",
    Phase.THINKING: "listening",
    Phase.ANSWERING: "answer",
    Phase.CLARIFYING: "clarify",
    Phase.TICKET: "queues",
    Phase.HANDOVER: "handover",
    Phase.FAREWELL: "farewell",
    Phase.OUT_OF_SERVICE: "out_of_service",
    Phase.STAFF_PIN: "staff_pin",
    Phase.STAFF: "staff",
}


_PRIVATE = frozenset[Screen]({"search", "listening", "answer", "clarify", "handover"})
"""On these stands what a citizen wants, and nobody else is to read it."""

_DEAF = "silent"
"""The fault of a microphone through which nothing is heard; with the others the voice may still get through."""


@dataclass(frozen=True, slots=True)
class HomeContent:
    """What the home screen and those behind it offer in one language; made once per pack."""

    site_name: str = ""
    topics: tuple[TopicTile, ...] = ()
    frequent: tuple[QuickTopic, ...] = ()
    search: Search | None = None
    queues: tuple[QueueChoice, ...] = ()
    """What a number can be taken of, should the site give numbers."""
    departments: tuple[TopicTile, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """What the screen needs to know beyond the session: the home content by language, of the camera, of its pages."""

    home: Mapping[Language, HomeContent] = field(default_factory=dict[Language, HomeContent])
    camera_enabled: bool = False
    camera_notice: Mapping[Language, str] = field(default_factory=dict[Language, str])
    pages: str = ""
    """The web address of the site's pages, with ``{matter}``; empty when it has none."""
    printer: bool = False
    """There is to be one."""
    queue_of: Mapping[str, str] = field(default_factory=dict[str, str])
    """The queue of a matter, by their ids."""
    wayfinder: Wayfinder | None = None
    """Knows the floors, once there is knowledge."""


def view_of(state: SessionState, site: Site, now: float) -> ViewData:
    """The view of ``state`` at the monotonic time ``now`` (which only what counts down needs)."""
    visit = state.visit
    lang: Language = _lang(state)
    home = site.home.get(lang) or HomeContent()
    closure = state.notices.closure if state.is_down(SERVICE) else None
    common = ViewData(
        screen=_SCREENS[state.phase],
        lang=lang,
        site_name=home.site_name,
        microphone=_microphone(state),
        can_speak=_can_speak(state),
        camera=_camera(state, site),
        camera_notice=site.camera_notice.get(lang) or next(iter(site.camera_notice.values()), ""),
        topics=home.topics,
        frequent=home.frequent,
        departments=home.departments,
        opening=state.opening,
        greeting=state.phase is Phase.GREETING,
        speaking=state.speaking is not None,
        corner=corner_of(state, now, camera_enabled=site.camera_enabled, printer=site.printer),
        queues=queues_of(state, home.queues),
        calls=calls_of(state),
        volume=None if state.is_down("speech") else state.volume,
        starting=_starting(state),
        message=state.notices.message.in_(lang) if state.notices.message else "",
        closed_reason=closure.reason.in_(lang) if closure else "",
        closed_where=closure.where.in_(lang) if closure else "",
        identity=state.identity.name if state.identity else "",
    )
    return common if visit is None else _of_visit(common, state, site, visit, now)


def _starting(state: SessionState) -> bool:
    missing = dict(state.essential_missing)
    return SERVICE not in missing and STARTING in missing.values()


def _lang(state: SessionState) -> Language:
    if state.visit is not None:
        return state.visit.lang
    return state.corner.lang if state.corner is not None else state.site_lang


def taken_along(reply: Reply, pages: str) -> str:
    """What the code of an answer says: the page of its matter, or the answer itself where the site has no ``pages``."""
    if reply.act != "answer" or reply.matter is None:
        return ""
    if pages:
        return link_to(pages, reply.matter)
    return words_of(reply.title, reply.cards, reply.lang) if reply.cards else ""


def _of_visit(common: ViewData, state: SessionState, site: Site, visit: Visit, now: float) -> ViewData:
    home = site.home.get(visit.lang) or HomeContent()
    reply = visit.reply
    answered = reply is not None and state.phase is Phase.ANSWERING
    waiting = (Phase.GREETING, Phase.ANSWERING, Phase.CLARIFYING, Phase.TICKET)
    counting = visit.warned and state.phase in waiting
    browsing = visit.browsing and state.phase is Phase.GREETING
    behind: Screen = "topics" if visit.search is None else "search"
    ticketed = state.phase is Phase.TICKET
    ticket = ticket_of(state, common.queues, hall=home.site_name, printer=site.printer) if ticketed else None
    if ticketed and ticket is not None:
        common = replace(common, screen="ticket")
    screen = behind if browsing else common.screen
    return replace(
        common,
        visit=visit.number,
        screen=screen,
        covered=state.onlooker and not visit.uncovered and screen in _PRIVATE,
        ticket=ticket,
        ticket_offer=offered_queue(reply, common.queues, site.queue_of) if answered else None,
        search=_search(visit.search, home) if browsing and visit.search is not None else None,
        by_department=browsing and visit.by_department and bool(home.departments),
        elder=visit.elder,
        contrast=visit.contrast,
        lowered=visit.lowered,
        rate=visit.rate,
        volume=None if common.volume is None else visit.volume,
        muted=visit.muted,
        caption=visit.caption,
        caption_final=visit.caption_final,
        thinking=state.phase is Phase.THINKING,
        not_understood=visit.hint,
        title=reply.title if reply else "",
        speech=reply.speech if reply else "",
        cards=reply.cards if reply else (),
        note=reply.note if reply else "",
        choices=reply.choices if reply else (),
        printing=_printing(state, visit) if site.printer and reply and reply.can_be_taken else "none",
        take_along=taken_along(reply, site.pages) if reply and answered else "",
        plan=site.wayfinder.shows(reply.windows, visit.lang)
        if reply and answered and site.wayfinder
        else None,
        staff_text=visit.staff_text,
        may_rate=state.phase is Phase.FAREWELL and visit.answered and not visit.rating,
        rated=state.phase is Phase.FAREWELL and visit.rating > 0,
        handover_failed=visit.handover_failed,
        handover_accepted=visit.handover_accepted,
        warning_seconds=_countdown(state, now) if counting else 0,
    )


def _search(letters: str, home: HomeContent) -> SearchView:
    if home.search is None:
        return SearchView(letters)
    found = tuple(QuickTopic(one.matter, one.title) for one in home.search.index.find(letters, MOST_FOUND))
    return SearchView(letters, found if letters else home.frequent, home.search.example)


def _printing(state: SessionState, visit: Visit) -> PrintMood:
    if visit.printing is not None and visit.printing.mood != "failed":
        return visit.printing.mood
    reason = dict(state.down).get("printer", "")
    if reason.startswith(NO_PAPER):
        return "no_paper"
    if reason == STARTING:
        return "none"
    return "failed" if reason or visit.printing is not None else "ready"


def _countdown(state: SessionState, now: float) -> int:
    """Whole seconds; it stands still while the warning is being spoken, for the time begins after it."""
    left = min(state.until - now, state.timing.warning)
    return max(1, math.ceil(left))


def _microphone(state: SessionState) -> PartLight:
    reasons = [reason for part, reason in state.down if part in ("microphone", "recognition")]
    if reasons:
        return "off" if STARTING in reasons else "fault"
    if state.microphone_fault == _DEAF:
        return "fault"
    return "on" if state.listening else "off"


def _can_speak(state: SessionState) -> bool:
    muted = state.visit is not None and state.visit.muted
    works = not (state.is_down("microphone") or state.is_down("recognition"))
    return works and not muted and state.microphone_fault != _DEAF


def _camera(state: SessionState, site: Site) -> PartLight:
    if not site.camera_enabled:
        return "off"
    return "fault" if state.is_down("camera") else "on"
