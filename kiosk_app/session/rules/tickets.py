"""Queue tickets: one number for each queue and visit, on the screen, aloud and on paper; and who is called."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from kiosk_app import events as ev
from kiosk_app.session.effects import Phrase, PrintTicket, TakeTicket
from kiosk_app.session.rules.touch import awake
from kiosk_app.session.state import Phase, Printing
from kiosk_app.session.step import Rules, Step
from kiosk_app.session.ticketing import MOST_CALLS, ShownCall, Taken, TicketDesk


def open_tickets(step: Step, queue: str) -> bool:
    """Open the ticket screens: the choice of queues, or a number of ``queue``; False where none are given."""
    if not step.state.ticketing or not step.enter(Phase.TICKET, step.allowance()):
        return False
    step.hush()
    step.state = step.state.with_visit(caption="", caption_final=False, hint=False, warned=False)
    if queue:
        _ask_for(step, queue)
    else:
        step.state = step.state.with_visit(desk=TicketDesk())
        step.speak(Phrase.NO_NUMBERS if step.state.is_down("queue") else Phrase.CHOOSE_QUEUE)
    return True


def _opened(step: Step, event: ev.TicketsOpened) -> None:
    if awake(step):
        open_tickets(step, "")


def _wanted(step: Step, event: ev.TicketWanted) -> None:
    if awake(step) and event.queue:
        open_tickets(step, event.queue)


def _ask_for(step: Step, queue: str) -> None:
    """A number that the visit has already is shown again, and one that is on its way is waited for."""
    visit, timing = step.visit, step.state.timing
    if visit is None:
        return
    if any(one.ticket.queue == queue for one in visit.tickets):
        step.state = step.state.with_visit(desk=TicketDesk(queue, "given"))
        step.say_again()
    elif step.state.is_down("queue"):
        _refuse(step, queue, "failed")
    elif visit.desk is None or (visit.desk.queue, visit.desk.mood) != (queue, "busy"):
        step.state = step.state.with_visit(desk=TicketDesk(queue, "busy", step.at + timing.ticket))
        step.effects.append(TakeTicket(visit.number, queue))


def _refuse(step: Step, queue: str, mood: Literal["failed", "full"]) -> None:
    step.state = step.state.with_visit(desk=TicketDesk(queue, mood))
    step.speak(Phrase.NUMBERS_GONE if mood == "full" else Phrase.NO_NUMBERS)


def _given(step: Step, event: ev.TicketGiven) -> None:
    """It belongs to the visit even when it comes late; it is shown and said where it is waited for."""
    visit, queue = step.visit, event.ticket.queue
    if (
        visit is None
        or visit.number != event.visit
        or any(one.ticket.queue == queue for one in visit.tickets)
    ):
        return
    step.state = step.state.with_visit(tickets=(*visit.tickets, Taken(event.ticket, event.speech)))
    _print(step, event)
    if visit.desk is None or visit.desk.queue != queue:
        return
    step.state = step.state.with_visit(desk=TicketDesk(queue, "given"))
    if step.phase is Phase.TICKET:
        step.extend(step.allowance())
        step.say_again()


def _print(step: Step, event: ev.TicketGiven) -> None:
    visit = step.visit
    if visit is None or step.state.is_down("printer"):
        return
    job = step.state.jobs + 1
    slip = Printing(job, "busy", step.at + step.state.timing.printing)
    step.state = replace(step.state, jobs=job).with_visit(ticket_print=slip)
    step.effects.append(PrintTicket(job, event.ticket, visit.lang))


def _refused(step: Step, event: ev.TicketRefused) -> None:
    desk = step.visit.desk if step.visit is not None and step.visit.number == event.visit else None
    if desk is not None and (desk.queue, desk.mood) == (event.queue, "busy"):
        _fail(step, event.queue, "full" if event.code == "queue.full" else "failed")


def _fail(step: Step, queue: str, mood: Literal["failed", "full"]) -> None:
    if step.phase is Phase.TICKET:
        step.extend(step.allowance())
        _refuse(step, queue, mood)
    else:
        step.state = step.state.with_visit(desk=TicketDesk(queue, mood))


def give_up(step: Step) -> None:
    """Nothing was heard of a number, or of its paper, for too long."""
    visit = step.visit
    if visit is None:
        return
    if visit.desk is not None and visit.desk.mood == "busy" and step.at >= visit.desk.lost_at:
        _fail(step, visit.desk.queue, "failed")
    slip = visit.ticket_print
    if slip is not None and slip.mood == "busy" and step.at >= slip.lost_at:
        printed(step, slip.job, "failed")


def printed(step: Step, job: int, mood: Literal["done", "failed"]) -> None:
    """What became of a ticket's paper."""
    slip = step.visit.ticket_print if step.visit is not None else None
    if slip is not None and slip.mood == "busy" and slip.job == job:
        step.state = step.state.with_visit(ticket_print=replace(slip, mood=mood))
        if step.visit is not None and step.visit.guided and step.state.speaking is None:
            step.speak(Phrase.GUIDE_PRINTED if mood == "done" else Phrase.GUIDE_NOT_PRINTED)


def _changed(step: Step, event: ev.QueuesChanged) -> None:
    step.state = replace(step.state, lines=event.lines)


def _called(step: Step, event: ev.NumberCalled) -> None:
    """Shown for a while, the newest last; a number that is called once more is shown once."""
    others = tuple(shown for shown in step.state.calls if shown.call.number != event.call.number)
    shown = ShownCall(event.call, event.speech, step.at + step.state.timing.call)
    step.state = replace(step.state, calls=(*others, shown)[-MOST_CALLS:])


RULES: Rules = {
    ev.TicketsOpened: _opened,
    ev.TicketWanted: _wanted,
    ev.TicketGiven: _given,
    ev.TicketRefused: _refused,
    ev.QueuesChanged: _changed,
    ev.NumberCalled: _called,
}
