"""The fault table: what happens to devices in the field, done to the real devices of the private sound server.

docs/measurements/devices.md lists every fault with its test; those of the models and programs are beside their parts.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from kiosk_app.demo.audio_server import AudioServer
from tests.fleet.waiting import wait_until
from tests.voice.conftest import Spoken, write_wav
from tests.voice.doubles import PATIENCE_S, EventLog
from tests.voice.processes import child_with
from voice.activity import SileroActivity
from voice.endpoint import EndpointSettings
from voice.events import (
    MicrophoneBack,
    MicrophoneClear,
    MicrophoneImpaired,
    MicrophoneLost,
    NothingHeard,
    SpeechStarted,
    UtteranceHeard,
)
from voice.listener import Listener
from voice.microphone_process import IsolatedMicrophone
from voice.microphone_watch import WatchSettings
from voice.monitored_microphone import MonitoredMicrophone
from voice.ports import PlaybackEnd
from voice.speaker_process import IsolatedSpeaker
from voice.vosk_recognizer import VoskRecognizer

QUESTION = "我想办居住证要带什么材料"
SHORT = "怎么取号"
SHORT_WATCH = WatchSettings(silent_s=1.0, judged_s=1.0)
"""The faults of a real device, found sooner than a hall would want."""


@pytest.fixture
def heard() -> EventLog:
    return EventLog()


@pytest.fixture
def device() -> IsolatedMicrophone:
    return IsolatedMicrophone("kiosk_mic")


@pytest.fixture
def ears(
    audio: AudioServer, device: IsolatedMicrophone, speech_model: Path, heard: EventLog
) -> Iterator[Listener]:
    """The whole way from the device's process to the events, listening."""
    microphone = MonitoredMicrophone(device, heard, SHORT_WATCH)
    device.start()  # what the test plays at once must not be missed
    listener = Listener(microphone, SileroActivity(), VoskRecognizer(speech_model), EndpointSettings(), heard)
    listener.start()
    yield listener
    listener.stop()


Say = Callable[[str], None]


@pytest.fixture
def say(audio: AudioServer, spoken: Spoken, tmp_path: Path) -> Say:
    """Speaks into the microphone; returns at once."""

    def play(text: str) -> None:
        pcm = spoken(text, before=0.5, after=1.0)
        audio.play_into_microphone(write_wav(tmp_path / f"{len(text)}.wav", pcm))

    return play


def played(audio: AudioServer, samples: np.ndarray, folder: Path) -> None:
    """Sound of any kind into the microphone, to its end; float samples are not limited."""
    import soundfile

    path = folder / "sound.wav"
    soundfile.write(path, samples, 16_000, subtype="FLOAT" if samples.dtype == np.float32 else "PCM_16")
    audio.play_into_microphone(path).wait(PATIENCE_S)


def test_a_microphone_that_vanishes_in_a_sentence_loses_it_and_nothing_else(
    audio: AudioServer, ears: Listener, heard: EventLog, say: Say
) -> None:
    say(QUESTION)
    heard.wait_for(SpeechStarted)
    audio.unplug_microphone()
    heard.wait_for(MicrophoneLost)
    audio.plug_microphone()
    heard.wait_for(MicrophoneBack)
    say(QUESTION)
    assert heard.wait_for(UtteranceHeard).text == QUESTION
    assert heard.count(UtteranceHeard) == 1, "half a sentence was taken for a question"


def test_a_microphone_that_delivers_silence_is_told_and_heard_again_with_the_first_word(
    ears: Listener, heard: EventLog, say: Say
) -> None:
    assert heard.wait_for(MicrophoneImpaired).fault == "silent"  # nobody plays: the device gives zeros
    say(SHORT)
    heard.wait_for(MicrophoneClear)
    assert heard.wait_for(UtteranceHeard).text == SHORT
    assert heard.count(MicrophoneLost) == 0


def test_clipped_noise_is_told_and_the_next_sentence_is_understood(
    audio: AudioServer, ears: Listener, heard: EventLog, say: Say, tmp_path: Path
) -> None:
    noise = np.random.default_rng(5).choice([-32_768, 32_767], 3 * 16_000).astype(np.int16)
    played(audio, noise, tmp_path)
    while heard.wait_for(MicrophoneImpaired).fault != "clipped":
        continue  # before the noise the device gave zeros
    heard.wait_for(MicrophoneClear)
    say(SHORT)
    while heard.wait_for(UtteranceHeard).text != SHORT:
        continue  # whatever the noise was taken for


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_numbers_that_are_none_do_no_harm(
    audio: AudioServer, ears: Listener, heard: EventLog, say: Say, tmp_path: Path, value: float
) -> None:
    """The sound server takes floats; what it makes of those that are no sound must not deafen the kiosk."""
    sound = np.full(16_000, value, np.float32)
    sound[::7] = -value
    played(audio, sound, tmp_path)
    say(SHORT)
    while heard.wait_for(UtteranceHeard).text != SHORT:
        continue  # whatever it was taken for
    assert heard.count(MicrophoneLost) == 0


def test_a_capture_process_that_stops_is_replaced(ears: Listener, heard: EventLog, say: Say) -> None:
    os.kill(child_with("voice.capture"), signal.SIGSTOP)
    heard.wait_for(MicrophoneLost)
    heard.wait_for(MicrophoneBack)
    say(SHORT)
    assert heard.wait_for(UtteranceHeard).text == SHORT


def test_a_listener_that_falls_behind_loses_the_oldest_sound_and_goes_on(
    audio: AudioServer, heard: EventLog, speech_model: Path, say: Say
) -> None:
    """The device overruns: nobody reads for longer than the buffer holds."""
    microphone = IsolatedMicrophone("kiosk_mic", buffer_s=0.5)
    microphone.start()
    wait_until(lambda: microphone.overruns > 0, "sound that was dropped")
    listener = Listener(microphone, SileroActivity(), VoskRecognizer(speech_model), EndpointSettings(), heard)
    listener.start()
    try:
        say(SHORT)
        assert heard.wait_for(UtteranceHeard).text == SHORT
        assert heard.count(NothingHeard) == heard.count(MicrophoneLost) == 0
    finally:
        listener.stop()


def test_a_loudspeaker_that_runs_dry_goes_on_or_says_that_it_is_lost(audio: AudioServer) -> None:
    """The sound server stands still for longer than the device's buffer lasts, as on an overloaded board."""
    server = child_with(audio.environment["PULSE_SERVER"].removeprefix("unix:"))
    tone = (8000 * np.sin(np.arange(2 * 16_000) / 6)).astype(np.int16).tobytes()
    speaker = IsolatedSpeaker("kiosk_speaker")
    ends: list[PlaybackEnd] = []
    started, ended, again = threading.Event(), threading.Event(), threading.Event()

    def finished(end: PlaybackEnd) -> None:
        ends.append(end)
        ended.set()

    speaker.play(tone, 16_000, lambda _at: started.set(), finished)
    assert started.wait(PATIENCE_S)
    os.kill(server, signal.SIGSTOP)
    try:
        ended.wait(0.8)
    finally:
        os.kill(server, signal.SIGCONT)
    assert ended.wait(PATIENCE_S)
    assert ends[0].completed or ends[0].error is not None
    speaker.play(tone[:8000], 16_000, lambda _at: None, lambda _end: again.set())
    assert again.wait(PATIENCE_S), "the loudspeaker does not play again"
    speaker.stop()
