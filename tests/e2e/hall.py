"""A kiosk in a hall, for end-to-end tests: how to start one, and what was answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk_app.config import KioskConfig, KnowledgeConfig, RecognitionConfig, ScreenConfig
from kiosk_app.demo.audio_server import AudioServer
from kiosk_app.demo.centre import DemoCentre
from kiosk_app.demo.citizen import Citizen
from kiosk_app.events import Event, FinishPressed, MatterChosen, PlaybackStarted, Replied, ScreenTouched
from kiosk_app.reply import Reply
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.session import Effect, Phase, SessionState
from kiosk_app.view import ViewData
from voice.level import NO_SOUND

KIOSK = "kiosk-e2e"
WAIT_S = 40.0


class Hall:
    """One kiosk without a screen, its citizen, and everything that was answered and shown."""

    def __init__(self, folder: Path, audio: AudioServer, artefact: Path) -> None:
        self.folder = folder
        self.audio = audio
        self.artefact = artefact
        self.replies: list[Reply] = []
        self.views: list[ViewData] = []
        self.sounded: set[int] = set()
        self._kiosks: list[Kiosk] = []

    def open(self, centre: DemoCentre | None = None, problem: str = "", **sections: Any) -> Kiosk:
        """Start a kiosk; ``sections`` replace sections of its configuration."""
        settings: dict[str, Any] = {
            "data_dir": self.folder / "home",
            "screen": ScreenConfig(backend="none"),
            "knowledge": KnowledgeConfig(venue=None, pack=self.artefact),
            "recognition": RecognitionConfig(model="embedded"),
        }
        if centre is not None and not (self.folder / "home" / "identity").exists():
            centre.provision(KIOSK, self.folder / "home" / "identity")
        kiosk = Kiosk(KioskConfig(**{**settings, **sections}), self.views.append, problem)
        self._kiosks.append(kiosk)
        kiosk.watch(self._see)
        self.citizen = Citizen(kiosk, self.audio, self.folder / "spoken")
        kiosk.start()
        return kiosk

    def close(self) -> None:
        """Stop what was started."""
        while self._kiosks:
            self._kiosks.pop().stop()

    def wait(self, what: str, condition: Callable[[SessionState], bool]) -> SessionState:
        """Wait for the session's state."""
        return self.citizen.wait(what, condition, WAIT_S)

    def wait_open(self) -> None:
        """Wait until the kiosk serves and hears: its ears are open a moment before the device delivers."""
        self.wait("the kiosk to open", lambda state: state.phase is Phase.IDLE)
        self.wait("the kiosk to listen", lambda state: state.listening)
        kiosk = self._kiosks[-1]

        def delivers() -> bool | None:
            microphone = kiosk.hearing.microphone
            return True if microphone is not None and microphone.level is not NO_SOUND else None

        self.citizen.poll("the microphone to deliver", delivers, WAIT_S)

    def ask_aloud(self, sentence: str) -> Reply:
        """Say a question; the reply."""
        self.wait("the kiosk to listen", lambda state: state.listening)
        before = len(self.replies)
        self.citizen.say(sentence).wait(20)
        self.citizen.poll(f"an answer to {sentence}", lambda: len(self.replies) > before or None, WAIT_S)
        return self.replies[-1]

    def touch_matter(self, matter: str, facet: str = "summary") -> Reply:
        """Touch a matter; the reply."""
        before = len(self.replies)
        self.citizen.touch(lambda at: MatterChosen(at, matter, facet))
        self.citizen.poll(f"the answer of {matter}", lambda: len(self.replies) > before or None, WAIT_S)
        return self.replies[-1]

    def leave(self) -> None:
        """End the visit, and wait until nothing of it is left."""
        self.citizen.touch(FinishPressed)
        self.wait("the goodbye to be over", lambda state: state.visit is None)

    def visit(self, matter: str) -> Reply:
        """A whole visit by touch: one question, then goodbye."""
        self.citizen.touch(ScreenTouched)
        reply = self.touch_matter(matter)
        self.leave()
        return reply

    def _see(self, event: Event, state: SessionState, effects: tuple[Effect, ...]) -> None:
        if isinstance(event, Replied):
            self.replies.append(event.reply)
        elif isinstance(event, PlaybackStarted):
            self.sounded.add(event.utterance)


def eventually(what: str, find: Callable[[], object], seconds: float = WAIT_S) -> object:
    """Poll something outside the kiosk until it is true; the failing message names ``what``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := find():
            return found
        time.sleep(0.1)
    raise AssertionError(f"after {seconds:.0f} s still not: {what}")
