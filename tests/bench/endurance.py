"""A kiosk that is asked aloud again and again, and what that leaves behind: ``python -m tests.bench.endurance``.

The whole kiosk with its real ears, dialogue and voice; only the microphone and the loudspeaker do not keep the time, so
that a day passes in minutes. The suite asks fewer questions in the same way (``tests/kiosk_app/test_endurance.py``).
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from kiosk_app.bench.home import bench_config
from kiosk_app.config import KioskConfig, RecognitionConfig
from kiosk_app.events import Event, FinishPressed
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.runtime.sound_devices import SoundDevices
from kiosk_app.session import Effect, SessionState
from kiosk_app.spoken import spoken
from tests.voice.doubles import ScriptedMicrophone, VirtualSpeaker
from voice.ports import PlaybackEnd
from voice.synthesizer import EspeakSynthesizer

QUESTIONS = ("谢谢", "卫生间在哪里", "办护照多少钱")
TURNS_A_VISIT = 10
MOST_GROWTH_BYTES = 4_000_000
"""What is left to the allocator's own habits; fifty recordings of a question would be as much."""

_WAIT_S = 60.0
_SILENCE = bytes(24_000)  # so much more of it that the end of the sentence is sure


class FastMicrophone(ScriptedMicrophone):
    """Sound as fast as the kiosk takes it, on a clock that runs ahead and is never behind."""

    def push(self, pcm: bytes) -> None:
        """Somebody speaks now."""
        self._time = max(self._time, time.monotonic())
        super().push(pcm)


class FastSpeaker(VirtualSpeaker):
    """Plays in no time, and keeps nothing of it."""

    def __init__(self) -> None:
        super().__init__(immediate=True)

    def play(
        self,
        pcm: bytes,
        rate: int,
        on_started: Callable[[float], None],
        on_finished: Callable[[PlaybackEnd], None],
    ) -> None:
        super().play(pcm, rate, on_started, on_finished)
        self.played.clear()


@dataclass(frozen=True, slots=True)
class Held:
    """What this process holds."""

    threads: int
    files: int
    bytes: int

    @staticmethod
    def now() -> Held:
        """After everything that can be let go was let go."""
        gc.collect()
        files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
        return Held(threading.active_count(), files, psutil.Process().memory_info().rss)


class Day:
    """One kiosk, and visitors who ask it aloud one after another."""

    def __init__(self, config: KioskConfig) -> None:
        voice = EspeakSynthesizer()
        voice.prepare()
        self._sounds = [spoken(voice, text) + _SILENCE for text in QUESTIONS]
        self._asked = 0
        self._microphone = FastMicrophone()
        devices = SoundDevices(lambda _: self._microphone, lambda _: FastSpeaker())
        self.kiosk = Kiosk(config, lambda _: None, devices=devices)
        self._changed = threading.Condition()
        self.kiosk.watch(self._see)

    def ask(self) -> None:
        """The next question, its answer, and that spoken to its end; after some of them the visitor leaves."""
        self._wait("the ears", lambda state: state.listening)
        before = self.kiosk.state.turns
        self._microphone.push(self._sounds[self._asked % len(self._sounds)])
        self._wait(
            "the answer", lambda state: state.turns > before and state.speaking is None and state.listening
        )
        self._asked += 1
        if self._asked % TURNS_A_VISIT == 0:
            self.kiosk.post(FinishPressed(time.monotonic()))
            self._wait("the goodbye", lambda state: state.visit is None)

    def _wait(self, what: str, condition: Callable[[SessionState], bool]) -> None:
        with self._changed:
            met = self._changed.wait_for(lambda: condition(self.kiosk.state), _WAIT_S)
        assert met, f"still waiting for {what} after {self._asked} questions: {self.kiosk.state}"

    def _see(self, event: Event, state: SessionState, effects: tuple[Effect, ...]) -> None:
        with self._changed:
            self._changed.notify_all()


@contextmanager
def open_day(config: KioskConfig) -> Iterator[Day]:
    """A kiosk that opens and closes; its past is nobody's."""
    with bench_config(config) as own:
        speech = own.speech.model_copy(update={"cache_mb": 0})  # rendering ahead is a thread of its own
        day = Day(own.model_copy(update={"speech": speech}))
        day.kiosk.start()
        try:
            yield day
        finally:
            day.kiosk.stop()


def main() -> int:
    """Ask, and print what is held every hundred questions; the status is 1 when it grows."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.endurance", description=__doc__)
    parser.add_argument("--turns", type=int, default=1000)
    parser.add_argument("--warm", type=int, default=100, help="after which all that is made once was made")
    options = parser.parse_args()
    began = time.monotonic()
    with open_day(KioskConfig(recognition=RecognitionConfig(model="embedded"))) as day:
        warm = Held.now()
        for turn in range(1, options.turns + 1):
            day.ask()
            if turn == options.warm:
                warm = Held.now()
            if turn % 100 == 0:
                held = Held.now()
                told = f"{held.threads} threads, {held.files} files, {held.bytes / 1e6:.1f} MB"
                print(f"{turn:6} turns  {time.monotonic() - began:6.0f} s  {told}", flush=True)  # noqa: T201
        held = Held.now()
    same = (held.threads, held.files) == (warm.threads, warm.files)
    return 0 if same and held.bytes - warm.bytes < MOST_GROWTH_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
