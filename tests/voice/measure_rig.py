"""Latencies of the voice parts on the private sound devices: ``python -m tests.voice.measure_rig``."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from kiosk_app.demo.audio_server import AudioServer
from models.speech import speech_model_for
from tests.voice.conftest import QUESTIONS, write_wav
from tests.voice.doubles import EventLog
from voice.activity import SileroActivity
from voice.endpoint import EndpointSettings
from voice.events import (
    PartialHeard,
    PlaybackFinished,
    PlaybackStarted,
    SpeechEnded,
    SpeechStarted,
    UtteranceHeard,
)
from voice.file_source import load_sound
from voice.listener import Listener
from voice.microphone import PyAudioMicrophone
from voice.player import Voice
from voice.ports import FRAME_BYTES, PlaybackEnd
from voice.speaker import PyAudioSpeaker
from voice.synthesizer import EspeakSynthesizer
from voice.vosk_recognizer import VoskRecognizer


def report(name: str, seconds: Iterable[float]) -> None:
    """One line: median, 95th percentile and worst, in milliseconds."""
    values = sorted(seconds)
    worst_but_few = values[min(len(values) - 1, int(len(values) * 0.95))]
    sys.stdout.write(
        f"{name:<52} p50 {statistics.median(values) * 1e3:7.1f}  p95 {worst_but_few * 1e3:7.1f}"
        f"  max {values[-1] * 1e3:7.1f} ms  ({len(values)})\n"
    )


def measure_microphone() -> None:
    microphone = PyAudioMicrophone("kiosk_mic")
    began = time.monotonic()
    microphone.start()
    chunks, arrivals = [], []
    while len(chunks) < 200:
        chunk = microphone.read(1.0)
        if chunk is not None:
            chunks.append(chunk)
            arrivals.append(time.monotonic())
    microphone.stop()
    report("microphone: start() to first sound", [arrivals[0] - began])
    report("microphone: time between chunks", np.diff(arrivals).tolist())
    report(
        "microphone: last sample to read()", [a - c.end for a, c in zip(arrivals, chunks, strict=True)][20:]
    )


def measure_speaker(idle_close_s: float, name: str, turns: int = 10) -> None:
    speaker = PyAudioSpeaker("kiosk_speaker", idle_close_s=idle_close_s)
    taken: list[float] = []
    for _ in range(turns):
        done = threading.Event()
        starts: list[float] = []
        began = time.monotonic()

        def finished(_end: PlaybackEnd, done: threading.Event = done) -> None:
            done.set()

        speaker.play(b"\1\0" * 4000, 22_050, starts.append, finished)
        done.wait(5)
        taken.append(starts[0] - began)
        if idle_close_s == 0:
            speaker.stop()
    speaker.stop()
    report(name, taken)


def measure_synthesizer(synthesizer: EspeakSynthesizer) -> None:
    taken = []
    for question in QUESTIONS * 3:
        began = time.monotonic()
        next(synthesizer.synthesize(question, "zh"))
        taken.append(time.monotonic() - began)
    report("synthesizer: first sentence", taken)


def measure_say(synthesizer: EspeakSynthesizer) -> None:
    log = EventLog()
    voice = Voice(synthesizer, PyAudioSpeaker("kiosk_speaker"), log)
    voice.start()
    taken = []
    for number, question in enumerate(("谢谢", "转人工", "怎么取号") * 3):
        began = time.monotonic()
        voice.say(number, question, "zh")
        taken.append(log.wait_for(PlaybackStarted).at - began)
        log.wait_for(PlaybackFinished)
    voice.stop()
    report("voice: say() to first sample", taken)


def measure_listening(server: AudioServer, synthesizer: EspeakSynthesizer, folder: Path) -> None:
    log = EventLog()
    model = speech_model_for(QUESTIONS, folder / "model")
    microphone = PyAudioMicrophone("kiosk_mic")
    listener = Listener(microphone, SileroActivity(), VoskRecognizer(model), EndpointSettings(), log)
    listener.start()
    captions, decisions, texts, right = [], [], [], 0
    for question in QUESTIONS:
        pcm = b"".join(synthesizer.synthesize(question, "zh"))
        silence = b"\0" * 30_000
        wav = write_wav(folder / "question.wav", silence + pcm + silence * 2, synthesizer.sample_rate)
        player = server.play_into_microphone(wav)
        started = log.wait_for(SpeechStarted)
        captions.append(log.wait_for(PartialHeard).at - started.at)
        ended = log.wait_for(SpeechEnded)
        decisions.append(ended.decided_at - ended.at)
        utterance = log.wait_for(UtteranceHeard)
        texts.append(utterance.recognised_at - ended.decided_at)
        right += utterance.text == question
        player.wait()
    listener.stop()
    report("listener: speech start to first caption", captions)
    report("listener: speech end to decision", decisions)
    report("listener: decision to text", texts)
    sys.stdout.write(
        f"listener: {right} of {len(QUESTIONS)} questions right, {microphone.overruns} overruns\n"
    )


def measure_idle(model: Path, folder: Path) -> None:
    activity, recognizer = SileroActivity(), VoskRecognizer(model)
    frame = b"\0" * FRAME_BYTES
    began = time.process_time()
    for _ in range(300):
        activity.probability(frame)
    idle = (time.process_time() - began) / (300 * 0.032)
    sound = load_sound(folder / "question.wav").tobytes()
    began = time.process_time()
    for offset in range(0, len(sound), FRAME_BYTES):
        recognizer.accept(sound[offset : offset + FRAME_BYTES])
    recognizer.finish()
    busy = (time.process_time() - began) / (len(sound) / 32_000)
    sys.stdout.write(
        f"processor: voice activity {idle:.1%} of a core, recogniser (with partials) {busy:.1%}\n"
    )


def main() -> None:
    with AudioServer() as server, tempfile.TemporaryDirectory() as name:
        os.environ.update(server.environment)
        folder = Path(name)
        synthesizer = EspeakSynthesizer()
        synthesizer.prepare()
        measure_microphone()
        measure_speaker(5.0, "speaker: play() to first sample, stream open")
        measure_speaker(0.0, "speaker: play() to first sample, PortAudio closed")
        measure_synthesizer(synthesizer)
        measure_say(synthesizer)
        measure_listening(server, synthesizer, folder)
        measure_idle(speech_model_for(QUESTIONS, folder / "model"), folder)


if __name__ == "__main__":
    main()
