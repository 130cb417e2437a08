"""From sound to events, on virtual time, with the real detector and recogniser."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from tests.voice.conftest import QUESTIONS, Spoken, write_wav
from voice.activity import SileroActivity
from voice.completeness import Completeness, Judge
from voice.endpoint import EndpointSettings
from voice.errors import RecognizerError
from voice.events import (
    HearingEvent,
    ListeningFailed,
    NothingHeard,
    PartialHeard,
    SpeechEnded,
    SpeechStarted,
    UtteranceHeard,
)
from voice.file_source import FileMicrophone
from voice.hearing import Hearing, hear_recording
from voice.patience import Patience
from voice.ports import FRAME_SECONDS, AudioChunk, Recognition
from voice.vosk_recognizer import VoskRecognizer

E = TypeVar("E")


def of_kind(events: list[HearingEvent], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


@pytest.fixture
def recognizer(speech_model: Path) -> VoskRecognizer:
    return VoskRecognizer(speech_model)


def hear(folder: Path, pcm: bytes, recognizer: VoskRecognizer) -> list[HearingEvent]:
    source = FileMicrophone(write_wav(folder / "sound.wav", pcm), began=100.0)
    return list(hear_recording(source, SileroActivity(), recognizer))


def test_a_question_in_the_order_and_at_the_times_of_its_sound(
    tmp_path: Path, spoken: Spoken, recognizer: VoskRecognizer
) -> None:
    pcm = spoken("我想办居住证要带什么材料", before=1.0, after=1.0)
    events = hear(tmp_path, pcm, recognizer)
    first, *middle, ended, utterance = events
    assert isinstance(first, SpeechStarted)
    assert all(isinstance(event, PartialHeard) for event in middle)
    assert isinstance(ended, SpeechEnded)
    assert isinstance(utterance, UtteranceHeard)
    assert utterance.text == "我想办居住证要带什么材料"
    assert first.at == pytest.approx(101.0, abs=0.15)
    assert ended.at == pytest.approx(100.0 + len(pcm) / 32_000 - 1.0, abs=0.15)
    assert ended.decided_at - ended.at == pytest.approx(0.48, abs=0.04)
    assert (utterance.speech_started_at, utterance.speech_ended_at) == (first.at, ended.at)
    assert middle[0].at - first.at <= 0.25, "the first caption comes within 250 ms"


def test_the_first_syllable_survives(tmp_path: Path, spoken: Spoken, recognizer: VoskRecognizer) -> None:
    for sentence in QUESTIONS:
        (utterance,) = of_kind(hear(tmp_path, spoken(sentence), recognizer), UtteranceHeard)
        assert utterance.text == sentence


def test_two_questions_are_two_utterances(tmp_path: Path, spoken: Spoken, recognizer: VoskRecognizer) -> None:
    events = hear(tmp_path, spoken("怎么取号") + spoken("谢谢"), recognizer)
    assert [heard.text for heard in of_kind(events, UtteranceHeard)] == ["怎么取号", "谢谢"]


def test_foreign_speech_is_nothing(tmp_path: Path, spoken: Spoken, recognizer: VoskRecognizer) -> None:
    events = hear(tmp_path, spoken("Where is the railway station, please?", lang="en"), recognizer)
    assert of_kind(events, SpeechStarted)
    assert isinstance(events[-1], NothingHeard)
    assert not of_kind(events, UtteranceHeard)


def test_noise_is_not_even_speech(tmp_path: Path, recognizer: VoskRecognizer) -> None:
    noise = np.random.default_rng(5).normal(0, 500, 48_000).astype(np.int16)
    assert hear(tmp_path, noise.tobytes(), recognizer) == []


@pytest.mark.parametrize("size", [2, 160, 512, 1024, 7000])
def test_chunks_of_any_size_give_the_same(spoken: Spoken, recognizer: VoskRecognizer, size: int) -> None:
    pcm = spoken("谢谢")
    now = [0.0]
    hearing = Hearing(SileroActivity(), recognizer, EndpointSettings(), lambda: now[0])
    events: list[HearingEvent] = []
    for offset in range(0, len(pcm), size * 2):
        chunk = AudioChunk(pcm[offset : offset + size * 2], offset / 32_000)
        now[0] = chunk.end
        events += hearing.feed(chunk)
    (started,) = of_kind(events, SpeechStarted)
    (utterance,) = of_kind(events, UtteranceHeard)
    assert utterance.text == "谢谢"
    assert started.at == pytest.approx(0.52, abs=0.1)


def silence_waited_for(
    pcm: bytes, recognizer: VoskRecognizer, judge: Judge, patience: Patience = Patience.NORMAL
) -> float:
    """Seconds from the end of speech to the moment that was sure."""
    now = [0.0]
    hearing = Hearing(SileroActivity(), recognizer, EndpointSettings(), lambda: now[0], judge)
    hearing.patience = patience
    events: list[HearingEvent] = []
    for offset in range(0, len(pcm), 1024):
        chunk = AudioChunk(pcm[offset : offset + 1024], offset / 32_000)
        now[0] = chunk.end
        events += hearing.feed(chunk)
    (ended,) = of_kind(events, SpeechEnded)
    (utterance,) = of_kind(events, UtteranceHeard)
    assert utterance.text == "营业时间是几点"
    return ended.decided_at - ended.at


def test_the_judge_and_the_patience_decide_how_long_a_silence_is_waited_for(
    spoken: Spoken, recognizer: VoskRecognizer
) -> None:
    judged: list[str] = []

    def complete(text: str) -> Completeness:
        judged.append(text)
        return Completeness.COMPLETE if text == "营业时间是几点" else Completeness.OPEN

    pcm = spoken("营业时间是几点", after=2.5)
    soon = silence_waited_for(pcm, recognizer, complete)
    assert "营业时间是几点" in judged
    assert len(judged) == len(set(judged)), "called for changes only"
    assert soon == pytest.approx(0.32, abs=0.07)
    slow = silence_waited_for(pcm, recognizer, complete, Patience.SLOW)
    assert slow == pytest.approx(soon + 0.5, abs=0.07)
    assert silence_waited_for(pcm, recognizer, lambda text: Completeness.OPEN) > soon + 0.4


class Bilingual:
    """Hears the same of everything, tells the language, and has put the text right."""

    def accept(self, pcm: bytes) -> str:
        return "call one two zero"

    def finish(self) -> Recognition:
        return Recognition("call 120", (), 0.8, "en", "call one two zero")

    def reset(self) -> None:
        return


def test_the_language_and_the_raw_text_are_told_with_what_is_meant(spoken: Spoken) -> None:
    hearing = Hearing(SileroActivity(), Bilingual(), EndpointSettings(), lambda: 0.0)
    events = list(hearing.feed(AudioChunk(spoken("谢谢", after=1.5), 0.0)))
    assert of_kind(events, PartialHeard)[-1].text == "call one two zero"
    (heard,) = of_kind(events, UtteranceHeard)
    assert (heard.text, heard.raw, heard.language) == ("call 120", "call one two zero", "en")


class FailingRecognizer:
    """Fails on every utterance until mended."""

    mended = False

    def accept(self, pcm: bytes) -> str:
        if not self.mended:
            raise RecognizerError("recognizer_failed", "the decoder broke")
        return ""

    def finish(self) -> Recognition:
        return Recognition("好", (), 1.0)

    def reset(self) -> None:
        return


def test_a_failing_recogniser_costs_the_utterance_and_not_the_hearing(spoken: Spoken) -> None:
    recognizer = FailingRecognizer()
    hearing = Hearing(SileroActivity(), recognizer, EndpointSettings(), lambda: 0.0)
    events = list(hearing.feed(AudioChunk(spoken("怎么取号"), 0.0)))
    # What is left of the sentence is speech again, and fails again.
    assert [type(event) for event in events][:3] == [SpeechStarted, ListeningFailed, NothingHeard]
    assert len(of_kind(events, SpeechStarted)) == len(of_kind(events, NothingHeard))
    recognizer.mended = True
    hearing.reset()
    events = list(hearing.feed(AudioChunk(spoken("谢谢"), 10.0)))
    assert of_kind(events, UtteranceHeard)


class LoudIsVoiced:
    """A VoiceActivity for which whatever is not zero is speech."""

    def probability(self, frame: bytes) -> float:
        return 1.0 if any(frame) else 0.0

    def reset(self) -> None:
        return


class KeepingRecognizer:
    """Keeps the sound of the utterance, and of those before."""

    def __init__(self) -> None:
        self.sound = b""
        self.before: list[bytes] = []

    def accept(self, pcm: bytes) -> str:
        self.sound += pcm
        return "好"

    def finish(self) -> Recognition:
        self.reset()
        return Recognition("好", (), 1.0)

    def reset(self) -> None:
        self.before += [self.sound] if self.sound else []
        self.sound = b""


def frames(*values: int) -> AudioChunk:
    return AudioChunk(b"".join(np.full(512, value, np.int16).tobytes() for value in values), 0.0)


def test_recognition_begins_before_it_is_sure_that_somebody_speaks() -> None:
    recognizer = KeepingRecognizer()
    settings = EndpointSettings()
    hearing = Hearing(LoudIsVoiced(), recognizer, settings, lambda: 0.0)
    before = round(settings.pre_roll_s / FRAME_SECONDS)
    assert not list(hearing.feed(frames(*[0] * (before + 5), 7001)))
    assert recognizer.sound == frames(*[0] * before, 7001).samples
    events = list(hearing.feed(frames(7002, 7003)))
    assert [type(event) for event in events] == [SpeechStarted, PartialHeard]
    assert recognizer.sound == frames(*[0] * before, 7001, 7002, 7003).samples


def test_a_knock_leaves_nothing_in_the_recogniser_and_stays_before_what_follows() -> None:
    recognizer = KeepingRecognizer()
    hearing = Hearing(LoudIsVoiced(), recognizer, EndpointSettings(), lambda: 0.0)
    assert not list(hearing.feed(frames(0, 0, 9000, 0, 0, 0, 0)))
    assert recognizer.sound == b""
    assert list(hearing.feed(frames(7001, 7002, 7003)))
    assert recognizer.before == [frames(0, 0, 9000, 0, 0).samples]
    assert recognizer.sound == frames(0, 0, 9000, 0, 0, 0, 0, 7001, 7002, 7003).samples
