"""A citizen for the demonstration: waits for the kiosk, speaks to its microphone, touches its screen, looks at it."""

from __future__ import annotations

import subprocess
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from kiosk_app.demo.audio_server import AudioServer
from kiosk_app.errors import DemoError
from kiosk_app.events import Event, Touch
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.session import Effect, SessionState
from voice.synthesizer import EspeakSynthesizer

_POLL_S = 0.1
T = TypeVar("T")
Condition = Callable[[SessionState], bool]


class Citizen:
    """Acts on a running kiosk from a thread of its own."""

    def __init__(self, kiosk: Kiosk, audio: AudioServer, folder: Path) -> None:
        self._kiosk = kiosk
        self._audio = audio
        self._folder = folder
        self._changed = threading.Condition()
        self._synthesizer = EspeakSynthesizer()
        kiosk.watch(self._see)

    def wait(self, what: str, condition: Condition, seconds: float) -> SessionState:
        """Wait until the session's state meets ``condition``. Raises DemoError, naming ``what``, when it does not."""
        until = time.monotonic() + seconds
        with self._changed:
            while not condition(state := self._kiosk.state):
                left = until - time.monotonic()
                if left <= 0:
                    raise DemoError(
                        f"after {seconds:.0f} s still waiting for {what} (the kiosk is {state.phase})"
                    )
                self._changed.wait(left)
            return state

    def poll(self, what: str, find: Callable[[], T | None], seconds: float) -> T:
        """Call ``find`` until it gives something; for what happens outside the kiosk. Raises DemoError as ``wait``."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if (found := find()) is not None:
                return found
            time.sleep(_POLL_S)
        raise DemoError(f"after {seconds:.0f} s still waiting for {what}")

    def say(self, sentence: str) -> subprocess.Popen[bytes]:
        """Speak into the microphone; returns while the sentence is still being spoken."""
        path = self._folder / f"{sentence}.wav"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(self._synthesizer.sample_rate)
                for piece in self._synthesizer.synthesize(sentence, "zh"):
                    file.writeframes(piece)
        return self._audio.play_into_microphone(path)

    def touch(self, event: Callable[[float], Touch]) -> None:
        """Touch something, now."""
        self._kiosk.post(event(time.monotonic()))

    def look(self, path: Path) -> None:
        """Keep a picture of the screen. Raises DemoError when the screen gives none."""
        screen = self._kiosk.screen
        if screen is None:
            raise DemoError("this kiosk has no screen to look at")
        path.parent.mkdir(parents=True, exist_ok=True)
        screen.save_screenshot(path).result(timeout=10)

    def _see(self, event: Event, state: SessionState, effects: tuple[Effect, ...]) -> None:
        with self._changed:
            self._changed.notify_all()
