"""Devices that refuse 16 kHz or one channel, as hardware does that is opened without a sound server.

No plugin of ALSA stands for such hardware here (its ``share`` plugin, the only one with a fixed rate, crashes inside
PortAudio), so the real devices of the private sound server are opened through a PortAudio that refuses like hardware.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kiosk_app.demo.audio_server import AudioServer
from tests.voice.conftest import Spoken, write_wav
from tests.voice.doubles import PATIENCE_S, EventLog
from tests.voice.listening import LOUD, largest_step, seconds_of_sound, settled_chunks
from voice.activity import SileroActivity
from voice.endpoint import EndpointSettings
from voice.errors import MicrophoneError
from voice.events import MicrophoneLost, UtteranceHeard
from voice.file_source import load_sound
from voice.listener import Listener
from voice.microphone import PyAudioMicrophone
from voice.speaker import PyAudioSpeaker
from voice.vosk_recognizer import VoskRecognizer

NO_SUCH_RATE, NO_SUCH_CHANNELS, BUSY = -9997, -9998, -9985

Refuse = Callable[[Callable[[int, int], int | None]], list[tuple[int, int]]]


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """Makes PortAudio refuse what a device has not; gives the shapes it was asked for, as they come."""
    import pyaudio

    real = pyaudio.PyAudio.open
    asked: list[tuple[int, int]] = []

    def install(verdict: Callable[[int, int], int | None]) -> list[tuple[int, int]]:
        def opened(host: pyaudio.PyAudio, *args: Any, **options: Any) -> pyaudio.Stream:
            asked.append((options["rate"], options["channels"]))
            if (code := verdict(options["rate"], options["channels"])) is not None:
                raise OSError(code, "refused by the test")
            return real(host, *args, **options)

        monkeypatch.setattr(pyaudio.PyAudio, "open", opened)
        return asked

    return install


@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_a_microphone_with_one_rate_and_two_channels_is_understood(
    audio: AudioServer, refuse: Refuse, speech_model: Path, spoken: Spoken, tmp_path: Path, rate: int
) -> None:
    refuse(lambda r, channels: NO_SUCH_RATE if r != rate else NO_SUCH_CHANNELS if channels != 2 else None)
    heard = EventLog()
    microphone = PyAudioMicrophone("kiosk_mic")
    microphone.start()
    listener = Listener(microphone, SileroActivity(), VoskRecognizer(speech_model), EndpointSettings(), heard)
    listener.start()
    try:
        text = "我想办居住证要带什么材料"
        audio.play_into_microphone(write_wav(tmp_path / "question.wav", spoken(text, before=0.5, after=1.0)))
        assert heard.wait_for(UtteranceHeard).text == text
        assert heard.count(MicrophoneLost) == 0
    finally:
        listener.stop()


def test_the_time_stamps_of_converted_sound_are_steady_and_true(audio: AudioServer, refuse: Refuse) -> None:
    refuse(lambda rate, _channels: NO_SUCH_RATE if rate == 16_000 else None)
    microphone = PyAudioMicrophone("kiosk_mic")
    began = microphone.now()
    microphone.start()
    try:
        settled = settled_chunks(microphone)
    finally:
        microphone.stop()
    assert largest_step(settled) < 0.005
    assert began - 1 < settled[0].at < settled[-1].end < microphone.now()


def test_a_loudspeaker_with_two_channels_plays_on_both(
    audio: AudioServer, refuse: Refuse, tmp_path: Path
) -> None:
    asked = refuse(lambda _rate, channels: None if channels == 2 else NO_SUCH_CHANNELS)
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)).astype(np.int16).tobytes()
    ended = threading.Event()
    speaker = PyAudioSpeaker("kiosk_speaker")
    with audio.recording(tmp_path / "heard.wav"):
        speaker.play(tone, 16_000, lambda _at: None, lambda _end: ended.set())
        assert ended.wait(PATIENCE_S)
    speaker.stop()
    assert asked[-1][1] == 2
    sound = load_sound(tmp_path / "heard.wav").astype(float)
    assert seconds_of_sound(sound) == pytest.approx(1.0, abs=0.1)
    loud = np.flatnonzero(np.abs(sound) > LOUD)
    spectrum = np.abs(np.fft.rfft(sound[loud[0] + 2000 : loud[0] + 10_000]))
    assert np.argmax(spectrum) * 2 == pytest.approx(440, abs=4)


def test_a_busy_device_is_told_at_once_with_the_reason(audio: AudioServer, refuse: Refuse) -> None:
    asked = refuse(lambda _rate, _channels: BUSY)
    with pytest.raises(MicrophoneError, match=r"kiosk_mic.*16000 Hz.*refused by the test") as caught:
        PyAudioMicrophone("kiosk_mic").start()
    assert caught.value.code == "microphone_open_failed"
    assert len(asked) == 2, "once, and once more after PortAudio has looked for devices anew"


def test_a_device_that_has_nothing_is_told_with_every_shape(audio: AudioServer, refuse: Refuse) -> None:
    refuse(lambda _rate, _channels: NO_SUCH_RATE)
    with pytest.raises(MicrophoneError, match=r"1 x 16000 Hz.*1 x 44100 Hz.*1 x 48000 Hz.*2 x 16000 Hz"):
        PyAudioMicrophone("kiosk_mic").start()
