"""What the screen costs, and how quickly it follows a finger: ``python -m tests.bench.touchscreen [--panel P]``.

A real window with the toolkit's usual 30 frames a second; prints one JSON document. The table is kept in
docs/measurements/touchscreen.md.
"""

from __future__ import annotations

import argparse
import gc
import json
import pickle
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from kiosk_app.runtime.garbage import AFTER_S, Garbage
from kiosk_app.ui.settings import ScreenSettings
from kiosk_app.view import ViewData
from tests.kiosk_app.ui.driver import Driver
from tests.kiosk_app.ui.samples import attract, views

SECONDS = 4.0
TOUCHES, CHANGES, OPENINGS = 300, 6, 5
VISIT = ("listening", "listening_caption", "thinking", "answer", "clarify", "answer", "farewell")
"""From the first word to the goodbye; every fourth visit is in English, every fifth in large type."""
_THERE = re.compile(r"the screen is there (\d+\.\d+) s after")
_ALONE = """
[screen]
panel = "{panel}"
fullscreen = false
[microphone]
backend = "none"
[speaker]
backend = "none"
"""
CAPTION = "我身份证丢了补办要带什么材料"


class Bench(Driver):
    """Shows views, touches, and looks at the clock."""

    def __init__(self, panel: str) -> None:
        super().__init__(ScreenSettings.model_validate({"panel": panel, "fullscreen": False}))
        self.process = psutil.Process()
        self._shown = 0
        self.finished: list[float] = []
        """When each frame was really there."""

    def finish_frames(self) -> None:
        """Wait for each frame as a display would; off-screen they would pile up, drawn by nobody."""
        from kivy.base import EventLoop
        from kivy.graphics.opengl import glFinish

        def finish(*_: object) -> bool:
            glFinish()
            self.finished.append(time.monotonic())
            return False

        window: Any = EventLoop.window
        window.fbind("on_flip", finish)

    def _on_drawn(self, view: ViewData, at: float) -> None:
        super()._on_drawn(view, at)
        self.drawn_at = at

    def change(self, view: ViewData) -> float:
        """Milliseconds from ``show`` in another thread to the frame."""
        self._shown += 1
        began = time.monotonic()
        self.show(replace(view, site_name=str(self._shown)))
        return 1000 * (self.drawn_at - began)

    def touch(self, dice: random.Random) -> float:
        """Milliseconds from a finger on a button, at any moment, to the frame that shows it pressed."""
        from kivy.base import EventLoop
        from kivy.clock import Clock

        from tests.kiosk_app.ui.finger import Finger, _centre, targets

        pressed: list[float] = []
        target = dice.choice(self.on_ui(lambda: targets(self.screen._content)))  # type: ignore[arg-type]
        finger = Finger(*_centre(target.widget))

        def down(_: float) -> None:
            EventLoop.post_dispatch_input("begin", finger)
            pressed.append(time.monotonic())

        time.sleep(dice.uniform(0.0, 0.08))
        began = time.monotonic()
        Clock.schedule_once(down, -1)
        while not pressed or self.finished[-1] < pressed[0]:
            if time.monotonic() > began + 5:
                raise TimeoutError(f"nothing was drawn after a touch on {target.name}")
            time.sleep(0.0005)
        reacted = next(at for at in self.finished if at >= pressed[0])
        self.on_ui(lambda: EventLoop.post_dispatch_input("end", finger))
        self.on_ui(self.screen.close_overlay)
        return 1000 * (reacted - began)

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
        limit, Clock._max_fps = Clock._max_fps, 1000.0

        def again(*_: object) -> bool:
            window.canvas.ask_update()
            return False

        self.on_ui(lambda: window.fbind("on_flip", again))
        self.on_ui(window.canvas.ask_update)
        first = len(self.finished)
        time.sleep(SECONDS)
        count = self.finished[first:]
        self.on_ui(lambda: window.funbind("on_flip", again))
        Clock._max_fps = limit
        return round((len(count) - 1) / (count[-1] - count[0]), 1)


def measure(bench: Bench, result: dict[str, Any]) -> None:
    """All figures of one window."""
    dice, screens = random.Random(0), views()
    bench.change(replace(attract(), greeting=False))
    bench.on_ui(bench.finish_frames)
    garbage = Garbage(lambda: False)
    garbage.start()
    garbage.grown()
    time.sleep(2 * AFTER_S)
    result["cpu_rest_percent"] = bench.load()
    changes, looks = [], []
    for _ in range(CHANGES):
        for view in screens.values():
            changes.append(bench.change(view))
            looks.append(_look())
    result["screen_change_ms"], result["garbage_look_ms"] = _spread(changes), _spread(looks)
    listening = screens["listening"]
    result["caption_ms"] = _spread(
        [bench.change(replace(listening, caption=CAPTION[:n])) for n in range(1, len(CAPTION))]
    )
    touches = []
    for name in ("attract", "topics", "answer", "clarify", "search"):
        bench.show(screens[name])
        touches += [bench.touch(dice) for _ in range(TOUCHES // 5)]
    result["touch_ms"] = _spread(touches)
    bench.show(listening)
    result["cpu_listening_percent"] = bench.load()
    result["frames_listening"] = bench.frames()
    bench.show(screens["answer"])
    result["cpu_speaking_percent"] = bench.load()
    result["frames_speaking"] = bench.frames()


def memory(panel: str, sessions: int) -> dict[str, Any]:
    """What a process with nothing but the screen holds, see ``screen_memory``."""
    visits = []
    for number in range(1, 21):
        seen = views("zh" if number % 4 else "en")
        shown = [replace(seen[name], visit=number, elder=number % 5 == 0) for name in VISIT]
        visits.append([*shown, replace(attract(), greeting=False)])
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "views"
        file.write_bytes(pickle.dumps(visits))
        command = [sys.executable, "-m", "tests.bench.screen_memory", panel, str(file), str(sessions)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def opening(panel: str) -> float:
    """Seconds from the start of the process ``kiosk run`` to its first screen, imports included, as its log says."""
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "kiosk.toml"
        config.write_text(_ALONE.format(panel=panel), encoding="utf-8")
        command = [str(Path(sys.executable).with_name("kiosk")), "run", "--config", str(config)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as kiosk:
            assert kiosk.stderr is not None
            for line in kiosk.stderr:
                if there := _THERE.search(line):
                    kiosk.terminate()
                    kiosk.communicate(timeout=60)
                    return float(there[1])
    raise RuntimeError("the kiosk ended without a screen")


def _look() -> float:
    """Milliseconds for what a screen leaves behind; the kiosk looks when a screen has rested."""
    began = time.monotonic()
    gc.collect()
    return 1000 * (time.monotonic() - began)


def _spread(values: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=20)
    return {
        "median": round(statistics.median(values), 1),
        "p95": round(cuts[18], 1),
        "worst": round(max(values), 1),
    }


def main() -> None:
    """Measure one panel."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--panel", default="1080x1920")
    parser.add_argument("--sessions", type=int, default=1000)
    options = parser.parse_args()
    result: dict[str, Any] = {"panel": options.panel}
    result["first_screen_s"] = statistics.median(opening(options.panel) for _ in range(OPENINGS))
    result["memory_mb"] = memory(options.panel, options.sessions)
    bench = Bench(options.panel)

    def work() -> None:
        try:
            measure(bench, result)
        finally:
            bench.screen.request_stop()

    threading.Thread(target=work, name="bench", daemon=True).start()
    bench.screen.run()
    json.dump(result, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
