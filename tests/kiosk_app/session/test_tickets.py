"""Numbers and calls in the session: one for each queue, said and printed, waited for no longer than promised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from kiosk_app import events as ev
from kiosk_app.presenter import HomeContent, Site, view_of
from kiosk_app.queues import Call, Line, Ticket
from kiosk_app.queues.words import of_call, of_ticket
from kiosk_app.session import Announce, Hush, Phase, Phrase, PrintTicket, TakeTicket, Timing
from kiosk_app.ticket_view import CallView, QueueChoice
from tests.kiosk_app.session.play import ANSWER, Play

CASH = QueueChoice("cash", "A", "现金", "2、3")
SITE = Site({"zh": HomeContent("支行", queues=(CASH,))}, queue_of={"gov.residence_permit.apply": "cash"})
NINE = datetime(2026, 11, 23, 9, 41)


@pytest.fixture
def play() -> Play:
    """A kiosk that gives numbers."""
    return Play(ticketing=True)


def ticket(queue: str = "cash", number: str = "A012", ahead: int | None = 3) -> Ticket:
    """A number."""
    return Ticket(queue, number, ahead, NINE)


def give(play: Play, given: Ticket) -> None:
    """The number that was asked for last comes."""
    play.do(ev.TicketGiven, play.wanted(TakeTicket)[-1].visit, given, of_ticket(given))


def test_a_number_is_shown_said_and_printed(play: Play) -> None:
    play.do(ev.TicketWanted, "cash")
    assert play.phase is Phase.TICKET and view_of(play.state, SITE, play.now).screen == "ticket"
    give(play, ticket())
    assert play.said()[-1] == "您的号码是 A 零一二，前面还有 3 位。"
    (paper,) = play.wanted(PrintTicket)
    shown = view_of(play.state, replace(SITE, printer=True), play.now).ticket
    assert shown is not None
    assert (shown.number, shown.ahead, shown.taken, shown.printing) == ("A012", 3, "09:41", "busy")
    play.do(ev.Printed, paper.job)
    shown = view_of(play.state, replace(SITE, printer=True), play.now).ticket
    assert shown is not None and (shown.printing, shown.take_along) == ("done", "")


@pytest.mark.parametrize(
    ("ahead", "zh", "en"),
    [
        (0, "您的号码是 A 零一二，前面没有人，马上到您。", "Your number is A 0 1 2. You are next."),
        (1, "您的号码是 A 零一二，前面还有一位。", "Your number is A 0 1 2. One person is before you."),
        (None, "您的号码是 A 零一二，请等候叫号。", "Your number is A 0 1 2."),
    ],
)
def test_what_is_said_of_a_number(ahead: int | None, zh: str, en: str) -> None:
    assert of_ticket(ticket(ahead=ahead)) == {"zh": zh, "en": en}


def test_touching_twice_gives_one_number(play: Play) -> None:
    play.do(ev.TicketWanted, "cash")
    play.do(ev.TicketWanted, "cash")
    give(play, ticket())
    play.do(ev.BackPressed)
    play.do(ev.TicketWanted, "cash")
    assert len(play.wanted(TakeTicket)) == 1
    assert len(play.wanted(PrintTicket)) == 1
    assert play.said()[-1].startswith("您的号码是 A 零一二"), "it is said again"
    play.do(ev.TicketWanted, "loans")
    give(play, ticket("loans", "D001", 0))
    assert [one.ticket.number for one in play.visit.tickets] == ["A012", "D001"]


def test_a_late_number_still_belongs_to_its_visit_and_to_no_other(play: Play) -> None:
    play.do(ev.TicketWanted, "cash")
    play.wait(Timing().ticket + 1)
    shown = view_of(play.state, SITE, play.now).ticket
    assert shown is not None and shown.mood == "failed"
    assert play.said()[-1] == str(Phrase.NO_NUMBERS)
    give(play, ticket())
    assert [one.ticket.number for one in play.visit.tickets] == ["A012"]
    play.do(ev.FinishPressed)
    play.wait(20)
    play.do(ev.ScreenTouched)
    give(play, ticket(number="A013"))
    assert play.visit.tickets == ()


@pytest.mark.parametrize(("code", "mood"), [("queue.full", "full"), ("queue.unreachable", "failed")])
def test_no_number_is_said_with_where_to_go(play: Play, code: str, mood: str) -> None:
    play.do(ev.TicketWanted, "cash")
    play.do(ev.TicketRefused, play.visit.number, "cash", code)
    shown = view_of(play.state, SITE, play.now).ticket
    assert shown is not None and shown.mood == mood
    assert "service desk" in play.said()[-1]
    play.do(ev.TicketWanted, "cash")
    assert len(play.wanted(TakeTicket)) == 2, "it may be tried again"


def test_a_system_that_is_away_is_not_asked(play: Play) -> None:
    play.do(ev.PartDown, "queue", "unreachable")
    play.do(ev.TicketsOpened)
    assert view_of(play.state, SITE, play.now).screen == "ticket"
    play.do(ev.TicketWanted, "cash")
    assert play.wanted(TakeTicket) == [] and play.said()[-1] == str(Phrase.NO_NUMBERS)


def test_a_wish_in_words_opens_it_and_without_numbers_it_is_answered(play: Play) -> None:
    wish = replace(ANSWER, matter="hall.take_number", ticket="cash")
    play.do(ev.QuestionTyped, "我要取号")
    play.reply(wish)
    assert play.phase is Phase.TICKET and len(play.wanted(TakeTicket)) == 1
    other = Play()
    other.answer(wish)
    assert other.phase is Phase.ANSWERING and other.wanted(TakeTicket) == []
    assert view_of(other.state, SITE, other.now).ticket_offer is None


def test_an_answer_offers_the_queue_of_its_matter(play: Play) -> None:
    play.do(ev.QueuesChanged, (Line("cash", 4, "A008"),))
    play.answer()
    assert view_of(play.state, SITE, play.now).ticket_offer == replace(CASH, waiting=4)
    play.do(ev.TicketWanted, "cash")
    play.do(ev.BackPressed)
    assert play.phase is Phase.ANSWERING, "back to the answer"


@pytest.mark.parametrize(
    "leave",
    [
        lambda play: play.do(ev.HomePressed),
        lambda play: play.do(ev.PersonRequested),
        lambda play: play.do(ev.FinishPressed),
        lambda play: play.answer(),
    ],
    ids=["home", "person", "finish", "next answer"],
)
def test_it_is_left_as_any_screen_is(play: Play, leave: Callable[[Play], object]) -> None:
    play.do(ev.TicketWanted, "cash")
    give(play, ticket())
    leave(play)
    assert play.phase is not Phase.TICKET and play.visit.desk is None
    assert play.visit.tickets, "the number stays the visit's"


def test_nobody_answers_on_it_for_long(play: Play) -> None:
    play.do(ev.TicketsOpened)
    play.fall_silent()
    play.wait(Timing().inactivity + 1)
    assert play.visit.warned and view_of(play.state, SITE, play.now).warning_seconds > 0
    play.wait(60)
    assert play.state.visit is None


def call(play: Play, number: str = "A012", window: str = "5", order: int = 1) -> None:
    """A window calls."""
    wanted = Call(order, "cash", number, window)
    play.do(ev.NumberCalled, wanted, of_call(wanted))


def test_a_call_is_shown_and_said_while_nobody_is_served(play: Play) -> None:
    call(play)
    call(play, "A013", "6", 2)
    assert [one.text for one in play.wanted(Announce)] == ["请 A 零一二 号，到 5 号窗口。"], (
        "one after the other"
    )
    play.fall_silent()
    assert [one.text for one in play.wanted(Announce)][1:] == ["请 A 零一三 号，到 6 号窗口。"]
    view = view_of(play.state, SITE, play.now)
    assert view.calls == (CallView("A013", "6"), CallView("A012", "5"))
    play.wait(Timing().call + 1)
    assert view_of(play.state, SITE, play.now).calls == ()


def test_a_call_gives_way_to_a_visit(play: Play) -> None:
    call(play)
    effects = play.do(ev.ScreenTouched)
    assert isinstance(effects[0], Hush)
    call(play, "A013", "6", 2)
    assert len(play.wanted(Announce)) == 1 and view_of(play.state, SITE, play.now).calls == ()


@pytest.mark.parametrize(
    "silence",
    [
        lambda play: play.do(ev.QuietHours, True),
        lambda play: play.do(ev.PartDown, "speech", "no loudspeaker"),
        lambda play: setattr(play, "state", replace(play.state, call_aloud=False)),
    ],
    ids=["quiet hours", "no voice", "not wanted"],
)
def test_a_call_is_only_shown_where_nothing_may_sound(play: Play, silence: Callable[[Play], object]) -> None:
    silence(play)
    call(play)
    assert play.wanted(Announce) == []
    assert view_of(play.state, SITE, play.now).calls == (CallView("A012", "5"),)


def test_the_citizen_who_is_called_reads_it_on_the_ticket(play: Play) -> None:
    play.do(ev.TicketWanted, "cash")
    give(play, ticket())
    call(play)
    shown = view_of(play.state, SITE, play.now).ticket
    assert shown is not None and shown.called_to == "5"


def test_a_site_without_numbers_has_nothing_of_it() -> None:
    play = Play()
    play.do(ev.TicketsOpened)
    play.do(ev.TicketWanted, "cash")
    assert play.phase is Phase.GREETING and play.wanted(TakeTicket) == []
    assert view_of(play.state, SITE, play.now).queues == ()
