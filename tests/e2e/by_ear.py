"""A whole kiosk with its window, and a visitor who has nothing but the keypad and what is heard; prints what was said.

``python -m tests.e2e.by_ear FOLDER PACK``. The toolkit wants the main thread, so the test starts this program. Every
key goes into the window as the toolkit gets it from the keyboard.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk_app.cli.run_kiosk import serve
from kiosk_app.config import (
    KeypadConfig,
    KioskConfig,
    KnowledgeConfig,
    MicrophoneConfig,
    RecognitionConfig,
    ScreenConfig,
)
from kiosk_app.events import Event, PlaybackStarted
from kiosk_app.i18n import translator
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.session import Effect, Phase, Phrase, SessionState, Speak

WAIT_S = 40.0
CODES = {**{str(digit): 256 + digit for digit in range(10)}, "star": 266, "hash": 267}
"""A numeric pad without star and hash: its point and its division sign."""


class Visitor:
    """Presses keys and hears; ``said`` is every text that was begun."""

    def __init__(self, kiosk: Kiosk) -> None:
        self.said: list[str] = []
        self.sounded: set[int] = set()
        self.kiosk = kiosk
        self._changed = threading.Condition()
        kiosk.watch(self._see)

    def press(self, key: str) -> None:
        """A key goes down and up in the window, as fast as a hand is."""
        from kivy.clock import Clock
        from kivy.core.window import Window

        window: Any = Window

        def strike(_: float) -> None:
            window.dispatch("on_key_down", CODES[key], 0, None, [])
            window.dispatch("on_key_up", CODES[key], 0)

        Clock.schedule_once(strike, -1)
        time.sleep(0.08)

    def hear(self, key: str, words: str) -> str:
        """Press a key; the text with these words that follows."""
        before = len(self.said)
        self.press(key)
        self.wait(words, lambda: any(words in text for text in self.said[before:]))
        return next(text for text in self.said[before:] if words in text)

    def find(self, words: str) -> None:
        """Walk until these words are heard."""
        for _ in range(60):
            before = len(self.said)
            self.press("2")
            self.wait("another item", lambda count=before: len(self.said) > count)
            if words in self.said[-1]:
                return
        raise AssertionError(f"no item says {words}")

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        """Until something is so."""
        until = time.monotonic() + WAIT_S
        with self._changed:
            while not condition():
                if not self._changed.wait(until - time.monotonic()):
                    raise AssertionError(f"still waiting for {what}; said: {self.said[-3:]}")

    def _see(self, event: Event, state: SessionState, effects: tuple[Effect, ...]) -> None:
        with self._changed:
            for effect in effects:
                if isinstance(effect, Speak):
                    say = translator(effect.lang)
                    text = say(effect.text) if isinstance(effect.text, Phrase) else effect.text
                    self.said.append(text + (say(effect.then) if effect.then else ""))
            if isinstance(event, PlaybackStarted):
                self.sounded.add(event.utterance)
            self._changed.notify_all()


def visit(visitor: Visitor) -> None:
    """From the first key to the goodbye."""
    state = lambda: visitor.kiosk.state  # noqa: E731
    visitor.wait("the kiosk to open", lambda: state().phase is Phase.IDLE and visitor.kiosk.voice is not None)
    visitor.wait("the voice to be there", lambda: not state().is_down("speech"))
    visitor.hear("5", "按2听下一项")
    visitor.wait("the welcome to sound", lambda: bool(visitor.sounded))
    visitor.find("身份证")
    visitor.hear("5", "按2听下一项")
    visitor.wait("the answer to sound", lambda: state().utterances in visitor.sounded)
    visitor.hear("2", "第1项")
    visitor.hear("star", "首页")
    visitor.hear("9", "咨询台")
    visitor.find("办好了")
    visitor.hear("5", "评价")
    visitor.find("满意")
    visitor.press("5")
    visitor.wait("the visit to be over", lambda: state().visit is None)


def main() -> None:
    """Serve, visit, print."""
    folder, pack = Path(sys.argv[1]), Path(sys.argv[2])
    settings = KioskConfig(
        data_dir=folder / "home",
        screen=ScreenConfig(panel="1280x800", fullscreen=False),
        keypad=KeypadConfig(enabled=True),
        microphone=MicrophoneConfig(backend="none"),
        recognition=RecognitionConfig(backend="none"),
        knowledge=KnowledgeConfig(venue=None, pack=pack),
    )
    report: dict[str, Any] = {}

    def ready(kiosk: Kiosk) -> None:
        visitor = Visitor(kiosk)

        def work() -> None:
            try:
                visit(visitor)
            except Exception:  # noqa: BLE001  the test prints it
                report["error"] = traceback.format_exc()
            report["said"] = visitor.said
            kiosk.leave()

        threading.Thread(target=work, name="visitor", daemon=True).start()

    serve(settings, ready=ready)
    json.dump(report, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
