"""What is heard of queues and numbers."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk_app import events as ev
from kiosk_app.guide.reading import Line, Reader, join, ways
from kiosk_app.ticket_view import QueueChoice, TicketView


def number_taken(read: Reader) -> Iterator[Line]:
    """The way to a number, on the home screen."""
    if read.view.queues:
        only = read.view.queues[0].queue if len(read.view.queues) == 1 else ""
        yield Line(read._("Take a number"), _wish(read.at, only))


def ticket_offer(read: Reader) -> Iterator[Line]:
    """A number for the matter of an answer."""
    offer = read.view.ticket_offer
    if offer is not None:
        yield Line(join(read._, read._("Take a number"), _waiting(read, offer)), _wish(read.at, offer.queue))


def called(read: Reader) -> Iterator[Line]:
    """Who is called, on the home screen."""
    words = read._("{number}: please go to window {window}")
    for call in read.view.calls:
        yield Line(words.format(number=call.number, window=call.window))


def queues(read: Reader) -> Iterator[Line]:
    """Which queue?"""
    for queue in read.view.queues:
        yield Line(join(read._, queue.name, _waiting(read, queue)), ev.TicketWanted(read.at, queue.queue))
    yield from ways(read)


def ticket(read: Reader) -> Iterator[Line]:
    """The number, or what became of it; the code beside it is for the eye."""
    shown, _ = read.view.ticket or TicketView(), read._
    if shown.mood == "busy":
        yield Line(_("Getting your number"))
    elif shown.mood == "given":
        yield Line(join(_, _("Your number"), shown.number))
        if shown.called_to:
            yield Line(_("It is your turn: please go to window {window}").format(window=shown.called_to))
        else:
            yield Line(_ahead(read, shown.ahead))
        yield Line(shown.queue)
        if shown.windows:
            yield Line(_("Windows {windows}").format(windows=shown.windows))
        yield Line(_("Please take your ticket") if shown.printing == "done" else "")
        yield read.way("Repeat", ev.RepeatPressed)
        yield read.way("Done", ev.FinishPressed)
    else:
        yield Line(_("Please go to the service desk, or call a member of staff"))
    yield from ways(read)


def _wish(at: float, queue: str) -> ev.Touch:
    return ev.TicketWanted(at, queue) if queue else ev.TicketsOpened(at)


def _waiting(read: Reader, queue: QueueChoice) -> str:
    count, _ = queue.waiting, read._
    if count is None:
        return ""
    if count == 0:
        return _("Nobody is waiting")
    return _("1 person waiting") if count == 1 else _("{count} people waiting").format(count=count)


def _ahead(read: Reader, count: int | None) -> str:
    _ = read._
    if count is None:
        return _("Please wait until it is called")
    if count == 0:
        return _("You are next")
    return _("1 person before you") if count == 1 else _("{count} people before you").format(count=count)
