"""The listening thread on virtual time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.voice.conftest import Spoken
from tests.voice.doubles import EventLog, ScriptedMicrophone
from voice.activity import SileroActivity
from voice.completeness import Completeness
from voice.endpoint import EndpointSettings
from voice.errors import ActivityError
from voice.events import (
    ListeningFailed,
    MicrophoneBack,
    MicrophoneLost,
    PartialHeard,
    SpeechEnded,
    SpeechStarted,
    UtteranceHeard,
    VoiceEvent,
)
from voice.listener import Listener
from voice.patience import Patience
from voice.vosk_recognizer import VoskRecognizer


@pytest.fixture
def microphone() -> ScriptedMicrophone:
    return ScriptedMicrophone()


@pytest.fixture
def heard() -> EventLog:
    return EventLog()


@pytest.fixture
def listener(microphone: ScriptedMicrophone, heard: EventLog, speech_model: Path) -> Iterator[Listener]:
    made = Listener(microphone, SileroActivity(), VoskRecognizer(speech_model), EndpointSettings(), heard)
    made.start()
    yield made
    made.stop()


def test_what_is_said_is_told(
    listener: Listener, microphone: ScriptedMicrophone, heard: EventLog, spoken: Spoken
) -> None:
    microphone.push(spoken("办护照多少钱"))
    assert heard.wait_for(UtteranceHeard).text == "办护照多少钱"


def test_nothing_is_heard_while_paused_nor_of_it_later(
    listener: Listener, microphone: ScriptedMicrophone, heard: EventLog, spoken: Spoken
) -> None:
    listener.pause()
    assert listener.paused
    microphone.push(spoken("银行卡丢了怎么挂失"))
    microphone.wait_until_heard()
    listener.resume()
    microphone.push(spoken("谢谢"))
    assert heard.wait_for(UtteranceHeard).text == "谢谢"
    assert heard.count(SpeechStarted) == 1


def test_what_was_captured_before_resume_is_dropped_even_when_it_is_read_after(
    listener: Listener, microphone: ScriptedMicrophone, heard: EventLog, spoken: Spoken
) -> None:
    """The kiosk's own last words may still wait in the buffer when it begins to listen again."""
    listener.pause()
    microphone.push(spoken("营业时间是几点"))
    listener.resume()
    microphone.push(spoken("谢谢"))
    assert heard.wait_for(UtteranceHeard).text == "谢谢"
    assert heard.count(SpeechStarted) == 1


def test_a_pause_in_mid_utterance_leaks_nothing(
    listener: Listener, microphone: ScriptedMicrophone, heard: EventLog, spoken: Spoken
) -> None:
    pcm = spoken("我想办居住证要带什么材料")
    half = len(pcm) // 2048 * 1024
    microphone.push(pcm[:half])
    heard.wait_for(PartialHeard)
    listener.pause()
    before = len(heard.events)
    listener.resume()
    microphone.push(spoken("转人工"))
    assert heard.wait_for(UtteranceHeard).text == "转人工"
    assert isinstance(heard.events[before], SpeechStarted), "the dropped utterance was told to its end"


def test_the_session_may_pause_from_inside_an_event(
    microphone: ScriptedMicrophone, speech_model: Path, spoken: Spoken
) -> None:
    log = EventLog()

    def emit(event: VoiceEvent) -> None:
        log(event)
        if isinstance(event, SpeechEnded):
            listener.pause()

    listener = Listener(microphone, SileroActivity(), VoskRecognizer(speech_model), EndpointSettings(), emit)
    listener.start()
    try:
        microphone.push(spoken("谢谢"))
        log.wait_for(SpeechEnded)
        microphone.wait_until_heard()
        assert log.count(UtteranceHeard) == 0
    finally:
        listener.stop()


def test_a_lost_microphone_is_told_once_and_comes_back(
    listener: Listener, microphone: ScriptedMicrophone, heard: EventLog, spoken: Spoken
) -> None:
    microphone.push(spoken("怎么取号")[:30_000])
    heard.wait_for(SpeechStarted)
    microphone.wait_until_heard()
    microphone.unplug()
    assert "unplugged" in heard.wait_for(MicrophoneLost).reason
    microphone.plug()
    microphone.push(spoken("谢谢"))
    heard.wait_for(MicrophoneBack)
    microphone.push(spoken("转人工"))
    assert heard.wait_for(UtteranceHeard).text in {"谢谢", "转人工"}
    assert heard.count(MicrophoneLost) == 1


def test_a_microphone_that_is_missing_at_the_start_is_lost_first(
    microphone: ScriptedMicrophone, heard: EventLog, speech_model: Path
) -> None:
    microphone.unplug()
    listener = Listener(microphone, SileroActivity(), VoskRecognizer(speech_model), EndpointSettings(), heard)
    listener.start()
    heard.wait_for(MicrophoneLost)
    microphone.plug()
    microphone.push(b"\0" * 4096)
    heard.wait_for(MicrophoneBack)
    listener.stop()


class BrokenActivity:
    """A detector that refuses its first frame."""

    def __init__(self) -> None:
        self._real = SileroActivity()
        self._broken = True

    def probability(self, frame: bytes) -> float:
        if self._broken:
            self._broken = False
            raise ActivityError("activity_frame", "refused by the test")
        return self._real.probability(frame)

    def reset(self) -> None:
        self._real.reset()


def test_a_failing_part_is_an_event_and_a_line_of_the_log_and_listening_goes_on(
    microphone: ScriptedMicrophone,
    heard: EventLog,
    speech_model: Path,
    spoken: Spoken,
    caplog: pytest.LogCaptureFixture,
) -> None:
    listener = Listener(microphone, BrokenActivity(), VoskRecognizer(speech_model), EndpointSettings(), heard)
    listener.start()
    microphone.push(spoken("谢谢"))
    assert heard.wait_for(ListeningFailed).reason == "refused by the test"
    assert heard.wait_for(UtteranceHeard).text == "谢谢"
    assert [record.getMessage() for record in caplog.records if record.name == "voice.listener"] == [
        "the ears failed, an utterance may be lost: refused by the test"
    ]
    listener.stop()


def test_it_can_be_stopped_and_started_again(
    listener: Listener, microphone: ScriptedMicrophone, heard: EventLog, spoken: Spoken
) -> None:
    listener.stop()
    listener.stop()
    assert "listener" not in {thread.name for thread in threading.enumerate()}
    listener.start()
    microphone.push(spoken("谢谢"))
    assert heard.wait_for(UtteranceHeard).text == "谢谢"


def test_the_judge_and_the_patience_reach_the_hearing(
    microphone: ScriptedMicrophone, heard: EventLog, speech_model: Path, spoken: Spoken
) -> None:
    def complete(text: str) -> Completeness:
        return Completeness.COMPLETE if text == "谢谢" else Completeness.OPEN

    listener = Listener(
        microphone, SileroActivity(), VoskRecognizer(speech_model), EndpointSettings(), heard, judge=complete
    )
    listener.start()
    try:
        microphone.push(spoken("谢谢", after=0.6))
        assert heard.wait_for(UtteranceHeard).text == "谢谢"
        listener.patience = Patience.SLOW
        microphone.push(spoken("谢谢", after=0.6))
        microphone.wait_until_heard()
        assert heard.count(UtteranceHeard) == 1, "a slow talker is given more time"
        microphone.push(bytes(32_000))
        assert heard.wait_for(UtteranceHeard).text == "谢谢"
        listener.forget()
        assert listener.patience is Patience.NORMAL
    finally:
        listener.stop()
