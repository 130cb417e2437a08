"""A visit by a finger alone at a whole kiosk with a window and no microphone: prints what was seen as JSON.

``python -m tests.e2e.touching FOLDER ARTEFACT``
"""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from kiosk_app.cli.run_kiosk import serve
from kiosk_app.config import KioskConfig, KnowledgeConfig, MicrophoneConfig, ScreenConfig, SpeakerConfig
from kiosk_app.runtime.kiosk import Kiosk
from kiosk_app.session import Phase

WAIT_S = 40.0


class Finger:
    """Looks at the glass, and touches what says something."""

    def __init__(self, kiosk: Kiosk) -> None:
        self._kiosk = kiosk
        self._screen: Any = kiosk.screen
        self.seen: list[list[str]] = []

    def _on_glass(self, look: Callable[[], Any]) -> Any:
        from kivy.clock import Clock

        future: Future[Any] = Future()
        Clock.schedule_once(lambda _: future.set_result(look()), -1)
        return future.result(WAIT_S)

    def touch(self, words: str) -> None:
        """Touch the first target that says ``words``, as soon as there is one."""
        from tests.kiosk_app.ui import finger
        from tests.kiosk_app.ui.audit import words as said

        def press() -> bool:
            root = self._screen._content
            found = [one for one in finger.targets(root) if words in said(one.widget)] if root else []
            if found:
                finger.tap(found[0])
            return bool(found)

        self._until(f"“{words}”", lambda: self._on_glass(press))

    def see(self, phase: Phase) -> list[str]:
        """Wait for a phase and its screen; the texts that can be read on it."""
        from kiosk_app.ui.parts.text import Text
        from tests.kiosk_app.ui.audit import layers

        def read() -> list[str]:
            seen = [one.widget for layer in layers(self._screen._content) for one in layer]
            return [widget.source for widget in seen if isinstance(widget, Text) and widget.source]

        self._until(phase, lambda: self._kiosk.state.phase is phase)
        time.sleep(0.3)  # its frame
        self.seen.append([phase, *self._on_glass(read)])
        return self.seen[-1]

    @staticmethod
    def _until(what: str, condition: Callable[[], object]) -> None:
        end = time.monotonic() + WAIT_S
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f"waited in vain for {what}")
            time.sleep(0.02)


def visit(finger: Finger) -> None:
    """From the home screen to an answer, to a person, and to the goodbye."""
    finger.see(Phase.IDLE)
    finger.touch("身份户籍")
    finger.see(Phase.CLARIFYING)
    finger.touch("身份证补领")
    finger.see(Phase.ANSWERING)
    finger.touch("带走")
    finger.touch("关闭")
    finger.touch("人工服务")
    finger.see(Phase.HANDOVER)
    finger.touch("返回")
    finger.see(Phase.ANSWERING)
    finger.touch("办好了")
    finger.see(Phase.FAREWELL)
    finger.touch("满意")
    finger.see(Phase.IDLE)


def main() -> None:
    """Run the kiosk and the visit."""
    config = KioskConfig(
        data_dir=Path(sys.argv[1]) / "home",
        screen=ScreenConfig(panel="1280x800", fullscreen=False),
        microphone=MicrophoneConfig(backend="none"),
        speaker=SpeakerConfig(backend="none"),
        knowledge=KnowledgeConfig(venue=None, pack=Path(sys.argv[2])),
    )
    report: dict[str, Any] = {}

    def work(kiosk: Kiosk) -> None:
        finger = Finger(kiosk)
        try:
            visit(finger)
        except Exception:  # noqa: BLE001  the test prints it
            report["error"] = traceback.format_exc()
        report["seen"] = finger.seen
        assert kiosk.screen is not None
        kiosk.screen.request_stop()

    serve(config, ready=lambda kiosk: threading.Thread(target=work, args=(kiosk,), daemon=True).start())
    json.dump(report, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
