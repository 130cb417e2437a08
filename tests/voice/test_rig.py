"""Real PyAudio devices over private PulseAudio daemons.

Times are compared loosely here, since a busy machine stretches sound in real time; exact times are tested on
virtual time.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from kiosk_app.demo.audio_server import AudioServer
from tests.voice.conftest import Spoken, write_wav
from tests.voice.doubles import PATIENCE_S, EventLog
from tests.voice.listening import largest_step, settled_chunks
from voice import portaudio
from voice.activity import SileroActivity
from voice.endpoint import EndpointSettings
from voice.errors import MicrophoneError, SpeakerError
from voice.events import (
    MicrophoneBack,
    MicrophoneLost,
    PlaybackFailed,
    PlaybackFinished,
    PlaybackStarted,
    SpeechEnded,
    SpeechStarted,
    UtteranceHeard,
)
from voice.file_source import load_sound
from voice.listener import Listener
from voice.microphone import PyAudioMicrophone
from voice.microphone_process import IsolatedMicrophone
from voice.player import Voice
from voice.ports import PlaybackEnd
from voice.speaker import PyAudioSpeaker
from voice.synthesizer import EspeakSynthesizer
from voice.vosk_recognizer import VoskRecognizer


@pytest.fixture
def heard() -> EventLog:
    return EventLog()


@pytest.fixture
def listener(audio: AudioServer, speech_model: Path, heard: EventLog) -> Iterator[Listener]:
    made = Listener(
        IsolatedMicrophone("kiosk_mic"),
        SileroActivity(),
        VoskRecognizer(speech_model),
        EndpointSettings(),
        heard,
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture
def voice(audio: AudioServer, synthesizer: EspeakSynthesizer, heard: EventLog) -> Iterator[Voice]:
    made = Voice(synthesizer, PyAudioSpeaker("kiosk_speaker"), heard)
    made.start()
    yield made
    made.stop()


def loudness(sound: npt.NDArray[np.int16], window: int = 160) -> npt.NDArray[np.float64]:
    """Root mean square of each 10 ms."""
    whole = sound[: sound.size // window * window].astype(np.float64).reshape(-1, window)
    return np.sqrt((whole**2).mean(axis=1))


def test_a_question_spoken_into_the_microphone_is_understood(
    audio: AudioServer, listener: Listener, heard: EventLog, spoken: Spoken, tmp_path: Path
) -> None:
    text = "银行卡丢了怎么挂失"
    pcm = spoken(text, before=0.5, after=1.0)
    player = audio.play_into_microphone(write_wav(tmp_path / "question.wav", pcm))
    utterance = heard.wait_for(UtteranceHeard)
    player.wait(PATIENCE_S)
    assert utterance.text == text
    voiced_s = len(pcm) / 32_000 - 1.5
    assert utterance.speech_ended_at - utterance.speech_started_at == pytest.approx(voiced_s, abs=0.5)
    assert utterance.speech_ended_at < utterance.recognised_at


def test_one_utterance_gives_one_start_and_one_end(
    audio: AudioServer, listener: Listener, heard: EventLog, spoken: Spoken, tmp_path: Path
) -> None:
    audio.play_into_microphone(write_wav(tmp_path / "question.wav", spoken("谢谢", after=1.2))).wait(
        PATIENCE_S
    )
    started = heard.wait_for(SpeechStarted)
    ended = heard.wait_for(SpeechEnded)
    heard.wait_for(UtteranceHeard)
    assert started.at < ended.at < ended.decided_at
    assert (heard.count(SpeechStarted), heard.count(SpeechEnded)) == (1, 1)


def test_an_unplugged_microphone_is_lost_and_comes_back(
    audio: AudioServer, listener: Listener, heard: EventLog, spoken: Spoken, tmp_path: Path
) -> None:
    wav = write_wav(tmp_path / "question.wav", spoken("怎么取号"))
    audio.play_into_microphone(wav)
    assert heard.wait_for(UtteranceHeard).text == "怎么取号"
    audio.unplug_microphone()
    assert "kiosk_mic" in heard.wait_for(MicrophoneLost).reason
    audio.plug_microphone()
    heard.wait_for(MicrophoneBack)
    audio.play_into_microphone(wav)
    assert heard.wait_for(UtteranceHeard).text == "怎么取号"
    assert heard.count(MicrophoneLost) == 1


def test_what_the_voice_says_leaves_the_loudspeaker_and_its_end_is_true(
    audio: AudioServer, voice: Voice, heard: EventLog, tmp_path: Path, speech_model: Path
) -> None:
    with audio.recording(tmp_path / "heard.wav"):
        voice.say(7, "请到一楼 3 号窗口办理", "zh")
        started = heard.wait_for(PlaybackStarted)
        finished = heard.wait_for(PlaybackFinished)
    assert (started.utterance, finished.utterance, finished.completed) == (7, 7, True)
    sound = load_sound(tmp_path / "heard.wav")
    loud = np.flatnonzero(loudness(sound) > 100)
    assert loud.size, "the loudspeaker was silent"
    lasted = (loud[-1] - loud[0] + 1) / 100
    assert finished.at - started.at == pytest.approx(lasted, abs=0.3)
    recognizer = VoskRecognizer(speech_model)
    recognizer.accept(sound.tobytes())
    assert recognizer.finish().text == "请到一楼三号窗口办理"


def test_hush_stops_the_sound_and_a_new_text_replaces_the_old(
    audio: AudioServer, voice: Voice, heard: EventLog, tmp_path: Path
) -> None:
    with audio.recording(tmp_path / "heard.wav"):
        voice.say(1, "我想办居住证要带什么材料。" * 3, "zh")
        heard.wait_for(PlaybackStarted)
        voice.say(2, "谢谢", "zh")
        assert not heard.wait_for(PlaybackFinished).completed
        assert heard.wait_for(PlaybackStarted).utterance == 2
        assert heard.wait_for(PlaybackFinished).completed
    loud = np.flatnonzero(loudness(load_sound(tmp_path / "heard.wav")) > 100)
    assert (loud[-1] - loud[0]) / 100 < 2.0, "the first text went on"


def test_a_cancelled_piece_fades_instead_of_clicking(audio: AudioServer, tmp_path: Path) -> None:
    rate = 16_000
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(2 * rate) / rate)).astype(np.int16).tobytes()
    started, ended, ends = threading.Event(), threading.Event(), []

    def finished(end: PlaybackEnd) -> None:
        ends.append(end)
        ended.set()

    speaker = PyAudioSpeaker("kiosk_speaker")
    with audio.recording(tmp_path / "heard.wav"):
        speaker.play(tone, rate, lambda _at: started.set(), finished)
        assert started.wait(PATIENCE_S)
        time.sleep(0.3)  # let the tone be heard before it is cut
        speaker.cancel()
        assert ended.wait(PATIENCE_S)
    speaker.stop()
    assert not ends[0].completed
    levels = loudness(load_sound(tmp_path / "heard.wav"))
    after_peak = levels[int(np.flatnonzero(levels > 5000)[-1]) + 1 :]
    assert 1 <= np.count_nonzero(after_peak > 50) <= 3, "about 20 ms of fade, then silence"


def test_an_unplugged_loudspeaker_fails_the_playback_and_works_again_when_back(
    audio: AudioServer, voice: Voice, heard: EventLog
) -> None:
    voice.say(1, "我想办居住证要带什么材料。" * 2, "zh")
    heard.wait_for(PlaybackStarted)
    audio.unplug_speaker()
    assert "kiosk_speaker" in heard.wait_for(PlaybackFailed).reason
    voice.say(2, "谢谢", "zh")
    assert heard.wait_for(PlaybackFailed).utterance == 2
    audio.plug_speaker()
    voice.say(3, "谢谢", "zh")
    assert heard.wait_for(PlaybackFinished).completed


def test_half_duplex_keeps_the_kiosk_from_hearing_itself(
    audio: AudioServer, listener: Listener, voice: Voice, heard: EventLog, spoken: Spoken, tmp_path: Path
) -> None:
    audio.add_echo()
    listener.pause()
    voice.say(1, "营业时间是几点", "zh")
    heard.wait_for(PlaybackFinished)
    listener.resume()
    audio.play_into_microphone(write_wav(tmp_path / "question.wav", spoken("办护照多少钱")))
    assert heard.wait_for(UtteranceHeard).text == "办护照多少钱"
    assert (heard.count(UtteranceHeard), heard.count(SpeechStarted)) == (1, 1)


def test_a_missing_device_is_named_together_with_those_there_are(audio: AudioServer) -> None:
    with pytest.raises(MicrophoneError, match=r"Studio.*kiosk_mic") as wrong:
        PyAudioMicrophone("Studio").start()
    assert wrong.value.code == "microphone_missing"
    with pytest.raises(SpeakerError, match=r"Studio.*kiosk_speaker") as wrong_speaker:
        PyAudioSpeaker("Studio").start()
    assert wrong_speaker.value.code == "speaker_missing"


def test_devices_are_found_by_part_of_the_name_and_by_default(audio: AudioServer) -> None:
    assert {"kiosk_mic", "kiosk_speaker", "default"} <= {device.name for device in portaudio.devices()}
    for asked, found in (("KIOSK_M", "kiosk_mic"), (None, "default")):
        microphone = PyAudioMicrophone(asked)
        microphone.start()
        try:
            assert microphone.name == found
            assert microphone.read(PATIENCE_S) is not None
        finally:
            microphone.stop()


def test_time_stamps_of_the_real_microphone_are_steady(audio: AudioServer) -> None:
    microphone = PyAudioMicrophone("kiosk_mic")
    microphone.start()
    try:
        settled = settled_chunks(microphone)
    finally:
        microphone.stop()
    assert largest_step(settled) < 0.005
    assert microphone.overruns == 0


def test_opening_and_closing_leaves_no_thread_and_no_handle(audio: AudioServer) -> None:
    def turn() -> tuple[int, int]:
        microphone, speaker = PyAudioMicrophone(), PyAudioSpeaker()
        done = threading.Event()
        microphone.start()
        speaker.play(b"\0" * 2000, 16_000, lambda _at: None, lambda _end: done.set())
        assert done.wait(PATIENCE_S)
        microphone.stop()
        speaker.stop()
        return threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    first = turn()
    assert [turn() for _ in range(10)] == [first] * 10


def test_nothing_is_printed_by_alsa_and_jack(audio: AudioServer, capfd: pytest.CaptureFixture[str]) -> None:
    portaudio.devices()
    assert capfd.readouterr().err == ""
