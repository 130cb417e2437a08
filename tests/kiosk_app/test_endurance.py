"""A thousand spoken questions leave nothing behind: no thread, no file, no memory."""

from __future__ import annotations

import gc
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from kiosk_app.bench.home import bench_config
from kiosk_app.bench.sound import spoken
from kiosk_app.config import KioskConfig, KnowledgeConfig, RecognitionConfig
from kiosk_app.events import Event, FinishPressed
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.runtime.sound_devices import SoundDevices
from kiosk_app.session import Effect, SessionState
from kiosk_app.trace import KEPT_TURNS
from tests.voice.doubles import ScriptedMicrophone, VirtualSpeaker
from voice.synthesizer import EspeakSynthesizer

TURNS = 1000
TURNS_A_VISIT = 10
WARM = 100
"""Turns after which everything that is made once has been made."""
MOST_GROWTH_BYTES = 8_000_000
"""What is left to the allocator's own habits; a thousand recordings of a question would be 60 MB."""

QUESTIONS = ("谢谢", "卫生间在哪里", "办护照多少钱")


class FastMicrophone(ScriptedMicrophone):
    """Sound as fast as the kiosk takes it, on a clock that began now and runs ahead."""

    def __init__(self) -> None:
        super().__init__()
        self._time = time.monotonic()


class Day:
    """One kiosk, and visitors who ask it aloud one after another."""

    def __init__(self, config: KioskConfig) -> None:
        self.microphone = FastMicrophone()
        devices = SoundDevices(lambda _: self.microphone, lambda _: VirtualSpeaker(immediate=True))
        self.kiosk = Kiosk(config, lambda _: None, devices=devices)
        self._changed = threading.Condition()
        self.kiosk.watch(self._see)

    def wait(self, what: str, condition: Callable[[SessionState], bool]) -> None:
        with self._changed:
            met = self._changed.wait_for(lambda: condition(self.kiosk.state), 60.0)
        assert met, f"still waiting for {what}: {self.kiosk.state}"

    def ask(self, sound: bytes) -> None:
        """A question, its answer, and that spoken to its end."""
        self.wait("the ears", lambda state: state.listening)
        before = self.kiosk.state.turns
        self.microphone.push(sound)
        self.wait(
            "the answer", lambda state: state.turns > before and state.speaking is None and state.listening
        )

    def leave(self) -> None:
        self.kiosk.post(FinishPressed(time.monotonic()))
        self.wait("the goodbye", lambda state: state.visit is None)

    def _see(self, event: Event, state: SessionState, effects: tuple[Effect, ...]) -> None:
        with self._changed:
            self._changed.notify_all()


def left_behind() -> tuple[int, int]:
    """Threads and open files."""
    return threading.active_count(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="apt-get install espeak-ng")
@pytest.mark.timeout(300)
def test_a_thousand_spoken_turns_leave_no_thread_no_file_and_no_memory(gov_artefact: Path) -> None:
    voice = EspeakSynthesizer()
    voice.prepare()
    sounds = [spoken(voice, text) + bytes(24_000) for text in QUESTIONS]
    asked = KioskConfig(
        knowledge=KnowledgeConfig(venue=None, pack=gov_artefact),
        recognition=RecognitionConfig(model="self-test"),
    )
    threads_before = threading.active_count()
    with bench_config(asked) as config:
        speech = config.speech.model_copy(update={"cache_mb": 0})  # rendering ahead is a thread of its own
        day = Day(config.model_copy(update={"speech": speech}))
        day.kiosk.start()
        try:
            warm, warm_bytes = (0, 0), 0
            for turn in range(TURNS):
                day.ask(sounds[turn % len(sounds)])
                if turn % TURNS_A_VISIT == TURNS_A_VISIT - 1:
                    day.leave()
                if turn == WARM:
                    gc.collect()
                    warm, warm_bytes = left_behind(), psutil.Process().memory_info().rss
            gc.collect()
            assert left_behind() == warm
            assert psutil.Process().memory_info().rss - warm_bytes < MOST_GROWTH_BYTES
            assert len(day.kiosk.tracer.turns) == KEPT_TURNS
        finally:
            day.kiosk.stop()
    assert threading.active_count() == threads_before
