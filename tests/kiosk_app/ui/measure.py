"""What the screen costs: ``python -m tests.kiosk_app.ui.measure [panel]`` prints one JSON document.

First frame (from the start of this module, imports included), memory, processor time at rest and in motion at the
usual 30 frames a second, frames a second without that limit, and the time from ``show`` to the frame on the glass.
"""

from __future__ import annotations

import time

BEGAN = time.monotonic()

import json  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
from dataclasses import replace  # noqa: E402
from typing import Any  # noqa: E402

import psutil  # noqa: E402

from kiosk_app.ui.app import KioskScreen  # noqa: E402
from kiosk_app.ui.settings import ScreenSettings  # noqa: E402
from kiosk_app.view import ViewData  # noqa: E402
from tests.kiosk_app.ui.samples import attract, views  # noqa: E402

SECONDS = 4.0


class Measure:
    """Shows views and looks at the clock."""

    def __init__(self, panel: str) -> None:
        settings = ScreenSettings.model_validate({"panel": panel, "fullscreen": False})
        self.screen = KioskScreen(lambda event: None, settings, on_drawn=self._on_drawn)
        self.drawn: dict[str, float] = {}
        self.event = threading.Event()
        self.shown = 0
        self.result: dict[str, Any] = {"panel": panel}
        self.process = psutil.Process()

    def _on_drawn(self, view: ViewData, at: float) -> None:
        self.drawn[view.site_name] = at
        self.event.set()

    def show(self, view: ViewData) -> float:
        """Milliseconds from ``show`` to the frame."""
        self.shown += 1
        self.event.clear()
        began = time.monotonic()
        self.screen.show(replace(view, site_name=str(self.shown)))
        self.event.wait(20)
        return 1000 * (self.drawn[str(self.shown)] - began)

    def load(self) -> float:
        """Share of one processor over some seconds, in percent."""
        before, began = sum(self.process.cpu_times()[:2]), time.monotonic()
        time.sleep(SECONDS)
        return round(100 * (sum(self.process.cpu_times()[:2]) - before) / (time.monotonic() - began), 1)

    def frames(self) -> float:
        """Frames a second that are really drawn, without the limit of the clock."""
        from kivy.base import EventLoop
        from kivy.clock import Clock

        window: Any = EventLoop.window
        count: list[float] = []
        limit, Clock._max_fps = Clock._max_fps, 1000.0

        def flip(*_: object) -> bool:
            count.append(time.monotonic())
            window.canvas.ask_update()
            return False

        window.bind(on_flip=flip)
        time.sleep(SECONDS)
        window.unbind(on_flip=flip)
        Clock._max_fps = limit
        return round((len(count) - 1) / (count[-1] - count[0]), 1)

    def work(self) -> None:
        """All measurements, then the end."""
        try:
            self.show(attract())
            self.show(replace(attract(), greeting=False))
            self.result["cpu_rest_percent"] = self.load()
            self.result["first_frame_s"] = round(self.drawn["1"] - BEGAN, 2)
            self.result["memory_first_mb"] = round(self.process.memory_info().rss / 2**20)
            screens = views()
            changes = [self.show(view) for _ in range(4) for view in screens.values()]
            self.result["screen_change_ms"] = self._spread(changes)
            captions = "我身份证丢了补办要带什么材料"
            words = [
                self.show(replace(screens["listening"], caption=captions[:n]))
                for n in range(1, len(captions))
            ]
            self.result["caption_ms"] = self._spread(words)
            self.result["memory_after_mb"] = round(self.process.memory_info().rss / 2**20)
            self.result["cpu_listening_percent"] = self.load()
            self.show(screens["answer"])
            self.result["cpu_speaking_percent"] = self.load()
            self.result["frames_speaking"] = self.frames()
        finally:
            self.screen.request_stop()

    @staticmethod
    def _spread(values: list[float]) -> dict[str, float]:
        cuts = statistics.quantiles(values, n=20)
        return {"median": round(statistics.median(values), 1), "p95": round(cuts[18], 1)}


def main() -> None:
    """Measure one panel."""
    measure = Measure(sys.argv[1] if len(sys.argv) > 1 else "1080x1920")
    threading.Thread(target=measure.work, daemon=True).start()
    measure.screen.run()
    json.dump(measure.result, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
