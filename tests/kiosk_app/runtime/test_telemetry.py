"""Telemetry: every record is one that may leave the kiosk, and none holds a citizen's words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleet.device.events import HandoverAccepted
from fleet.protocol.errors import ProtocolError
from fleet.protocol.messages import Lane
from fleet.protocol.records import check_record
from kiosk_app import events as ev
from kiosk_app.reply import Card, Choice, Reply
from kiosk_app.runtime.telemetry import Data, Telemetry
from kiosk_app.session import CallStaff, Effect
from kiosk_app.session.state import STARTING
from kiosk_app.trace import Tracer
from kiosk_app.updating.machine import Target, Trial
from kiosk_app.updating.news import News
from tests.kiosk_app.session.play import ANSWER, MISS, QUESTION, Play


class Outbox:
    """Takes only what the real border lets through, and keeps it."""

    def __init__(self) -> None:
        self.records: list[tuple[Lane, str, dict[str, Any]]] = []

    def record(self, kind: str, data: Data) -> None:
        self._keep("tm", kind, data)

    def alarm(self, kind: str, data: Data) -> None:
        self._keep("ev", kind, data)

    def _keep(self, lane: Lane, kind: str, data: Data) -> None:
        checked = check_record(lane, kind, data)
        self.records.append((lane, kind, checked.model_dump(mode="json", exclude_none=True)))

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The records of one kind."""
        return [data for _, found, data in self.records if found == kind]


class Office:
    """Session, tracer and telemetry together, as the kiosk has them."""

    def __init__(self, outbox: Outbox | None = None, **settings: Any) -> None:
        self.play = Play(**settings)
        self.telemetry = Telemetry()
        self.outbox = outbox or Outbox()
        self.telemetry.connect(self.outbox)
        self.tracer = Tracer()

    def happen(self, event: ev.Event) -> tuple[Effect, ...]:
        """One event, with everything that is told of it."""
        effects = self.play.happen(event)
        self.telemetry.parts(event)
        self.telemetry.presence(event)
        self.telemetry.visits(effects)
        for effect in effects:
            if isinstance(effect, CallStaff):
                self.telemetry.call_staff(effect)
        for turn in self.tracer.observe(event, effects, self.play.state):
            self.telemetry.turn(turn)
        return effects

    def do(self, kind: type, *values: Any) -> None:
        """An event of now."""
        self.happen(kind(self.play.now, *values))

    def ask(self, reply: Reply = ANSWER) -> None:
        """A question by touch and its answer, heard."""
        self.do(ev.MatterChosen, "gov.residence_permit.apply", "fee")
        self.reply(reply)

    def reply(self, reply: Reply) -> None:
        """The answer to the latest question, heard."""
        self.do(ev.Replied, self.play.state.turns, reply)
        if self.play.state.speaking is not None:
            self.do(ev.PlaybackStarted, self.play.state.speaking.utterance)

    def leave(self) -> None:
        """The citizen goes."""
        self.do(ev.FinishPressed)
        while self.play.state.visit is not None:
            self.play.now = self.play.state.deadline
            self.do(ev.Tick)


@pytest.mark.parametrize(("turns", "bucket"), [(1, "1"), (2, "2-3"), (3, "2-3"), (4, "4+"), (9, "4+")])
def test_a_rating_tells_nothing_of_whose_it_is(turns: int, bucket: str) -> None:
    office = Office()
    for _ in range(turns):
        office.ask()
    office.do(ev.FinishPressed)
    office.do(ev.RatingGiven, 2)
    assert office.outbox.of("rating") == [{"rating": 2, "turns": bucket}]


def _words(secret: str) -> list[ev.Event]:
    """A visit in which every text that a person can put in is ``secret``."""
    at = 101.0
    card = Card("fact", "fee", secret, (secret,))
    reply = replace(
        ANSWER,
        speech=secret,
        title=secret,
        cards=(card,),
        choices=(Choice("gov.a", secret, secret),),
        note=secret,
    )
    return [
        ev.PartUp(at, "recognition"),
        ev.SpeechStarted(at),
        ev.PartialHeard(at, secret),
        ev.CaptionDrawn(at),
        ev.SpeechEnded(at, at),
        ev.UtteranceHeard(at, secret, 0.9, at, at, at),
        ev.Replied(at, 1, reply),
        ev.PlaybackStarted(at, 1),
        ev.PlaybackFinished(at, 1, True),
        ev.QuestionTyped(at, secret),
        ev.Replied(at, 2, replace(MISS, speech=secret)),
        ev.PlaybackStarted(at, 2),
        ev.PersonRequested(at),
        HandoverAccepted(at, "1-3", secret),
        ev.PartDown(at, "knowledge", "damaged"),
    ]


@settings(max_examples=150, deadline=None)
@given(secret=st.text(min_size=1, max_size=40))
def test_no_record_holds_a_word_of_what_was_said_typed_or_answered(secret: str) -> None:
    marked = f"«{secret}»"
    office = Office()
    for event in _words(marked):
        office.happen(event)
    told = json.dumps(office.outbox.records, ensure_ascii=False)
    assert marked not in told
    assert "«" not in told
    kinds = {kind for _, kind, _ in office.outbox.records}
    assert kinds == {"part", "visit.started", "turn", "handover", "visit.ended"}, "the visit was not played"
    assert [turn["channel"] for turn in office.outbox.of("turn")] == ["voice", "text"]


@settings(max_examples=100, deadline=None)
@given(reason=st.text(max_size=600))
def test_any_reason_of_a_part_passes_the_border(reason: str) -> None:
    office = Office()
    office.do(ev.PartDown, "camera", "x" + reason)
    record = office.outbox.of("part")[0]
    assert record["state"] == "down"
    assert record["reason"].isascii()
    assert record["reason"].startswith("x")


def test_a_visit_is_told_from_its_beginning_to_its_end() -> None:
    office = Office()
    office.do(ev.ScreenTouched)
    office.ask()
    office.play.now += 30
    office.leave()
    assert office.outbox.of("visit.started") == [{"visit": "1", "trigger": "touch"}]
    ended = office.outbox.of("visit.ended")[0]
    assert (ended["visit"], ended["outcome"], ended["turns"]) == ("1", "goodbye", 1)
    assert ended["seconds"] >= 30


def test_a_visit_that_ended_before_it_began_lasted_no_time() -> None:
    office = Office()
    office.do(ev.ScreenTouched)
    office.happen(ev.PartDown(office.play.now - 5, "knowledge", "gone"))
    assert office.outbox.of("visit.ended")[0]["seconds"] == 0


def test_a_turn_is_told_by_identifiers_and_numbers() -> None:
    office = Office()
    office.ask(replace(ANSWER, confidence=1.0))
    turn = office.outbox.of("turn")[0]
    assert turn == {
        "visit": "1",
        "turn": 1,
        "channel": "touch",
        "lang": "zh",
        "act": "answer",
        "matter": "gov.residence_permit.apply",
        "facet": "materials",
        "confidence": 1.0,
    }


def test_turns_are_counted_within_a_visit_so_that_a_long_run_stays_within_the_border() -> None:
    """The session numbers questions through all its life; a kiosk answers 10 000 within weeks."""
    office = Office()
    office.play.state = replace(office.play.state, turns=25_000)
    for expected in (1, 2):
        office.ask()
        assert office.outbox.of("turn")[-1]["turn"] == expected
    office.leave()
    office.ask(QUESTION)
    assert (office.outbox.of("turn")[-1]["visit"], office.outbox.of("turn")[-1]["turn"]) == ("2", 1)


def test_a_call_for_staff_goes_out_as_an_alarm_with_the_latest_matters() -> None:
    office = Office(run="ab12cd")
    for number in range(12):
        office.ask(replace(ANSWER, matter=f"gov.m{number}"))
    office.do(ev.PersonRequested)
    lane, kind, data = office.outbox.records[-1]
    assert (lane, kind) == ("ev", "handover")
    assert data["matters"] == [f"gov.m{number}" for number in range(4, 12)]
    assert data["handover"].startswith("ab12cd-1-")


@pytest.mark.parametrize(
    ("event", "part", "state"),
    [
        (ev.MicrophoneLost(1.0, "unplugged"), "microphone", "down"),
        (ev.MicrophoneBack(1.0), "microphone", "up"),
        (ev.MicrophoneClear(1.0), "microphone_sound", "up"),
        (ev.CameraLost(1.0, "unplugged"), "camera", "down"),
        (ev.CameraBack(1.0), "camera", "up"),
        (ev.PartDown(1.0, "speech", "unplugged"), "speech", "down"),
        (ev.PartUp(1.0, "speech"), "speech", "up"),
    ],
)
def test_parts_that_go_and_come_are_told(event: ev.Event, part: str, state: str) -> None:
    office = Office()
    office.happen(event)
    record = office.outbox.of("part")[0]
    assert (record["part"], record["state"]) == (part, state)
    assert record.get("reason", "") == ("unplugged" if state == "down" else "")


def test_a_microphone_that_delivers_no_room_is_told_with_its_fault() -> None:
    office = Office()
    office.happen(ev.MicrophoneImpaired(1.0, "clipped", "turn it down"))
    assert office.outbox.of("part") == [
        {"part": "microphone_sound", "state": "down", "reason": "clipped: turn it down"}
    ]


def test_a_part_that_merely_has_not_started_yet_is_no_news() -> None:
    office = Office()
    office.do(ev.PartDown, "speech", STARTING)
    assert office.outbox.records == []


def test_what_broke_before_there_was_a_link_is_told_when_there_is_one() -> None:
    """A kiosk in safe mode is broken before its agent is built; the centre must learn of it all the same."""
    telemetry, outbox = Telemetry(), Outbox()
    telemetry.parts(ev.PartDown(1.0, "config", "kiosk.toml:4: unknown key"))
    telemetry.parts(ev.PartDown(1.0, "knowledge", STARTING))
    telemetry.parts(ev.PartDown(1.0, "camera", "no such device"))
    telemetry.parts(ev.PartUp(1.0, "camera"))
    telemetry.connect(outbox)
    assert [(data["part"], data["reason"]) for data in outbox.of("part")] == [
        ("config", "kiosk.toml:4: unknown key")
    ]
    telemetry.connect(outbox)
    assert len(outbox.records) == 1, "told twice"


def test_a_visit_before_the_outbox_is_open_is_not_lost() -> None:
    telemetry, outbox = Telemetry(), Outbox()
    for count in range(1, 301):
        telemetry.queue("hukou", "taken", count)
    telemetry.connect(outbox)
    telemetry.queue("hukou", "taken", 301)
    assert [data["count"] for data in outbox.of("queue")] == list(range(45, 302)), (
        "the newest, in their order"
    )


def test_a_kiosk_without_a_centre_keeps_nothing_for_it() -> None:
    telemetry, outbox = Telemetry(expected=False), Outbox()
    telemetry.queue("hukou", "taken", 1)
    telemetry.connect(outbox)
    assert outbox.records == []


def test_without_a_recorder_nothing_happens() -> None:
    telemetry = Telemetry()
    telemetry.call_staff(CallStaff("h", 1, "zh", ()))
    telemetry.parts(ev.PartUp(1.0, "speech"))


def test_a_record_that_the_border_refuses_does_not_stop_the_kiosk(caplog: pytest.LogCaptureFixture) -> None:
    class Closed(Outbox):
        def _keep(self, lane: Lane, kind: str, data: Data) -> None:
            raise ProtocolError("record.kind", "no")

    office = Office(Closed())
    office.ask()
    office.do(ev.PersonRequested)
    assert "refused" in caplog.text


def test_of_people_only_that_a_customer_came_or_left_is_told() -> None:
    office = Office(senses={"camera"})
    office.do(ev.PersonArrived, 3)
    office.do(ev.PersonApproaching, 2.71)
    office.do(ev.PersonNear, 3)
    office.do(ev.PersonEngaged, 250)
    office.do(ev.PersonWaiting, 2)
    office.do(ev.CustomerLeft)
    office.do(ev.PersonLeft)
    assert office.outbox.of("presence") == [
        {"present": True, "count": 100, "band": "near"},
        {"present": False, "count": 0},
    ]


TARGET = Target(name="gov", version="2026.11.2", sha256="a" * 64)


def test_what_becomes_of_an_update_is_counts_and_codes_and_first_of_all_what_went_wrong() -> None:
    office = Office()
    trial = Trial(open=True, turns=7, missed=5, deaths=1)
    reason = "5 of 7 questions were not understood"
    office.telemetry.update(News("knowledge", TARGET, "trial"))
    office.telemetry.update(News("knowledge", TARGET, "returned", "misses", reason, trial))
    (_, _, good), (lane, _, bad) = office.outbox.records
    named = {"kind": "knowledge", "name": "gov", "version": "2026.11.2", "sha256": "a" * 64}
    assert good == {**named, "result": "trial"}
    assert (lane, bad) == (
        "ev",
        {**named, "result": "returned", "code": "misses", "turns": 7, "missed": 5, "deaths": 1},
    )


def test_an_update_that_was_returned_at_the_start_is_told_when_there_is_a_link() -> None:
    telemetry, outbox = Telemetry(), Outbox()
    telemetry.update(News("config", TARGET, "returned", "died"))
    telemetry.connect(outbox)
    assert [(lane, kind) for lane, kind, _ in outbox.records] == [("ev", "update")]
