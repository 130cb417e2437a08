"""The session machine under random events: never stuck, never talking to an empty hall, never leaking."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from typing import get_args

import pytest

from fleet.device.events import HandoverAccepted, LinkDown, LinkUp
from kiosk_app import events as ev
from kiosk_app.guide.items import page_of
from kiosk_app.guide.keys import KEYS
from kiosk_app.memory import Memory
from kiosk_app.opening import OpeningState
from kiosk_app.presenter import Site, view_of
from kiosk_app.queues import Call, Line, Ticket
from kiosk_app.remote.notices import NO_NOTICES, Closure, Notices, Words
from kiosk_app.reply import Act, Card, Choice, Reply
from kiosk_app.session import (
    Announce,
    Ask,
    CallStaff,
    CarryOn,
    CheckPin,
    Effect,
    Hold,
    Hush,
    KeepVolume,
    Listen,
    Phase,
    PrintAnswer,
    PrintTicket,
    Rated,
    SessionState,
    Speak,
    StaffWork,
    TakeTicket,
    Timing,
    TryLoudspeaker,
    VisitEnded,
    VisitStarted,
    initial_state,
    transition,
)
from kiosk_app.session.state import SERVICE
from kiosk_app.staff.reports import ASKED_TWICE, StaffTask, TaskReport, TurnsReport
from kiosk_app.staff.view import STAFF_PAGES

SEQUENCES = int(os.environ.get("RANDOM_SEQUENCES", "20000"))
"""Of the ordinary suite; ``RANDOM_SEQUENCES=100000`` is the long run."""
PART = 1_000
EVENTS = 18

_SOMEBODY = ev.PersonArrived | ev.PersonEngaged | ev.Touch | ev.CameraLost | ev.HeadphonesIn
"""What shows that somebody is here."""

ACTS: tuple[Act, ...] = (
    "answer",
    "clarify",
    "confirm",
    "ask_slot",
    "handoff",
    "reject",
    "repeat",
    "smalltalk",
    "command",
    "goodbye",
)
CORNER = (Phase.STAFF_PIN, Phase.STAFF)
COMMANDS = ("command.slower", "command.english", "command.chinese", "command.home", "command.unheard_of")


@dataclass
class Hall:
    """A hall in virtual time: plays the runtime's part (ticks when due) and watches over the promises."""

    dice: random.Random
    state: SessionState = field(default_factory=lambda: initial_state(0.0))
    now: float = 0.0
    left_at: float | None = None
    sounding: int | None = None
    held_at: float | None = None
    ears: Listen = field(default_factory=lambda: Listen(False))
    visit: int = 0
    pending: list[tuple[int, int]] = field(default_factory=list)
    called: list[tuple[str, int]] = field(default_factory=list)
    rated: set[int] = field(default_factory=set)
    jobs: list[int] = field(default_factory=list)
    asked: StaffTask | None = None
    announced: int | None = None
    wanted: list[tuple[int, str]] = field(default_factory=list)
    given: set[tuple[int, str]] = field(default_factory=set)

    def happen(self, event: ev.Event) -> tuple[Effect, ...]:
        """One event, with every promise checked after it."""
        before = self.state
        confirmed = isinstance(event, ev.StaffTaskConfirmed) and before.corner is not None
        self.asked = before.corner.asking if confirmed and before.corner is not None else None
        self.state, effects = transition(before, event)
        self._people(event)
        for effect in effects:
            self._take(effect)
        state = self.state
        assert (state.visit is None) == (state.phase in (Phase.IDLE, Phase.OUT_OF_SERVICE, *CORNER)), state
        assert (state.corner is None) == (state.phase not in CORNER), state
        served = state.listening or state.overhearing or self.sounding is not None
        assert state.identity is None or (state.visit is None and state.corner is None), "shown over a visit"
        assert state.identity is None or self.now <= state.identity.until, "its name is shown for ever"
        assert state.corner is None or not served, f"serves somebody in the staff corner: {state}"
        searching = state.visit is not None and state.visit.search is not None
        assert not searching or (state.visit is not None and state.visit.browsing), state
        assert state.deadline < float("inf")
        desk = state.visit.desk if state.visit is not None else None
        assert state.phase is not Phase.TICKET or desk is not None, f"a ticket screen of nothing: {state}"
        assert desk is None or desk.mood != "busy" or self.now <= desk.lost_at, "waits for a number for ever"
        queues = [one.ticket.queue for one in state.visit.tickets] if state.visit is not None else []
        assert len(set(queues)) == len(queues), f"two numbers of one queue: {state.visit}"
        assert all(self.now <= shown.until for shown in state.calls), "a call is shown for ever"
        assert self.announced is None or state.phase is Phase.IDLE, f"calls while it serves: {state}"
        printing = state.visit.printing if state.visit is not None else None
        assert printing is None or printing.mood != "busy" or self.now <= printing.lost_at, "prints for ever"
        assert state.phase is before.phase or state.entered_at == event.at
        muted = state.visit is not None and state.visit.muted
        assert not ((state.listening or state.overhearing) and muted), "listens though it is turned off"
        assert self.ears == Listen(state.listening or state.overhearing, over_speech=state.overhearing)
        assert not (state.listening and state.overhearing)
        assert not state.listening or self.sounding is None or state.speaking is None, "hears itself"
        assert not state.overhearing or (state.full_duplex and state.speaking is not None)
        unplugged = state.visit is not None and state.visit.unplugged_at is not None
        assert not unplugged or self.sounding is None, "the hall hears what was said into headphones"
        if self.held_at is not None:
            assert self.sounding is not None, "nothing is held, for nothing sounds"
            assert self.now <= self.held_at + state.timing.held, f"held for ever: {state}"
        if self.sounding is not None and self.left_at is not None:
            assert self.now <= self.left_at + state.timing.farewell, f"sound in an empty hall: {state}"
        return effects

    def _people(self, event: ev.Event) -> None:
        visit = self.state.visit
        if isinstance(event, ev.PersonLeft | ev.CustomerLeft):
            if self.state.headphones and visit is not None and visit.guided:
                return  # the plug is a surer sign
            self.left_at = self.now if self.left_at is None else self.left_at
        elif isinstance(event, _SOMEBODY):
            self.left_at = None
        elif isinstance(event, ev.PlaybackFinished | ev.PlaybackFailed) and event.utterance == self.sounding:
            self.sounding = self.held_at = None
        elif isinstance(event, ev.PlaybackFinished | ev.PlaybackFailed) and event.utterance == self.announced:
            self.announced = None

    def _take(self, effect: Effect) -> None:
        match effect:
            case Speak():
                assert self.left_at is None or self.state.visit is None, f"speaks to nobody: {effect}"
                self._own(repr(effect.text))
                assert self.announced is None, "speaks over a call"
                assert effect.private == self.state.headphones, f"not where it is to be heard: {effect}"
                self.sounding, self.held_at = effect.utterance, None
            case Announce():
                assert self.sounding is None and self.announced is None, "calls over other words"
                assert not self.state.quiet_hours and "secret" not in repr(effect)
                self.announced = effect.utterance
            case Hush():
                self.sounding = self.held_at = self.announced = None
            case Hold():
                assert self.sounding is not None and self.held_at is None, "holds nothing, or twice"
                self.held_at = self.now
            case CarryOn():
                assert self.held_at is not None, "goes on with what was not held"
                self.held_at = None
            case Listen():
                self.ears = effect
            case Ask():
                self.pending.append((effect.turn, self.visit))
                self._own(repr(effect))
            case StaffWork():
                assert self.state.phase is Phase.STAFF, "works for nobody"
                assert effect.task not in ASKED_TWICE or self.asked == effect.task, "was not asked"
            case KeepVolume():
                assert 0.2 <= effect.volume <= 1.0
                assert effect.volume == self.state.volume
            case TryLoudspeaker():
                assert self.state.phase is Phase.STAFF and self.state.visit is None
            case CheckPin():
                assert effect.pin not in repr(effect) + repr(self.state)
            case CallStaff():
                self.called.append((effect.handover, self.visit))
            case Rated():
                assert self.state.visit is not None and self.state.visit.answered, "nothing was answered"
                assert self.visit not in self.rated, "rated twice"
                assert effect.rating in (1, 2, 3)
                self.rated.add(self.visit)
            case TakeTicket():
                assert effect.visit == self.visit
                assert (effect.visit, effect.queue) not in self.given, "asks for a second number"
                self.wanted.append((effect.visit, effect.queue))
            case PrintTicket():
                assert effect.job not in self.jobs, "a number is used twice"
                self.jobs.append(effect.job)
                self._own(effect.ticket.number)
            case PrintAnswer():
                assert effect.job not in self.jobs, "a number is used twice"
                self.jobs.append(effect.job)
                self._own(repr(effect))
            case VisitStarted():
                self.visit = effect.visit
                self.left_at = None  # who begins a visit is here, seen or not
            case VisitEnded():
                assert self.sounding is None, "the visit is over and its sound goes on"
                assert f"secret-{effect.visit}." not in repr(self.state), f"remembers {effect}: {self.state}"
            case _:
                pass

    def _own(self, text: str) -> None:
        """Every planted secret in ``text`` belongs to the visit that is on."""
        for part in text.split("secret-")[1:]:
            assert int(part.split(".")[0]) == self.visit, f"visit {self.visit} is shown {text}"

    def wait(self, seconds: float) -> None:
        """Let time pass as the runtime does: a tick whenever one is due."""
        end = self.now + seconds
        while self.state.deadline <= end:
            self.now = max(self.now, self.state.deadline)
            due = self.state.deadline
            self.happen(ev.Tick(self.now))
            assert self.state.deadline > due, f"stuck at a deadline in {self.state}"
        self.now = end

    def secret(self) -> str:
        """Words that only the present visit may see again."""
        return f"secret-{self.visit}."

    def typed(self) -> str:
        """The same by touch, which opens a new visit when none is on or when the last one says goodbye."""
        opens = self.state.phase in (Phase.IDLE, Phase.FAREWELL)
        return f"secret-{self.visit + 1 if opens else self.visit}."


def _replied(hall: Hall) -> ev.Event:
    if not hall.pending:
        return ev.Replied(hall.now, hall.dice.randrange(3), Reply("answer", "zh", "secret-0."))
    turn, visit = hall.pending[-1] if hall.dice.random() < 0.7 else hall.dice.choice(hall.pending)
    act = hall.dice.choice(ACTS)
    always = act in ("clarify", "confirm", "ask_slot", "reject")
    choices = (Choice("gov.a", f"secret-{visit}."),) if always or hall.dice.random() < 0.2 else ()
    reply = Reply(
        act,
        hall.dice.choice(("zh", "en")),
        f"secret-{visit}.",
        title=f"secret-{visit}.",
        matter=hall.dice.choice((None, "gov.a")),
        choices=choices,
        cards=(Card("fact", "fee", "费用", (f"secret-{visit}.",)),) if hall.dice.random() < 0.7 else (),
        command=hall.dice.choice(COMMANDS) if act == "command" else None,
        called=f"secret-{visit}." if act == "answer" and hall.dice.random() < 0.2 else "",
        missed=act == "reject",
    )
    return ev.Replied(hall.now, turn, reply, Memory(said=f"secret-{visit}.", last=reply))


def _accepted(hall: Hall) -> ev.Event:
    handover, visit = hall.dice.choice(hall.called) if hall.called else ("0-0", 0)
    return HandoverAccepted(hall.now, handover, f"secret-{visit}.")


def _heard(hall: Hall) -> ev.Event:
    at, text = hall.now, hall.dice.choice(("", hall.secret(), hall.secret()))
    return ev.UtteranceHeard(
        at, text=text, confidence=0.9, speech_started_at=at, speech_ended_at=at, recognised_at=at
    )


def _speech(hall: Hall) -> ev.Event:
    return hall.dice.choice(
        (
            ev.SpeechStarted(hall.now),
            ev.SpeechStarted(hall.now),
            ev.PartialHeard(hall.now, hall.secret()),
            ev.SpeechEnded(hall.now, decided_at=hall.now),
            ev.NothingHeard(hall.now),
        )
    )


def _interruption(hall: Hall) -> ev.Event:
    """Mostly what the ears would tell now; anything at any time is possible."""
    decided = (ev.InterruptionDismissed, ev.InterruptionConfirmed)
    likely = decided if hall.held_at is not None else (ev.InterruptionSuspected,)
    every = (*decided, ev.InterruptionSuspected)
    return hall.dice.choice(likely if hall.dice.random() < 0.8 else every)(hall.now)


def _playback(hall: Hall) -> ev.Event:
    number = hall.sounding if hall.sounding and hall.dice.random() < 0.8 else hall.dice.randrange(5)
    kinds: tuple[Callable[[], ev.Event], ...] = (
        lambda: ev.PlaybackStarted(hall.now, number),
        lambda: ev.PlaybackFinished(hall.now, number, completed=True),
        lambda: ev.PlaybackFailed(hall.now, number, "gone"),
    )
    return hall.dice.choice(kinds)()


def _touch(hall: Hall) -> ev.Event:
    at = hall.now
    if hall.state.phase is Phase.FAREWELL and hall.dice.random() < 0.5:
        return ev.RatingGiven(at, hall.dice.randrange(5))
    return hall.dice.choice(
        (
            ev.ScreenTouched(at),
            ev.RatingGiven(at, 3),
            ev.SpeakPressed(at),
            ev.TopicsOpened(at),
            ev.DepartmentsOpened(at),
            ev.SearchOpened(at),
            ev.SearchKeyPressed(at, hall.dice.choice(("s", "z", "delete", "clear", hall.secret()))),
            ev.TopicGroupChosen(at, "identity"),
            ev.MatterChosen(at, "gov.a", "fee"),
            ev.ChoiceTaken(at, "gov.a"),
            ev.QuestionTyped(at, hall.typed()),
            ev.PersonRequested(at),
            ev.HomePressed(at),
            ev.BackPressed(at),
            ev.RepeatPressed(at),
            ev.StopPressed(at),
            ev.FinishPressed(at),
            ev.StayPressed(at),
            ev.LanguageChosen(at, hall.dice.choice(("zh", "en"))),
            ev.ElderToggled(at),
            ev.ContrastToggled(at),
            ev.LoweredToggled(at),
            ev.RateChosen(at, hall.dice.choice((0.7, 1.0, 1.3, 5.0))),
            ev.VolumeStepped(at, hall.dice.random() < 0.5),
            ev.MuteToggled(at),
            ev.UncoverPressed(at),
        )
    )


def _printed(hall: Hall) -> ev.Event:
    """Mostly an answer, a finger on "print", and what became of that receipt; of any other at any time."""
    if hall.state.phase is Phase.THINKING and hall.pending and hall.dice.random() < 0.8:
        turn, visit = hall.pending[-1]
        card = Card("fact", "fee", "费用", (f"secret-{visit}.",))
        return ev.Replied(hall.now, turn, Reply("answer", "zh", "", matter="gov.a", cards=(card,)))
    printing = hall.state.visit.printing if hall.state.visit is not None else None
    if hall.state.phase is Phase.ANSWERING and printing is None and hall.dice.random() < 0.7:
        return ev.PrintPressed(hall.now)
    job = hall.jobs[-1] if hall.jobs and hall.dice.random() < 0.7 else hall.dice.randrange(4)
    return hall.dice.choice((ev.Printed(hall.now, job), ev.PrintFailed(hall.now, job, "printer.paper")))


def _tickets(hall: Hall) -> ev.Event:
    """A finger on "take a number", what became of it, calls, and how the queues stand; anything at any time."""
    at, dice = hall.now, hall.dice
    queue = dice.choice(("papers", "cash"))
    visit, asked = dice.choice(hall.wanted[-3:]) if hall.wanted else (dice.randrange(3), queue)
    ticket = Ticket(asked, f"secret-{visit}.", dice.choice((None, 0, 3)), datetime(2026, 11, 23, 9, 0))
    call = Call(dice.randrange(1, 9), queue, f"A{dice.randrange(4):03d}", "5")
    kind = dice.choice(("open", "want", "want", "given", "given", "refused", "changed", "called", "part"))
    if kind == "given":
        if hall.state.visit is not None and hall.state.visit.number == visit:
            hall.given.add((visit, asked))
        return ev.TicketGiven(at, visit, ticket, {"zh": f"secret-{visit}.", "en": f"secret-{visit}."})
    if kind == "called":
        return ev.NumberCalled(at, call, {"zh": "请到窗口"} if dice.random() < 0.9 else {})
    if kind == "part":
        return dice.choice((ev.PartDown(at, "queue", "unreachable"), ev.PartUp(at, "queue")))
    return {
        "open": ev.TicketsOpened(at),
        "want": ev.TicketWanted(at, queue),
        "refused": ev.TicketRefused(at, visit, asked, dice.choice(("queue.full", "queue.unreachable"))),
        "changed": ev.QueuesChanged(at, (Line(queue, dice.randrange(9), "A001"),)),
    }[kind]


def _key(hall: Hall) -> ev.Event:
    """A key, with what is to be heard of the screen; now and then the headphones come and go."""
    at = hall.now
    if hall.dice.random() < 0.25:
        return hall.dice.choice((ev.HeadphonesIn(at), ev.HeadphonesOut(at)))
    return ev.KeyPressed(at, hall.dice.choice(KEYS), page_of(view_of(hall.state, Site(), at), at))


def _presence(hall: Hall) -> ev.Event:
    at = hall.now
    return hall.dice.choice(
        (
            ev.PersonArrived(at, 1),
            ev.PersonEngaged(at, 1),
            ev.PersonEngaged(at, 2),
            ev.PersonEngaged(at, 1, other=True),
            ev.OnlookerSeen(at),
            ev.OnlookerGone(at),
            ev.CustomerLeft(at),
            ev.PersonLeft(at),
            ev.QuietHours(at, quiet=True),
            ev.OpeningChanged(at, OpeningState("open", 1020)),
            ev.OpeningChanged(at, None),
            ev.QuietHours(at, quiet=False),
        )
    )


def _staff(hall: Hall) -> ev.Event:
    """Mostly what leads into the corner from here; anything at any time is possible."""
    at, corner = hall.now, hall.state.corner
    locked = at + hall.dice.choice((0.0, 0.5, 60.0, 3600.0))
    every = (
        ev.StaffKnocked(at),
        ev.PinPadOffered(at, hall.dice.choice((0.0, locked))),
        ev.PinPadOffered(at, broken=True),
        ev.PinEntered(at, "482915"),
        ev.PinAccepted(at),
        ev.PinRefused(at, 5, 1, hall.dice.choice((0.0, locked))),
        ev.PinRefused(at, broken=True),
        ev.StaffPageChosen(at, hall.dice.choice(("menu", *STAFF_PAGES))),
        ev.SiteVolumeStepped(at, up=hall.dice.random() < 0.5),
        ev.StaffLanguageToggled(at),
        ev.StaffTaskConfirmed(at),
        ev.StaffTaskDropped(at),
        ev.StaffLeft(at),
    )
    if hall.dice.random() < 0.4:
        return hall.dice.choice(every)
    if corner is None:
        return hall.dice.choice((ev.StaffKnocked(at), ev.PinPadOffered(at)))
    if hall.state.phase is Phase.STAFF:
        return _staff_work(hall)
    return ev.PinAccepted(at) if corner.checking else ev.PinEntered(at, "482915")


def _staff_work(hall: Hall) -> ev.Event:
    at, task = hall.now, hall.dice.choice(get_args(StaffTask))
    state = hall.dice.choice(("busy", "done", "failed"))
    return hall.dice.choice(
        (
            ev.StaffTaskChosen(at, task),
            ev.StaffTaskConfirmed(at),
            ev.StaffTaskDropped(at),
            ev.StaffTold(at, TaskReport(task, state)),
            ev.StaffTold(at, TurnsReport()),
        )
    )


def _kiosk(hall: Hall) -> ev.Event:
    at = hall.now
    part = hall.dice.choice(("knowledge", "speech", "recognition", "config", "printer"))
    return hall.dice.choice(
        (
            ev.PartDown(at, part, "broken"),
            ev.PartUp(at, part),
            ev.PartUp(at, "knowledge"),
            ev.PartUp(at, "config"),
            ev.MicrophoneLost(at, "unplugged"),
            ev.MicrophoneBack(at),
            ev.MicrophoneImpaired(at, "silent", "zeros"),
            ev.MicrophoneClear(at),
            ev.CameraLost(at, "unplugged"),
            ev.CameraBack(at),
            ev.KnowledgeReady(at, "2"),
            ev.RestartWanted(at),
            ev.Stopping(at),
            LinkDown(at, "no route"),
            LinkUp(at),
        )
    )


def _remote(hall: Hall) -> ev.Event:
    """What the centre does; it may do it at any moment."""
    at = hall.now
    closed = Notices(closure=Closure(Words("检修"), Words("二楼")))
    return hall.dice.choice(
        (
            ev.IdentityWanted(at, "hall-1", hall.dice.choice((5.0, 60.0)), {"zh": "我在这里"}),
            ev.IdentityWanted(at, "hall-1", 30.0, {}),
            ev.NoticesChanged(at, hall.dice.choice((NO_NOTICES, closed))),
            ev.SiteVolumeSet(at, hall.dice.choice((0.0, 0.4, 0.8, 9.0))),
            ev.PartDown(at, SERVICE, "closed"),
            ev.PartUp(at, SERVICE),
            ev.PartUp(at, SERVICE),
        )
    )


GENERATORS: tuple[tuple[Callable[[Hall], ev.Event], int], ...] = (
    (_speech, 5),
    (_heard, 4),
    (_interruption, 5),
    (_replied, 6),
    (_playback, 4),
    (_touch, 5),
    (_presence, 4),
    (_accepted, 1),
    (_kiosk, 1),
    (_staff, 1),
    (_printed, 0),
    (_tickets, 0),
    (_key, 0),
    (_remote, 1),
)
KINDS = tuple(kind for kind, _ in GENERATORS)
WEIGHTS = tuple(weight for _, weight in GENERATORS)
PRINTING = tuple(20 if kind is _printed else weight for kind, weight in GENERATORS)
"""Halls in which much is printed; in the others nothing is."""
TICKETS = tuple(20 if kind is _tickets else weight for kind, weight in GENERATORS)
"""Halls in which people wait with numbers."""
BY_EAR = tuple({_key: 20, _replied: 20}.get(kind, weight) for kind, weight in GENERATORS)
"""Halls with somebody at the keypad."""


def _weights(seed: int) -> tuple[int, ...]:
    return {0: PRINTING, 1: TICKETS, 5: BY_EAR}.get(seed % 10, WEIGHTS)


SENSES = ((), ("camera",), ("proximity",), ("camera", "proximity"))
PAUSES = (0.0, 0.05, 0.05, 0.3, 1.0, 1.0, 4.0, 16.0, 70.0)


def _opening(dice: random.Random) -> SessionState:
    return initial_state(
        0.0,
        senses=dice.choice(SENSES),
        full_duplex=dice.random() < 0.5,
        ticketing=True,
    )


def _play(seed: int) -> None:
    dice = random.Random(seed)
    hall = Hall(dice, _opening(dice))
    for kind in dice.choices(KINDS, _weights(seed), k=EVENTS):
        pause = dice.choice(PAUSES)
        if pause:
            hall.wait(pause)
        hall.happen(kind(hall))
    hall.happen(ev.PersonLeft(hall.now))
    hall.wait(600.0)
    assert hall.state.corner is None, f"the staff corner is still open: {hall.state}"
    assert hall.state.visit is None, f"still serving nobody after ten minutes: {hall.state}"


@pytest.mark.timeout(1800)
def test_random_sequences_keep_every_promise() -> None:
    """On all cores: it is nothing but computing."""
    parts = [range(first, first + PART) for first in range(0, SEQUENCES, PART)]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        broken = [told for told in pool.map(_play_all, parts) if told]
    assert broken == []


def _play_all(seeds: range) -> str:
    """What is wrong with the first sequence that breaks a promise; "" when none does."""
    for seed in seeds:
        try:
            _play(seed)
        except AssertionError as error:
            return f"sequence with seed {seed}: {error}"
    return ""


def test_a_sequence_is_played_for_every_phase() -> None:
    """The random visitors really reach every phase; otherwise the property above would prove little."""
    seen: set[Phase] = set()
    for seed in range(2_000):
        dice = random.Random(seed)
        hall = Hall(dice, _opening(dice))
        for kind in dice.choices(KINDS, _weights(seed), k=EVENTS):
            hall.wait(dice.choice(PAUSES))
            hall.happen(kind(hall))
            seen.add(hall.state.phase)
    assert seen == set(Phase)


def test_interruptions_are_played() -> None:
    """The random visitors really interrupt, in vain and in earnest; else nothing is proved about it."""
    seen: dict[type[Effect], int] = {}
    confirmed = 0
    for seed in range(6_000):
        dice = random.Random(seed)
        hall = Hall(dice, _opening(dice))
        for kind in dice.choices(KINDS, WEIGHTS, k=EVENTS):
            hall.wait(dice.choice(PAUSES))
            held = hall.held_at is not None
            event = kind(hall)
            for effect in hall.happen(event):
                seen[type(effect)] = seen.get(type(effect), 0) + 1
            confirmed += held and isinstance(event, ev.InterruptionConfirmed)
    assert min(seen[Hold], seen[CarryOn], confirmed) >= 10, (seen, confirmed)


def test_who_was_answered_rates_at_most_once_whatever_else_happens() -> None:
    """Visits that come to the goodbye with an answer, and then anything; by chance alone few get there."""
    rated = 0
    for seed in range(4_000):
        dice = random.Random(seed)
        hall = Hall(dice, _opening(dice))
        hall.happen(ev.MatterChosen(hall.now, "gov.a", "fee"))
        turn, visit = hall.pending[-1]
        hall.happen(ev.Replied(hall.now, turn, Reply("answer", "zh", f"secret-{visit}.")))
        hall.happen(ev.FinishPressed(hall.now))
        for kind in (*dice.choices((_touch, _playback, _presence), k=4), *dice.choices(KINDS, WEIGHTS, k=6)):
            hall.wait(dice.choice(PAUSES[:5]))
            hall.happen(kind(hall))
        rated += 1 in hall.rated
        hall.happen(ev.PersonLeft(hall.now))
        hall.wait(600.0)
        assert hall.state.visit is None
    assert rated > 400, "the visitors hardly ever rate, so little is proved"


def test_receipts_are_played() -> None:
    """The random visitors really print, and their receipts really fail, get lost and come too late."""
    asked = 0
    moods: dict[str, int] = {}
    for seed in range(2_000):
        dice = random.Random(seed)
        hall = Hall(dice, _opening(dice))
        for kind in dice.choices(KINDS, PRINTING, k=EVENTS):
            hall.wait(dice.choice(PAUSES))
            hall.happen(kind(hall))
            printing = hall.state.visit.printing if hall.state.visit is not None else None
            if printing is not None:
                moods[printing.mood] = moods.get(printing.mood, 0) + 1
        asked += len(hall.jobs)
    assert asked >= 20 and min(moods.get(mood, 0) for mood in ("busy", "done", "failed")) >= 3, (asked, moods)


def test_tickets_are_played() -> None:
    """The random visitors really take numbers, on the screen, on paper and in vain, and are really called."""
    seen: dict[str, int] = {}
    for seed in range(2_000):
        dice = random.Random(seed)
        hall = Hall(dice, _opening(dice))
        for kind in dice.choices(KINDS, TICKETS, k=EVENTS):
            hall.wait(dice.choice(PAUSES))
            for effect in hall.happen(kind(hall)):
                seen[type(effect).__name__] = seen.get(type(effect).__name__, 0) + 1
            desk = hall.state.visit.desk if hall.state.visit is not None else None
            if desk is not None:
                seen[desk.mood] = seen.get(desk.mood, 0) + 1
    wanted = ("TakeTicket", "PrintTicket", "Announce", "choosing", "busy", "given", "failed", "full")
    assert min(seen.get(name, 0) for name in wanted) >= 20, seen


def test_the_watch_notices_a_machine_that_talks_to_nobody() -> None:
    """The checker itself can fail: a state that keeps sounding after everybody left is caught."""
    hall = Hall(random.Random(0))
    hall.happen(ev.ScreenTouched(0.0))
    hall.sounding = 1
    hall.happen(ev.PersonLeft(0.0))
    hall.now = Timing().farewell + 1
    with pytest.raises(AssertionError, match="empty hall"):
        hall.happen(ev.SpeechEnded(hall.now, hall.now))
