"""From the session's state to what the screens show of queues and tickets; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hardware.printer import NO_PAPER
from kiosk_app.i18n import N_, translator
from kiosk_app.reply import Language, Reply
from kiosk_app.session.state import STARTING, Phase, SessionState, Visit
from kiosk_app.session.ticketing import Taken
from kiosk_app.ticket_view import TAKE_NUMBER, CallView, QueueChoice, TicketPrint, TicketView


def queues_of(state: SessionState, queues: Sequence[QueueChoice]) -> tuple[QueueChoice, ...]:
    """The queues that a number can be taken of, with how many wait; none where the site gives no numbers."""
    if not state.ticketing:
        return ()
    waiting = {line.queue: line.waiting for line in state.lines} if not state.is_down("queue") else {}
    return tuple(replace(queue, waiting=waiting.get(queue.queue)) for queue in queues)


def offered_queue(
    reply: Reply | None, queues: Sequence[QueueChoice], matters: Mapping[str, str]
) -> QueueChoice | None:
    """The queue of the answer's matter; the one without an id when the citizen has to choose; None for no offer."""
    if reply is None or reply.act != "answer" or not queues:
        return None
    if reply.matter == TAKE_NUMBER:
        return queues[0] if len(queues) == 1 else QueueChoice("", "", "", "")
    return next((queue for queue in queues if queue.queue == matters.get(reply.matter or "")), None)


def ticket_of(
    state: SessionState, queues: Sequence[QueueChoice], *, hall: str, printer: bool
) -> TicketView | None:
    """What the ticket screen shows; None while no wish for a number is on it."""
    visit = state.visit
    desk = visit.desk if visit is not None else None
    if visit is None or desk is None or (desk.mood == "choosing" and not state.is_down("queue")):
        return None
    queue = next((one for one in queues if one.queue == desk.queue), QueueChoice(desk.queue, "", "", ""))
    taken = next((one for one in visit.tickets if one.ticket.queue == desk.queue), None)
    if desk.mood == "choosing" or taken is None or desk.mood != "given":
        mood = "failed" if desk.mood in ("choosing", "given") else desk.mood
        return TicketView(mood, queue=queue.name)
    return _given(state, visit, taken, queue, hall, printer)


def _given(
    state: SessionState, visit: Visit, taken: Taken, queue: QueueChoice, hall: str, printer: bool
) -> TicketView:
    ticket = taken.ticket
    called = next((one.call.window for one in state.calls if one.call.number == ticket.number), "")
    printing = _printing(state, visit) if printer else "none"
    return TicketView(
        "given",
        ticket.number,
        queue.name,
        queue.windows,
        ticket.ahead,
        f"{ticket.at:%H:%M}",
        printing,
        "" if printing in ("busy", "done") else ticket_words(ticket.number, queue, hall, taken, visit.lang),
        called,
    )


def ticket_words(number: str, queue: QueueChoice, hall: str, taken: Taken, lang: Language) -> str:
    """What is taken along of a ticket in a code: the number, its queue and windows, the hall, and when it was taken."""
    say = translator(lang)
    windows = say(N_("Windows {windows}")).format(windows=queue.windows) if queue.windows else ""
    lines = (number, queue.name, windows, hall, f"{taken.ticket.at:%Y-%m-%d %H:%M}")
    return "\n".join(line for line in lines if line)


def _printing(state: SessionState, visit: Visit) -> TicketPrint:
    slip = visit.ticket_print
    if slip is not None and slip.mood != "failed":
        return "busy" if slip.mood == "busy" else "done"
    reason = dict(state.down).get("printer", "")
    if reason.startswith(NO_PAPER):
        return "no_paper"
    return "none" if reason == STARTING else "failed"


def calls_of(state: SessionState) -> tuple[CallView, ...]:
    """The calls that the idle screen shows, the newest first."""
    if state.phase is not Phase.IDLE:
        return ()
    return tuple(CallView(shown.call.number, shown.call.window) for shown in reversed(state.calls))
