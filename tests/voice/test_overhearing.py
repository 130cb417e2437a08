"""Interrupting the kiosk while it speaks: the listening thread on virtual time, with a real recogniser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.voice.conftest import QUESTIONS, Spoken
from tests.voice.doubles import EventLog, ScriptedMicrophone
from voice.activity import SileroActivity
from voice.endpoint import EndpointSettings
from voice.errors import RecognizerError
from voice.events import (
    InterruptionConfirmed,
    InterruptionDismissed,
    InterruptionSuspected,
    ListeningFailed,
    SpeechEnded,
    SpeechStarted,
    UtteranceHeard,
)
from voice.interjections import Interjection, interjection
from voice.level import FLOOR_DBFS, level_of
from voice.listener import Listener
from voice.overhearing import Echo
from voice.vosk_recognizer import VoskRecognizer

HALL = np.random.default_rng(0).normal(0, 40, 16_000).astype(np.int16)  # -58 dBFS
STOPS = ("停", "停一下", "别说了", "好的", "嗯")


class Room:
    """A microphone in a quiet hall, with the kiosk's voice as loud as the test says."""

    def __init__(self) -> None:
        self.microphone = ScriptedMicrophone()
        self.heard = EventLog()
        self.played_dbfs = FLOOR_DBFS

    def push(self, pcm: bytes) -> None:
        """Somebody makes a sound; the hall goes on."""
        sound = np.frombuffer(pcm, np.int16)
        self.microphone.push((sound + np.resize(HALL, sound.size)).astype(np.int16).tobytes())

    def quiet(self, seconds: float) -> None:
        self.microphone.push(np.resize(HALL, int(seconds * 16_000)).tobytes())

    def settle(self) -> None:
        self.microphone.wait_until_heard()


@pytest.fixture(scope="module")
def interrupting_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded model that also knows what is said to stop the kiosk."""
    from models.speech import speech_model_for

    return speech_model_for((*QUESTIONS, *STOPS), tmp_path_factory.mktemp("interrupting"))


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def listener(room: Room, interrupting_model: Path) -> Iterator[Listener]:
    """Listens while the kiosk speaks, and knows the hall."""
    made = Listener(
        room.microphone,
        SileroActivity(),
        VoskRecognizer(interrupting_model),
        EndpointSettings(),
        room.heard,
        echo=Echo(lambda _since, _until: room.played_dbfs, 30.0, 0.1),
    )
    made.pause()
    made.start()
    room.quiet(35.0)
    room.settle()
    made.overhear()
    yield made
    made.stop()


def near(pcm: bytes) -> bytes:
    """As loud as who stands in front of the kiosk."""
    sound = np.frombuffer(pcm, np.int16)
    loud = sound[np.abs(sound) > 300]
    return (
        (sound * (10 ** (-24 / 20) / 10 ** (level_of(loud.tobytes()).rms_dbfs / 20)))
        .astype(np.int16)
        .tobytes()
    )


def test_a_question_interrupts_and_is_heard_from_its_first_syllable(
    listener: Listener, room: Room, spoken: Spoken
) -> None:
    began = room.microphone.now() + 0.4
    room.push(near(spoken("营业时间是几点", after=1.2)))
    suspected = room.heard.wait_for(InterruptionSuspected)
    room.heard.wait_for(InterruptionConfirmed)
    assert room.heard.wait_for(UtteranceHeard).text == "营业时间是几点"
    assert suspected.at == pytest.approx(began, abs=0.15)
    kinds = [type(event) for event in room.heard.events]
    assert kinds.index(InterruptionConfirmed) < kinds.index(SpeechStarted)
    assert not listener.paused


def test_resuming_while_somebody_interrupts_loses_nothing(
    listener: Listener, room: Room, spoken: Spoken
) -> None:
    """The session opens the ears when it hears of the interruption; they are open already."""
    pcm = near(spoken("银行卡丢了怎么挂失", after=1.2))
    room.push(pcm[: len(pcm) // 2048 * 1024])
    room.heard.wait_for(InterruptionConfirmed)
    listener.resume()
    room.push(pcm[len(pcm) // 2048 * 1024 :])
    assert room.heard.wait_for(UtteranceHeard).text == "银行卡丢了怎么挂失"


@pytest.mark.parametrize("nod", ["嗯", "好的"])
def test_a_nod_is_dismissed_and_nothing_of_it_is_told(
    listener: Listener, room: Room, spoken: Spoken, nod: str
) -> None:
    room.push(near(spoken(nod, after=1.5)))
    room.settle()
    room.quiet(1.0)
    room.settle()
    suspected, dismissed = room.heard.count(InterruptionSuspected), room.heard.count(InterruptionDismissed)
    assert suspected == dismissed
    assert len(room.heard.events) == suspected + dismissed


@pytest.mark.parametrize("word", ["别说了", "停一下"])
def test_stop_interrupts_and_is_no_question(
    listener: Listener, room: Room, spoken: Spoken, word: str
) -> None:
    room.push(near(spoken(word, after=1.5)))
    room.heard.wait_for(InterruptionConfirmed)
    listener.resume()
    room.settle()
    room.push(near(spoken("怎么取号", after=1.2)))
    while (said := room.heard.wait_for(UtteranceHeard).text) != "怎么取号":
        assert interjection(said) is Interjection.STOP


def test_the_kiosks_own_voice_is_not_heard(listener: Listener, room: Room, spoken: Spoken) -> None:
    room.played_dbfs = -15.0
    own = np.frombuffer(near(spoken("我想办居住证要带什么材料")), np.int16) * 10 ** (-18 / 20)
    for _ in range(5):
        room.push(own.astype(np.int16).tobytes())
    room.settle()
    assert room.heard.events == []


def test_what_is_said_far_away_is_not_heard(listener: Listener, room: Room, spoken: Spoken) -> None:
    room.push(
        (np.frombuffer(near(spoken("办护照多少钱")), np.int16) * 10 ** (-14 / 20)).astype(np.int16).tobytes()
    )
    room.settle()
    assert room.heard.events == []


def test_without_an_echo_it_is_deaf_while_the_kiosk_speaks(
    room: Room, interrupting_model: Path, spoken: Spoken
) -> None:
    made = Listener(
        room.microphone, SileroActivity(), VoskRecognizer(interrupting_model), EndpointSettings(), room.heard
    )
    made.overhear()
    made.start()
    assert made.paused
    room.push(near(spoken("转人工")))
    room.settle()
    assert room.heard.events == []
    made.stop()


def test_a_pause_in_the_middle_of_an_interruption_drops_it(
    listener: Listener, room: Room, spoken: Spoken
) -> None:
    pcm = near(spoken("我想办居住证要带什么材料"))
    room.push(pcm[:24_576])
    room.heard.wait_for(InterruptionSuspected)
    room.settle()
    listener.pause()
    told = len(room.heard.events)
    room.push(pcm[24_576:])
    room.settle()
    assert len(room.heard.events) == told
    listener.overhear()
    room.quiet(0.5)
    room.push(near(spoken("怎么取号", after=1.2)))
    assert room.heard.wait_for(UtteranceHeard).text == "怎么取号"
    assert room.heard.count(SpeechEnded) == 1


def test_a_recogniser_that_fails_ends_the_suspicion(
    room: Room, interrupting_model: Path, spoken: Spoken
) -> None:
    class Failing(VoskRecognizer):
        broken = True

        def accept(self, pcm: bytes) -> str:
            if self.broken:
                raise RecognizerError("recognizer_failed", "broken by the test")
            return super().accept(pcm)

    recognizer = Failing(interrupting_model)
    made = Listener(
        room.microphone,
        SileroActivity(),
        recognizer,
        EndpointSettings(),
        room.heard,
        echo=Echo(lambda _since, _until: FLOOR_DBFS, 30.0, 0.1),
    )
    made.pause()
    made.start()
    room.quiet(1.0)
    room.settle()
    made.overhear()
    room.push(near(spoken("怎么取号", after=0.0)))
    room.settle()
    room.heard.wait_for(ListeningFailed)
    room.quiet(1.0)
    room.settle()
    assert room.heard.count(InterruptionSuspected) == room.heard.count(InterruptionDismissed)
    recognizer.broken = False
    room.push(near(spoken("谢谢", after=1.2)))
    assert room.heard.wait_for(UtteranceHeard).text == "谢谢"
    made.stop()
