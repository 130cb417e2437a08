"""What the session knows of queue tickets: the ticket screens of a visit, its numbers, and the calls that are shown."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from kiosk_app.queues.events import Speech
from kiosk_app.queues.port import Call, Ticket
from kiosk_app.session.effects import Announce

if TYPE_CHECKING:
    from kiosk_app.session.state import SessionState

MOST_CALLS = 3
"""So many calls are shown at once; an older one has been seen."""


@dataclass(frozen=True, slots=True)
class TicketDesk:
    """What the ticket screens show: the choice of queues, or what became of the wish for a number of one."""

    queue: str = ""
    """"" while a queue is being chosen."""
    mood: Literal["choosing", "busy", "given", "failed", "full"] = "choosing"
    lost_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Taken:
    """A number of this visit, and what is said of it."""

    ticket: Ticket
    speech: Speech = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownCall:
    """A call that the idle screen shows until ``until``; ``spoken``: it has been said, or is being said."""

    call: Call
    speech: Speech
    until: float
    spoken: bool = False


def settled_calls(state: SessionState, at: float) -> tuple[SessionState, tuple[Announce, ...]]:
    """The state without the calls whose time is up, and the next one to be said, if it may be said now.

    Only while nobody is served, nothing else sounds and the site wants it.
    """
    if not state.calls:
        return state, ()
    calls = tuple(shown for shown in state.calls if shown.until > at)
    state = replace(state, calls=calls) if calls != state.calls else state
    waiting = next((shown for shown in calls if not shown.spoken), None)
    if waiting is None or not state.may_announce:
        return state, ()
    text = waiting.speech.get(state.site_lang, "")
    told = tuple(replace(shown, spoken=True) if shown is waiting else shown for shown in calls)
    state = replace(state, calls=told)
    if not text:
        return state, ()
    number = state.utterances + 1
    state = state.announcing(number, at + state.timing.speaking(text))
    return state, (Announce(number, text, state.site_lang, state.volume),)
