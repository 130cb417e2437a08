"""A whole kiosk on a paced microphone and a clocked loudspeaker, and a visitor who asks it aloud."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from kiosk_app.bench.clocked_speaker import ClockedSpeaker
from kiosk_app.bench.paced_microphone import PacedMicrophone
from kiosk_app.config import KioskConfig
from kiosk_app.errors import BenchError
from kiosk_app.events import Event, HomePressed, ScreenTouched
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.runtime.sound_devices import SoundDevices
from kiosk_app.session import Effect, SessionState
from kiosk_app.trace import TurnTrace

_OPENS_WITHIN_S = 120.0
_ANSWERS_WITHIN_S = 30.0


class Visitor:
    """Opens the kiosk, asks, and closes it; a context manager.

    Raises:
        BenchError: the kiosk does not get ready, or gives no answer.
    """

    def __init__(self, config: KioskConfig) -> None:
        self._microphone = PacedMicrophone()
        devices = SoundDevices(lambda _: self._microphone, lambda _: ClockedSpeaker())
        self.kiosk = Kiosk(config, lambda _: None, devices=devices)
        self._changed = threading.Condition()
        self.kiosk.watch(self._see)

    def __enter__(self) -> Visitor:
        self.kiosk.start()
        try:
            self._wait("the kiosk to open", _open, _OPENS_WITHIN_S)
        except BenchError:
            self.kiosk.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kiosk.stop()

    def ask(self, pcm: bytes) -> TurnTrace:
        """Say this (16 kHz s16 mono) and wait for the answer's first sound; then go back to the home screen."""
        self.kiosk.post(ScreenTouched(time.monotonic()))
        self._wait("the kiosk to listen", lambda state: state.listening, _ANSWERS_WITHIN_S)
        before = self.kiosk.tracer.turns
        self._microphone.say(pcm)
        self._wait("an answer", lambda _: self.kiosk.tracer.turns != before, _ANSWERS_WITHIN_S)
        turn = self.kiosk.tracer.turns[-1]
        self.kiosk.post(HomePressed(time.monotonic()))
        self._wait("silence", lambda state: state.speaking is None, _ANSWERS_WITHIN_S)
        return turn

    def _see(self, event: Event, state: SessionState, effects: tuple[Effect, ...]) -> None:
        with self._changed:
            self._changed.notify_all()

    def _wait(self, what: str, condition: Callable[[SessionState], bool], seconds: float) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: condition(self.kiosk.state), seconds):
                raise BenchError(
                    f"after {seconds:.0f} s still waiting for {what}: {self.kiosk.state.down}", "bench"
                )


def _open(state: SessionState) -> bool:
    """Every part that a conversation needs has come up."""
    return state.listening and not any(
        state.is_down(part) for part in ("knowledge", "speech", "recognition", "microphone")
    )
