"""Many turns leave nothing behind."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from tests.voice.conftest import Spoken
from tests.voice.doubles import EventLog, ScriptedMicrophone, VirtualSpeaker
from voice.activity import SileroActivity
from voice.endpoint import EndpointSettings
from voice.events import PlaybackFinished, UtteranceHeard
from voice.listener import Listener
from voice.player import Voice
from voice.synthesizer import EspeakSynthesizer
from voice.vosk_recognizer import VoskRecognizer

TURNS = 200


def handles() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


def test_two_hundred_turns_leave_no_thread_and_no_handle(
    speech_model: Path, synthesizer: EspeakSynthesizer, spoken: Spoken
) -> None:
    microphone, log = ScriptedMicrophone(), EventLog()
    listener = Listener(microphone, SileroActivity(), VoskRecognizer(speech_model), EndpointSettings(), log)
    voice = Voice(synthesizer, VirtualSpeaker(immediate=True), log)
    question = spoken("谢谢", rate=1.3, before=0.1, after=0.75)
    threads_before = threading.active_count()
    listener.start()
    voice.start()
    after_first = (0, 0)
    for turn in range(TURNS):
        microphone.push(question)
        assert log.wait_for(UtteranceHeard).text == "谢谢"
        listener.pause()
        voice.say(turn, "不客气", "zh", 1.0)
        assert log.wait_for(PlaybackFinished).utterance == turn
        listener.resume()
        if turn == 0:
            after_first = (threading.active_count(), handles())
    assert (threading.active_count(), handles()) == after_first
    listener.stop()
    voice.stop()
    assert threading.active_count() == threads_before
