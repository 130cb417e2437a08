"""One real window per panel, off-screen, driven from a second thread; prints what it found as JSON.

``python -m tests.kiosk_app.ui.driver 1080x1920``. The toolkit wants the main thread and one window per process, so
the tests start this program and read its output.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from kiosk_app.events import MuteToggled, Touch
from kiosk_app.ui.app import KioskScreen
from kiosk_app.ui.settings import ScreenSettings
from kiosk_app.view import ViewData
from tests.kiosk_app.ui.gallery import MODES, scenarios
from tests.kiosk_app.ui.homes import NOTICE
from tests.kiosk_app.ui.live_scene import look
from tests.kiosk_app.ui.logo_driver import logos
from tests.kiosk_app.ui.masked_driver import masked_pictures
from tests.kiosk_app.ui.plan_driver import floors
from tests.kiosk_app.ui.samples import attract, long_views, search, views
from tests.kiosk_app.ui.sound_driver import sound
from tests.kiosk_app.ui.staff_driver import live_view, pages, pin_pad
from tests.kiosk_app.ui.staff_samples import HEARD, staff_views
from tests.kiosk_app.ui.take_driver import taken

WAIT_S = 60.0
_LOOKS = (20_000, 10, 10)
AT_ONCE = 16
"""Scenarios that are looked at between two frames."""
DRAWN = frozenset(
    f"{name}_{lang}_{mode}"
    for lang, mode in (*(("zh", mode) for mode in MODES), ("en", "normal"))
    for name in (*views(), *(staff_views() if mode == "normal" else ()))
)
"""Scenarios whose pixels are looked at: every screen in every mode, and in the other language, of the same colours."""


class Driver:
    """Shows views, looks at the tree, touches targets."""

    def __init__(self, settings: ScreenSettings) -> None:
        self.events: list[Touch] = []
        self.drawn = threading.Event()
        self.threads: set[str] = set()
        self.screen = KioskScreen(self._post, settings, on_drawn=self._on_drawn)
        self.screen.sound = lambda: HEARD
        self.screen.keypad = True
        self._awaited: ViewData | None = None

    def _post(self, event: Touch) -> None:
        self.threads.add(threading.current_thread().name)
        self.events.append(event)

    def _on_drawn(self, view: ViewData, at: float) -> None:
        self.threads.add(threading.current_thread().name)
        if view is self._awaited and at <= time.monotonic():
            self.drawn.set()

    def show(self, view: ViewData) -> None:
        """Show ``view`` from this thread and wait until its frame was drawn."""
        self.drawn.clear()
        self._awaited = view
        self.screen.show(view)
        if not self.drawn.wait(WAIT_S):
            raise TimeoutError(f"{view.screen} was not drawn")

    def lay(self, view: ViewData) -> None:
        """Lay ``view`` out at once, without waiting for its frame; on the toolkit's thread."""
        self.screen._latest = view
        self.screen._apply(0)

    def on_ui(self, call: Callable[[], Any]) -> Any:
        """Run ``call`` on the toolkit's thread."""
        from kivy.clock import Clock

        future: Future[Any] = Future()

        def run(_: float) -> None:
            try:
                future.set_result(call())
            except Exception as error:  # noqa: BLE001  handed to the waiting thread
                future.set_exception(error)

        Clock.schedule_once(run, -1)
        return future.result(WAIT_S)


def look_seldom() -> None:
    """Let Python look for garbage less often: what is imported stays, and looking through it takes its time."""
    gc.freeze()
    gc.set_threshold(*_LOOKS)


def _root(driver: Driver) -> Any:
    return driver.screen._content


def check_all(driver: Driver) -> dict[str, dict[str, Any]]:
    """The audit of every screen, language and mode, what is seen of it at first glance, and what stands out too little.

    Most of it needs no frame, so that many are looked at between two; only pixels are drawn.
    """
    found: dict[str, dict[str, Any]] = {"audit": {}, "glance": {}, "faint": {}}
    driven = iter(scenarios(sys.argv[1]).items())
    while some := dict(islice(driven, AT_ONCE)):
        driver.on_ui(partial(_check, driver, some, found))
    return found


def _check(driver: Driver, some: dict[str, ViewData], found: dict[str, dict[str, Any]]) -> None:
    from tests.kiosk_app.ui.audit import audit
    from tests.kiosk_app.ui.glance import glance
    from tests.kiosk_app.ui.pixels import faint

    screen = driver.screen
    for name, view in some.items():
        driver.lay(view)
        found["audit"][name] = audit(_root(driver), screen.theme)
        found["glance"][name] = glance(_root(driver), screen.theme)
        if name in DRAWN:
            found["faint"][name] = faint(_root(driver), screen.theme, contrast=view.contrast)
        if name.startswith("answer_zh"):
            driver.lay(replace(view, camera="on", camera_notice=NOTICE))
            screen.show_privacy()
            found["audit"]["privacy_" + name] = audit(_root(driver), screen.theme)
            found["faint"]["privacy_" + name] = faint(_root(driver), screen.theme, contrast=view.contrast)
            screen.close_overlay()
        if name in ("staff_live_zh_normal", "staff_live_en_normal"):
            screen.live.source = look
            found["audit"]["seen_" + name] = _seen(driver)
            screen.live.source = lambda: None


def _seen(driver: Driver) -> list[str]:
    """The audit of the live view with a picture."""
    from tests.kiosk_app.ui.audit import audit

    _root(driver).screen.page._newest(0)
    assert driver.screen.live.lit
    return audit(_root(driver), driver.screen.theme)


def touch_all(driver: Driver) -> dict[str, list[list[Any]]]:
    """Every target of every screen is touched once: what it says, and the events that came of it."""
    from tests.kiosk_app.ui.finger import targets

    result: dict[str, list[list[Any]]] = {}
    for name, view in (views() | {"answer_choices": long_views()["answer_choices"]}).items():
        driver.show(view)
        count = driver.on_ui(lambda: len(targets(_root(driver))))
        result[name] = driver.on_ui(lambda v=view, n=count: [_touch(driver, v, index) for index in range(n)])
    return result


def _touch(driver: Driver, view: ViewData, index: int) -> list[Any]:
    """What a target says, the events that come of a touch, and whether they bear the time of the finger."""
    from tests.kiosk_app.ui.finger import tap, targets

    driver.lay(replace(view, site_name=f"{view.site_name} {index}"))
    driver.events.clear()
    before = time.monotonic()
    said = tap(targets(_root(driver))[index])
    after = time.monotonic()
    events = [[type(event).__name__, asdict(event)] for event in driver.events]
    driver.screen.close_overlay()
    return [said, events, all(before <= event.at <= after for event in driver.events)]


def behaviours(driver: Driver) -> dict[str, Any]:
    """What a finger does beyond single touches, and what the surface promises."""
    from tests.kiosk_app.ui import finger

    found: dict[str, Any] = {}
    driver.show(views()["answer"])
    found["ticks"] = driver.on_ui(lambda: finger.tick_first(_root(driver)))
    driver.show(replace(views()["answer"], speaking=False))
    found["ticks_after_speaking"] = driver.on_ui(lambda: finger.ticks(_root(driver)))
    driver.show(views()["attract"])
    driver.show(views()["answer"])
    found["ticks_of_next"] = driver.on_ui(lambda: finger.ticks(_root(driver)))
    driver.show(long_views()["answer_long"])
    driver.events.clear()
    found["drag"] = driver.on_ui(lambda: finger.drag(_root(driver)))
    found["drag_events"] = [type(event).__name__ for event in driver.events]
    driver.events.clear()
    found["slipped"] = driver.on_ui(lambda: finger.slip(_root(driver)))
    found["slip_events"] = [type(event).__name__ for event in driver.events]
    found["mute"] = _mute(driver)
    found["typing"] = _typing(driver)
    found["keys"] = _keys(driver)
    found["rest"] = _frames_at_rest(driver)
    found["latest"] = _latest_wins(driver)
    found["threads"] = sorted(driver.threads)
    picture = Path(sys.argv[2]) / "attract.png"
    driver.show(attract())
    driver.screen.save_screenshot(picture).result(WAIT_S)
    found["picture"] = str(picture)
    return found


def _mute(driver: Driver) -> list[list[str]]:
    """What the privacy notice's buttons say and do, with the microphone on, off, and out of service."""
    from tests.kiosk_app.ui.finger import tap, targets

    found: list[list[str]] = []
    for name, muted in (("answer", False), ("answer", True), ("out_of_service", False)):
        driver.show(replace(views()[name], muted=muted))
        below = driver.on_ui(lambda: len(targets(_root(driver))))
        driver.on_ui(driver.screen.show_privacy)
        driver.events.clear()
        offered = driver.on_ui(lambda: targets(_root(driver)))
        button = next((item for item in offered if item.widget.event is MuteToggled), None)
        if button is None:
            found.append([str(len(offered) - below)])
            driver.on_ui(driver.screen.close_overlay)
        else:
            said = driver.on_ui(lambda item=button: tap(item))
            closed = driver.on_ui(lambda: _root(driver).overlay is None)
            found.append([said, *(type(event).__name__ for event in driver.events), str(closed)])
    return found


def _keys(driver: Driver) -> list[Any]:
    """What keys that the window gets become: pad, telephone, held, chord, letter, Escape; and of an open notice."""
    from kivy.base import EventLoop

    driver.show(views()["answer"])
    driver.on_ui(driver.screen.show_privacy)
    window: Any = EventLoop.window
    driver.events.clear()
    for code, modifiers, times in (
        (258, [], 3),
        (53, [], 1),
        (56, ["shift"], 1),
        (50, ["ctrl"], 1),
        (ord("q"), [], 1),
        (27, [], 1),
        (265, [], 1),
    ):
        for _ in range(times):
            driver.on_ui(lambda c=code, m=modifiers: window.dispatch("on_key_down", c, 0, None, m))
        driver.on_ui(lambda c=code: window.dispatch("on_key_up", c, 0))
    closed = driver.on_ui(lambda: _root(driver).overlay is None)
    return [[type(event).__name__, getattr(event, "key", "")] for event in driver.events] + [closed]


def _typing(driver: Driver) -> dict[str, Any]:
    """Which of the search screen's widgets stay when a letter is typed, and where the keys stand then."""
    driver.show(search(letters="s"))
    screen = _root(driver).screen
    before = driver.on_ui(lambda: ([id(row) for row in screen.list.children], _places(screen)))
    driver.show(search(letters="sfz"))
    after = driver.on_ui(lambda: ([id(row) for row in screen.list.children], _places(screen)))
    driver.show(search(letters="qqxq"))
    nothing = driver.on_ui(lambda: (_root(driver).screen is screen, _places(screen)))
    return {
        "rows": [len(before[0]), len(after[0])],
        "kept": set(after[0]) <= set(before[0]),
        "same_screen": nothing[0],
        "keys_stay": before[1] == after[1] == nothing[1],
    }


def _places(screen: Any) -> list[tuple[int, int, int, int]]:
    return [(*key.pos, *key.size) for key in screen.keys.blocks()]


def _frames_at_rest(driver: Driver) -> int:
    """Frames drawn in twenty turns of the loop while nothing moves."""
    from kivy.base import EventLoop

    driver.show(replace(attract(), greeting=False))
    flips = []
    turned = threading.Event()
    window: Any = EventLoop.window
    turns = iter(range(20))

    def flip(*_: object) -> bool:
        flips.append(1)
        return False

    def turn(_: float) -> bool:
        if next(turns, None) is None:
            window.unbind(on_flip=flip)
            turned.set()
            return False
        return True

    def begin() -> None:
        from kivy.clock import Clock

        window.bind(on_flip=flip)
        Clock.schedule_interval(turn, 0)

    driver.on_ui(lambda: None)
    driver.on_ui(begin)
    turned.wait(WAIT_S)
    return len(flips)


def _latest_wins(driver: Driver) -> str:
    """Many views at once from several threads: the last one stays."""
    base = attract()
    for number in range(50):
        driver.screen.show(replace(base, site_name=f"{base.site_name} {number}"))
    last = views()["farewell"]
    driver.show(last)
    return driver.on_ui(lambda: type(_root(driver).screen).__name__)


def main() -> None:
    """Run everything that was asked for and print it."""
    panel, parts = sys.argv[1], sys.argv[3:]
    skin = "bank" if panel == "1280x800" else "gov"  # as the branches have them
    driver = Driver(ScreenSettings.model_validate({"panel": panel, "skin": skin, "fullscreen": False}))
    report: dict[str, Any] = {}
    look_seldom()

    def work() -> None:
        from kivy.clock import Clock

        Clock._max_fps = 1000.0  # the tests wait for frames, not for the clock
        try:
            if "touch" in parts:
                report["touch"] = touch_all(driver)
                report["behaviours"] = behaviours(driver)
                report["pad"] = pin_pad(driver)
                report["pages"] = pages(driver)
                report["live"] = live_view(driver, Path(sys.argv[2]))
                report["masked"] = masked_pictures(driver, Path(sys.argv[2]))
            report.update(check_all(driver))
            report["logos"] = logos(driver, Path(sys.argv[2]))
            report["floors"] = floors(driver)
            report["sound"] = sound(driver, Path(sys.argv[2]))
            report["taken"] = taken(driver, Path(sys.argv[2]))
        except Exception:  # noqa: BLE001  the test prints it
            report["error"] = traceback.format_exc()
        finally:
            driver.screen.request_stop()

    threading.Thread(target=work, name="driver", daemon=True).start()
    driver.screen.run()
    report["stopped"] = True
    json.dump(report, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
