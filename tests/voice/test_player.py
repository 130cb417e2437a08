"""The speaking thread on virtual time."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.voice.doubles import PATIENCE_S, EventLog, SpelledSynthesizer, VirtualSpeaker
from voice.errors import SpeakerError, SynthesizerError
from voice.events import PlaybackFailed, PlaybackFinished, PlaybackStarted
from voice.player import DUCKED, Voice


@pytest.fixture
def speaker() -> VirtualSpeaker:
    return VirtualSpeaker()


@pytest.fixture
def log() -> EventLog:
    return EventLog()


@pytest.fixture
def voice(speaker: VirtualSpeaker, log: EventLog) -> Iterator[Voice]:
    made = Voice(SpelledSynthesizer(), speaker, log)
    made.start()
    yield made
    made.stop()


def texts(speaker: VirtualSpeaker) -> list[str]:
    return [pcm.decode("utf-16-le") for pcm in speaker.played]


def test_sentences_are_one_utterance(voice: Voice, speaker: VirtualSpeaker, log: EventLog) -> None:
    voice.say(5, "您好。请坐。", "zh", 1.0)
    speaker.play_next()
    assert log.wait_for(PlaybackStarted).utterance == 5
    assert log.count(PlaybackFinished) == 0
    speaker.play_next()
    finished = log.wait_for(PlaybackFinished)
    assert (finished.utterance, finished.completed) == (5, True)
    assert texts(speaker) == ["您好", "请坐"]
    assert log.count(PlaybackStarted) == 1


def test_a_new_text_replaces_the_old(voice: Voice, speaker: VirtualSpeaker, log: EventLog) -> None:
    voice.say(1, "一。二。三。", "zh", 1.0)
    speaker.play_next()
    log.wait_for(PlaybackStarted)
    voice.say(2, "四。", "zh", 1.0)
    finished = log.wait_for(PlaybackFinished)
    assert (finished.utterance, finished.completed) == (1, False)
    speaker.play_next()
    assert log.wait_for(PlaybackStarted).utterance == 2
    assert log.wait_for(PlaybackFinished).completed
    assert texts(speaker) == ["一", "四"]


def test_hush_ends_what_plays(voice: Voice, speaker: VirtualSpeaker, log: EventLog) -> None:
    voice.say(1, "一。", "zh", 1.0)
    speaker.wait_for_piece()
    voice.hush()
    assert not log.wait_for(PlaybackFinished).completed
    voice.hush()
    assert (log.count(PlaybackFinished), texts(speaker)) == (1, [])


def test_every_text_of_a_quick_series_ends_once_and_only_the_last_is_completed(
    voice: Voice, speaker: VirtualSpeaker, log: EventLog
) -> None:
    for number in range(50):
        voice.say(number, "好。", "zh", 1.0)
    speaker.play_next()
    ends: list[PlaybackFinished] = []
    while not ends or ends[-1].utterance != 49:
        ends.append(log.wait_for(PlaybackFinished))
    assert sorted(end.utterance for end in ends) == list(range(50))
    assert [end.utterance for end in ends if end.completed] == [49]


def test_nothing_to_say_is_completed(voice: Voice, log: EventLog) -> None:
    voice.say(1, "。。", "zh", 1.0)
    assert log.wait_for(PlaybackFinished).completed
    assert log.count(PlaybackStarted) == 0


def test_a_loudspeaker_that_is_missing_or_breaks_is_told_once(
    voice: Voice, speaker: VirtualSpeaker, log: EventLog
) -> None:
    speaker.broken = SpeakerError("speaker_missing", "no loudspeaker")
    voice.say(1, "一。二。", "zh", 1.0)
    failed = log.wait_for(PlaybackFailed)
    assert (failed.utterance, failed.reason) == (1, "no loudspeaker")
    speaker.broken = None
    voice.say(2, "一。二。", "zh", 1.0)
    speaker.play_next(error=SpeakerError("speaker_lost", "unplugged"))
    assert log.wait_for(PlaybackFailed).reason == "unplugged"
    voice.say(3, "三。", "zh", 1.0)
    speaker.play_next()
    assert log.wait_for(PlaybackFinished).utterance == 3
    assert log.count(PlaybackFailed) == 2


def test_a_synthesiser_that_fails_is_told(speaker: VirtualSpeaker, log: EventLog) -> None:
    class Broken(SpelledSynthesizer):
        def prepare(self) -> None:
            raise SynthesizerError("synthesizer_missing", "no espeak-ng")

        def synthesize(self, text: str, lang: str, rate: float = 1.0) -> Iterator[bytes]:
            raise SynthesizerError("synthesizer_missing", "no espeak-ng")

    voice = Voice(Broken(), speaker, log)
    voice.start()
    voice.say(1, "一。", "zh", 1.0)
    assert log.wait_for(PlaybackFailed).reason == "no espeak-ng"
    voice.stop()


def test_a_voice_that_does_not_run_says_so(speaker: VirtualSpeaker, log: EventLog) -> None:
    Voice(SpelledSynthesizer(), speaker, log).say(1, "一。", "zh", 1.0)
    assert "start()" in log.wait_for(PlaybackFailed).reason


def test_stop_ends_what_plays_and_closes_the_speaker(
    voice: Voice, speaker: VirtualSpeaker, log: EventLog
) -> None:
    voice.say(1, "一。", "zh", 1.0)
    speaker.wait_for_piece()
    voice.stop()
    assert not log.wait_for(PlaybackFinished).completed
    assert speaker.stopped


def test_a_speaker_opened_after_the_stop_is_closed_all_the_same(
    speaker: VirtualSpeaker, log: EventLog
) -> None:
    """A program that loads for long keeps the thread until nobody waits for it any more."""
    loaded = threading.Event()

    class Loading(SpelledSynthesizer):
        def prepare(self) -> None:
            assert loaded.wait(PATIENCE_S)

    voice = Voice(Loading(), speaker, log)
    before = set(threading.enumerate())
    voice.start()
    (thread,) = set(threading.enumerate()) - before
    voice.stop()
    loaded.set()
    thread.join(PATIENCE_S)
    assert speaker.opened == 1
    assert speaker.stopped


def test_volume_stays_in_its_range(voice: Voice, speaker: VirtualSpeaker) -> None:
    voice.volume = 3.0
    assert (voice.volume, speaker.volume) == (1.0, 1.0)
    voice.volume = -1.0
    assert speaker.volume == 0.0


def test_the_loudspeaker_stays_open_while_somebody_is_here(
    voice: Voice, speaker: VirtualSpeaker, log: EventLog
) -> None:
    voice.attend(True)
    speaker.wait_until_opened()
    assert speaker.keep_open
    voice.attend(False)
    assert not speaker.keep_open
    voice.say(1, "一。", "zh", 1.0)
    speaker.play_next()
    assert log.wait_for(PlaybackFinished).completed


def test_a_loudspeaker_that_is_away_when_somebody_comes_is_told_by_the_first_text(
    voice: Voice, speaker: VirtualSpeaker, log: EventLog
) -> None:
    speaker.broken = SpeakerError("speaker_missing", "no loudspeaker")
    voice.attend(True)
    voice.say(1, "一。", "zh", 1.0)
    assert log.wait_for(PlaybackFailed).reason == "no loudspeaker"


def test_what_is_held_waits_and_is_said_to_its_end(
    voice: Voice, speaker: VirtualSpeaker, log: EventLog
) -> None:
    voice.say(1, "一。二。", "zh", 1.0)
    speaker.wait_for_piece()
    voice.hold()
    assert speaker.paused
    voice.carry_on()
    assert not speaker.paused
    speaker.play_next()
    speaker.play_next()
    assert log.wait_for(PlaybackFinished).completed
    assert log.count(PlaybackStarted) == 1


def test_a_soft_hold_goes_on_softly(voice: Voice, speaker: VirtualSpeaker, log: EventLog) -> None:
    voice.say(1, "一。", "zh", 1.0)
    speaker.wait_for_piece()
    voice.hold(softly=True)
    assert (speaker.paused, speaker.gain) == (False, DUCKED)
    voice.carry_on()
    assert speaker.gain == 1.0


def test_a_new_text_is_neither_held_nor_soft(voice: Voice, speaker: VirtualSpeaker, log: EventLog) -> None:
    voice.say(1, "一。", "zh", 1.0)
    speaker.wait_for_piece()
    voice.hold(softly=True)
    voice.hold()
    voice.say(2, "二。", "zh", 1.0)
    assert not log.wait_for(PlaybackFinished).completed
    speaker.play_next()
    assert log.wait_for(PlaybackFinished).completed
    assert (speaker.paused, speaker.gain) == (False, 1.0)


def test_nothing_is_held_where_nothing_is_said(voice: Voice, speaker: VirtualSpeaker) -> None:
    voice.hold()
    assert not speaker.paused


def test_after_a_sentence_that_was_cut_the_rest_is_not_said(speaker: VirtualSpeaker, log: EventLog) -> None:
    """A speaker that gives up a hold has cut a sentence; the next one alone would make no sense."""
    given = threading.Event()

    class Slow(SpelledSynthesizer):
        def synthesize(self, text: str, lang: str, rate: float = 1.0) -> Iterator[bytes]:
            yield b"\1\0"
            assert given.wait(PATIENCE_S)
            yield b"\2\0"

    voice = Voice(Slow(), speaker, log)
    voice.start()
    voice.say(1, "一。二。", "zh", 1.0)
    speaker.wait_for_piece()
    speaker.cancel()
    given.set()
    assert not log.wait_for(PlaybackFinished).completed
    assert speaker.played == []
    voice.stop()
