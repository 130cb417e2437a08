"""The kiosk and its own voice on real devices: ``python -m tests.bench.echo [--answers 50]``.

PyAudio on a private PulseAudio whose microphone hears its loudspeaker (``tests.bench.echo_rig``); the real session,
ears and voice between them. Counted is everything that the kiosk hears while nobody speaks but itself; then people
interrupt it, and the time from their first sound to the loudspeaker's silence is taken from the devices' own clocks.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk_app import events as ev
from kiosk_app.duplex import REQUIRED_LOSS_DB
from kiosk_app.echo_check import listen_to_itself
from kiosk_app.reply import Reply
from kiosk_app.runtime.loop import SessionLoop
from kiosk_app.runtime.steward import Steward
from kiosk_app.session import Effect, Hold, SessionState, initial_state
from models.speech import speech_model_for
from tests.bench.backdrop import pcm
from tests.bench.echo_rig import EchoRig
from tests.bench.hall import ANSWER, Hall
from tests.voice.conftest import QUESTIONS
from voice.activity import SileroActivity
from voice.endpoint import EndpointSettings
from voice.level import level_of
from voice.listener import Listener
from voice.microphone_process import IsolatedMicrophone
from voice.overhearing import Echo
from voice.player import Voice
from voice.ports import AudioChunk
from voice.speaker_process import IsolatedSpeaker
from voice.synthesizer import EspeakSynthesizer
from voice.vosk_recognizer import VoskRecognizer

SCENES = (
    ("no canceller, 0 dB", 0.0, False),
    ("no canceller, 30 dB", 30.0, False),
    ("WebRTC, 10 dB", 10.0, True),
)
"""Each with the loss between the devices, and whether PulseAudio's canceller sits in between."""

SPEECH = ANSWER[:24]
HEARD = (ev.SpeechStarted, ev.UtteranceHeard, ev.InterruptionConfirmed)
_AUDIBLE_DBFS = -50.0
_PATIENCE_S = 40.0


class TappedMicrophone(IsolatedMicrophone):
    """The microphone, with the level of everything that it heard."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[tuple[float, float]] = []

    def read(self, timeout: float) -> AudioChunk | None:
        chunk = super().read(timeout)
        if chunk is not None:
            self.levels.append((chunk.at, level_of(chunk.samples).rms_dbfs))
        return chunk


class PlainSpeaking:
    """The volume of the visit, in whatever room."""

    def visit_started(self) -> None:
        return

    def visit_ended(self) -> None:
        return

    def volume(self, wanted: float) -> float:
        return wanted


class Kiosk:
    """Session, ears and voice; answers are given by the measurement itself."""

    knowledge = None
    tracer: Any = None
    telemetry: Any = None
    speaking = PlainSpeaking()

    def __init__(self, model: Path, echo: tuple[float, float] | None) -> None:
        self.events: list[ev.Event] = []
        self.holds: list[float] = []
        self._changed = threading.Condition()
        self.speaker = IsolatedSpeaker()
        self.microphone = TappedMicrophone()
        state = initial_state(time.monotonic(), full_duplex=echo is not None)
        self.loop = SessionLoop(state, Steward(self).carry_out, self._see)  # type: ignore[arg-type]
        self.voice = Voice(EspeakSynthesizer(), self.speaker, self.post)
        known = Echo(self.voice.loudest, *echo) if echo else None
        self.listener = Listener(
            self.microphone,
            SileroActivity(),
            VoskRecognizer(model),
            EndpointSettings(),
            self.post,
            echo=known,
        )

    def post(self, event: ev.Event) -> None:
        self.loop.post(event)

    def swap(self) -> None:
        return

    def start(self) -> None:
        self.listener.pause()
        self.loop.start()
        self.voice.start()
        self.listener.start()
        time.sleep(2.0)  # the ears have to know the room

    def stop(self) -> None:
        self.listener.stop()
        self.voice.stop()
        self.loop.stop()

    def answer(self) -> None:
        """A question by touch, and its answer begins to sound."""
        self.post(ev.MatterChosen(time.monotonic(), "gov.a"))
        self.wait(lambda state: state.phase == "thinking")
        self.post(ev.Replied(time.monotonic(), self.loop.state.turns, Reply("answer", "zh", SPEECH)))
        self.wait(lambda state: state.speaking is not None)

    def wait(self, condition: Callable[[SessionState], bool]) -> None:
        with self._changed:
            met = self._changed.wait_for(lambda: condition(self.loop.state), _PATIENCE_S)
        assert met, self.loop.state

    def _see(self, event: ev.Event, state: SessionState, effects: tuple[Effect, ...]) -> None:
        with self._changed:
            self.events.append(event)
            self.holds += [event.at for effect in effects if isinstance(effect, Hold)]
            self._changed.notify_all()


def alone(model: Path, echo: tuple[float, float] | None, answers: int) -> tuple[int, int, int]:
    """Answers heard to their end, holds, and what was heard, while only the kiosk speaks."""
    kiosk = Kiosk(model, echo)
    kiosk.start()
    for _ in range(answers):
        kiosk.answer()
        kiosk.wait(lambda state: state.speaking is None)
        time.sleep(0.8)  # long enough to hear its own last word
    kiosk.stop()
    finished = sum(isinstance(event, ev.PlaybackFinished) and event.completed for event in kiosk.events)
    return finished, len(kiosk.holds), sum(isinstance(event, HEARD) for event in kiosk.events)


def interrupted(
    model: Path, echo: tuple[float, float], rig: EchoRig, data: Path, count: int, folder: Path
) -> tuple[list[float], int]:
    """Seconds from a citizen's first sound to the loudspeaker's silence; and how many interruptions went through."""
    hall, delays, confirmed = Hall(data, 7), [], 0
    kiosk = Kiosk(model, echo)
    kiosk.start()
    for number in range(count):
        wav = folder / f"{number}.wav"
        with wave.open(str(wav), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(pcm(hall.person()))
        kiosk.answer()
        time.sleep(1.5 + hall.dice.random())
        heard = len(kiosk.microphone.levels)
        began = len(kiosk.events)
        rig.speak(wav).wait()
        time.sleep(1.5)
        louder = [at for at, level in kiosk.microphone.levels[heard:] if level > _AUDIBLE_DBFS + 8]
        confirmed += any(isinstance(event, ev.InterruptionConfirmed) for event in kiosk.events[began:])
        if louder and (silent := _silence_after(kiosk.speaker, louder[0])) is not None:
            delays.append(silent - louder[0])
        kiosk.post(ev.StopPressed(time.monotonic()))
        kiosk.wait(lambda state: state.speaking is None)
        time.sleep(1.5)
        kiosk.post(ev.HomePressed(time.monotonic()))
    kiosk.stop()
    return delays, confirmed


def _silence_after(speaker: IsolatedSpeaker, start: float) -> float | None:
    """When the loudspeaker fell silent for at least 0.4 s; speech has shorter gaps."""
    step, at = 0.01, start
    while at < start + 2.5:
        if speaker.loudest(at, at + 0.4) < _AUDIBLE_DBFS:
            return at
        at += step
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=50)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", default="", help="part of a scene's name")
    options = parser.parse_args()
    say = sys.stdout.write
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = speech_model_for(QUESTIONS, folder / "model")
        for title, loss_db, cancelling in SCENES:
            if options.only not in title:
                continue
            with EchoRig(loss_db, cancelling=cancelling) as rig:
                os.environ.update(rig.environment)
                figures = listen_to_itself(IsolatedMicrophone(), IsolatedSpeaker(), EspeakSynthesizer())
                say(f"{title}: loss {figures.loss_db:.1f} dB, delay {(figures.delay_s or 0) * 1e3:.0f} ms\n")
                sufficient = figures.delay_s is not None and figures.loss_db >= REQUIRED_LOSS_DB
                echo = (figures.loss_db, figures.delay_s or 0.0) if sufficient else None
                said, holds, heard = alone(model, echo, options.answers)
                mode = "full-duplex" if echo else "half-duplex, for the loss is too small"
                say(f"  {mode}: {said} of {options.answers} answers said, {holds} holds, {heard} heard\n")
                sys.stdout.flush()
                if echo is None:
                    continue
                delays, confirmed = interrupted(model, echo, rig, options.data, options.people, folder)
                ordered = sorted(delays) or [0.0]
                late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
                say(
                    f"  {options.people} people interrupt: silent after p50 {statistics.median(ordered) * 1e3:.0f} ms,"
                    f" p95 {late * 1e3:.0f} ms ({len(delays)} fell silent, {confirmed} confirmed)\n"
                )
                sys.stdout.flush()


if __name__ == "__main__":
    main()
