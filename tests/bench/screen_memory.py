"""What the screen costs in memory: ``python -m tests.bench.screen_memory PANEL VIEWS VISITS``, run by ``touchscreen``.

A process that has nothing but the screen is shown visits. VIEWS is a file with them, pickled by a process that has the
knowledge to make them. Prints one JSON document of megabytes: ``own`` is memory that is no file on the disk,
``whole`` counts what is read of programs and libraries for this process alone as well.
"""

from __future__ import annotations

import json
import pickle
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from kiosk_app.runtime.garbage import clear
from kiosk_app.ui.app import KioskScreen
from kiosk_app.ui.settings import ScreenSettings
from kiosk_app.view import ViewData

WARM = 50
"""After so many visits everything that is made once has been made."""
READINGS = 10
FRAMES_S = 0.1
"""Some frames pass before and after the clearing, as in the kiosk, which waits longer: the toolkit lets go of a screen,
and of its textures, in the frames that follow."""


class Watched:
    """A screen, and who shows it views."""

    def __init__(self, panel: str) -> None:
        self.drawn = threading.Event()
        settings = ScreenSettings.model_validate({"panel": panel, "fullscreen": False})
        self.screen = KioskScreen(lambda event: None, settings, on_drawn=self._on_drawn)
        self.result: dict[str, Any] = {}

    def _on_drawn(self, view: ViewData, at: float) -> None:
        from kivy.graphics.opengl import glFinish

        glFinish()  # as a display would; off-screen, frames pile up with all that they draw
        self.drawn.set()

    def show(self, view: ViewData) -> None:
        """Show ``view`` and wait for its frame."""
        self.drawn.clear()
        self.screen.show(view)
        if not self.drawn.wait(20):
            raise TimeoutError(f"{view.screen} was not drawn")

    def work(self, visits: list[list[ViewData]], count: int) -> None:
        """Show ``count`` visits, over and over those there are."""
        from kivy.clock import Clock

        self.result["before"] = memory()
        self.show(visits[0][-1])
        time.sleep(1)
        self.result["first"] = memory()
        Clock._max_fps = 1000.0  # as many visits as can be, for only their traces matter
        readings = self.result["visits"] = {}
        for number in range(1, count + 1):
            for view in visits[number % len(visits)]:
                self.show(view)
            time.sleep(FRAMES_S)
            clear()  # as the kiosk does after each visit
            time.sleep(FRAMES_S)
            if number >= WARM and number % max(1, count // READINGS) == 0:
                readings[number] = memory()


def memory() -> dict[str, float]:
    """Megabytes of this process."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    own = next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon"))
    return {"own": round(own, 1), "whole": round(psutil.Process().memory_full_info().uss / 2**20, 1)}


def main() -> None:
    """Show and print."""
    panel, views, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    visits = pickle.loads(views.read_bytes())  # noqa: S301  written by whoever started this
    watched = Watched(panel)

    def work() -> None:
        try:
            watched.work(visits, count)
        finally:
            watched.screen.request_stop()

    threading.Thread(target=work, name="bench", daemon=True).start()
    watched.screen.run()
    json.dump(watched.result, sys.stdout)


if __name__ == "__main__":
    main()
