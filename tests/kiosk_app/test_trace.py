"""Traces: each turn with the times of its own stages, given once, without words."""

from __future__ import annotations

import pytest

from kiosk_app import events as ev
from kiosk_app.reply import Reply
from kiosk_app.trace import KEPT_TURNS, STAGES, Tracer, TurnTrace
from tests.kiosk_app.session.play import ANSWER, QUESTION, Play


class Watch:
    """A session with a tracer beside it."""

    def __init__(self) -> None:
        self.play = Play()
        self.tracer = Tracer()
        self.finished: list[TurnTrace] = []
        self.happen(ev.PartUp(self.play.now, "recognition"))

    def happen(self, event: ev.Event) -> list[TurnTrace]:
        """One event; the turns that it completed."""
        effects = self.play.happen(event)
        turns = self.tracer.observe(event, effects, self.play.state)
        self.finished.extend(turns)
        return turns

    def say(self, text: str, at: float) -> None:
        """A sentence of two seconds from ``at``, decided 0.5 s after its end, recognised 0.2 s later."""
        self.happen(ev.SpeechStarted(at))
        self.happen(ev.PartialHeard(at + 0.4, text[:2]))
        self.happen(ev.CaptionDrawn(at + 0.6))
        self.happen(ev.CaptionDrawn(at + 0.9))
        self.happen(ev.SpeechEnded(at + 2.0, at + 2.5))
        self.happen(ev.UtteranceHeard(at + 2.7, text, 0.9, at, at + 2.0, at + 2.7))

    def reply(self, at: float, reply: Reply = ANSWER) -> None:
        """The answer, and the beginning of its sound 0.15 s later."""
        turn = self.play.state.turns
        self.tracer.understood(turn, 1.234)
        self.happen(ev.Replied(at, turn, reply))
        if self.play.state.speaking is not None:
            self.happen(ev.PlaybackStarted(at + 0.15, self.play.state.speaking.utterance))


@pytest.fixture
def watch() -> Watch:
    """A kiosk without a camera, that hears."""
    return Watch()


def test_a_spoken_turn_has_the_time_of_every_stage(watch: Watch) -> None:
    watch.say("办居住证", 200.0)
    watch.reply(202.75)
    record = watch.finished[0].record()
    assert record == {
        "visit": 1,
        "turn": 1,
        "channel": "voice",
        "lang": "zh",
        "act": "answer",
        "matter": "gov.residence_permit.apply",
        "facet": "materials",
        "confidence": 0.0,
        "caption_ms": pytest.approx(600),
        "endpoint_ms": pytest.approx(500),
        "recognise_ms": pytest.approx(200),
        "understand_ms": 1.23,
        "first_audio_ms": pytest.approx(900),
    }


def test_every_moment_of_a_spoken_turn_is_there_in_its_order(watch: Watch) -> None:
    watch.say("办居住证", 200.0)
    watch.reply(202.75)
    stages = watch.tracer.turns[0].stages()
    assert tuple(stages) == STAGES
    assert stages == pytest.approx(
        {
            "speech_started": 0,
            "first_partial": 400,
            "first_caption": 600,
            "speech_ended": 2000,
            "endpoint_decided": 2500,
            "recognised": 2700,
            "understood": 2750,
            "first_audio": 2900,
        }
    )


def test_a_turn_is_one_line_of_the_log_without_words(watch: Watch) -> None:
    watch.say("办居住证", 200.0)
    watch.reply(202.75)
    (turn,) = watch.tracer.turns
    assert str(turn) == (
        f"visit {turn.visit}, turn 1 by voice, ms: speech started 0, first partial 400, first caption 600, "
        "speech ended 2000, endpoint decided 2500, recognised 2700, understood 2750, first audio 2900"
    )
    assert str(TurnTrace(3, 9, "touch", "zh", 2)) == "visit 3, turn 2 by touch, ms: no stage came"


def test_a_touched_turn_has_the_moments_of_its_answer_alone(watch: Watch) -> None:
    watch.happen(ev.MatterChosen(200.0, "gov.a"))
    watch.reply(200.1)
    assert watch.tracer.turns[0].stages() == pytest.approx({"understood": 0, "first_audio": 150})
    assert TurnTrace(1, 1, "touch", "zh").stages() == {}


def test_a_touched_and_a_typed_turn_have_no_times_of_speech(watch: Watch) -> None:
    watch.happen(ev.MatterChosen(200.0, "gov.a"))
    watch.reply(200.1)
    watch.happen(ev.QuestionTyped(201.0, "办居住证"))
    watch.reply(201.1)
    assert [turn.channel for turn in watch.finished] == ["touch", "text"]
    for turn in watch.finished:
        record = turn.record()
        assert {record[key] for key in ("caption_ms", "endpoint_ms", "recognise_ms", "first_audio_ms")} == {
            None
        }


def test_a_sentence_that_was_dropped_lends_its_times_to_no_other_turn(watch: Watch) -> None:
    watch.happen(ev.SpeechStarted(200.0))
    watch.happen(ev.BackPressed(201.0))
    watch.happen(ev.SpeechEnded(202.0, 202.5))
    watch.happen(ev.UtteranceHeard(202.7, "办居住证", 0.9, 200.0, 202.0, 202.7))
    watch.happen(ev.QuestionTyped(230.0, "办居住证"))
    watch.reply(230.1)
    assert watch.finished[0].channel == "text"
    assert watch.finished[0].record()["first_audio_ms"] is None


def test_a_turn_whose_answer_never_sounds_is_given_when_the_next_one_begins(watch: Watch) -> None:
    watch.happen(ev.PartDown(200.0, "speech", "unplugged"))
    watch.happen(ev.MatterChosen(200.0, "gov.a"))
    watch.reply(200.1)
    assert watch.finished == []
    watch.happen(ev.MatterChosen(201.0, "gov.b"))
    assert [turn.turn for turn in watch.finished] == [1]
    watch.reply(201.1, QUESTION)
    watch.happen(ev.PartDown(202.0, "knowledge", "gone"))
    assert [(turn.number, turn.act) for turn in watch.finished] == [(1, "answer"), (2, "clarify")]


def test_a_turn_without_an_answer_is_no_turn(watch: Watch) -> None:
    watch.happen(ev.MatterChosen(200.0, "gov.a"))
    watch.happen(ev.Tick(204.0))
    watch.happen(ev.PartDown(205.0, "knowledge", "gone"))
    assert watch.finished == []


def test_the_sound_of_another_utterance_is_not_the_answer(watch: Watch) -> None:
    watch.happen(ev.MatterChosen(200.0, "gov.a"))
    watch.happen(ev.Replied(200.1, 1, ANSWER))
    watch.happen(ev.PlaybackStarted(200.2, 99))
    assert watch.finished == []
    watch.happen(ev.PlaybackStarted(200.3, 1))
    assert [turn.first_audio for turn in watch.finished] == [200.3]


def test_a_clock_that_runs_back_gives_no_negative_time() -> None:
    assert TurnTrace(1, 1, "voice", "zh").milliseconds(2.0, 1.0) == 0
    assert TurnTrace(1, 1, "voice", "zh").milliseconds(None, 1.0) is None


def test_only_the_latest_turns_are_kept_and_no_words(watch: Watch) -> None:
    for number in range(KEPT_TURNS + 5):
        watch.say(f"秘密{number}", 200.0 + 10 * number)
        watch.reply(202.8 + 10 * number)
        watch.happen(ev.StopPressed(204.0 + 10 * number))
    assert len(watch.tracer.turns) == KEPT_TURNS
    assert watch.tracer.turns[-1].turn == KEPT_TURNS + 5
    assert "秘密" not in repr(watch.tracer.turns)
