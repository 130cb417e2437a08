"""Pictures of every screen: ``python -m tests.kiosk_app.ui.gallery build/screens --panel 1080x1920``."""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

from kiosk_app.logo import read_logo
from kiosk_app.reply import Language
from kiosk_app.ui.app import KioskScreen
from kiosk_app.ui.settings import ScreenSettings
from kiosk_app.view import PrintMood, ViewData
from tests.kiosk_app.ui.homes import NOTICE
from tests.kiosk_app.ui.samples import homes, long_views, plans, views
from tests.kiosk_app.ui.staff_samples import HEARD, staff_views

MODES = {"normal": {}, "elder": {"elder": True}, "contrast": {"contrast": True}}
LOWERED = {"lowered": {"lowered": True}, "lowered_elder": {"lowered": True, "elder": True}}
"""On a tall panel only."""
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def scenarios(panel: str) -> dict[str, ViewData]:
    """Every screen in every language and mode, by file name; high contrast lays out long texts like normal."""
    modes = MODES | (LOWERED if panel == "1080x1920" else {})
    return {
        f"{name}_{lang}_{mode}": replace(view, **changes)
        for lang in LANGUAGES
        for mode, changes in modes.items()
        for name, view in (
            views(lang)
            | homes(lang)
            | (staff_views(lang) if mode == "normal" else {})
            | (long_views(lang) if mode != "contrast" else {})
        ).items()
    }


def main() -> None:
    """Draw what was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--panel", default="1080x1920")
    parser.add_argument("--skin", default="gov")
    parser.add_argument("--only", default="")
    parser.add_argument("--logo", type=Path)
    options = parser.parse_args()
    settings = ScreenSettings(panel=options.panel, skin=options.skin, fullscreen=False)
    drawn = threading.Event()
    logo = read_logo(options.logo) if options.logo else None
    screen = KioskScreen(lambda event: None, settings, lambda view, at: drawn.set(), logo)

    screen.sound = lambda: HEARD

    def over(lay: Callable[[], None], path: Path) -> None:
        from kivy.clock import Clock

        def swap(_: float) -> None:
            screen.close_overlay()
            lay()

        Clock.schedule_once(swap, 0)
        time.sleep(0.3)
        screen.save_screenshot(path).result(20)
        Clock.schedule_once(lambda _: screen.close_overlay(), 0)

    def draw() -> None:
        for name, view in scenarios(options.panel).items():
            if options.only and not name.startswith(tuple(options.only.split(","))):
                continue
            drawn.clear()
            screen.show(view)
            drawn.wait(20)
            folder = options.out / options.panel / options.skin
            screen.save_screenshot(folder / f"{name}.png").result(20)
            if name.startswith(("answer_zh", "answer_en")):
                screen.show(replace(view, camera="on", camera_notice=NOTICE))
                over(screen.show_privacy, folder / f"privacy_{name}.png")
            if view.take_along and name.startswith(("answer_zh", "answer_en", "answer_long")):
                screen.show(view)
                over(screen.show_take_along, folder / f"take_{name}.png")
                for mood in (
                    get_args(PrintMood)[1:] if name.startswith("answer_zh") or "elder" in name else ()
                ):
                    screen.show(replace(view, printing=mood))
                    over(screen.show_take_along, folder / f"take_{name}_{mood}.png")

    def lay_plans() -> None:
        modes = MODES | (LOWERED if options.panel == "1080x1920" else {})
        folder = options.out / options.panel / options.skin
        for lang in LANGUAGES:
            for mode, changes in modes.items():
                for name, view in plans(lang).items():
                    if not options.only or name.startswith(tuple(options.only.split(","))):
                        screen.show(replace(view, **changes))
                        time.sleep(0.1)
                        over(screen.show_plan, folder / f"{name}_{lang}_{mode}.png")

    def feed() -> None:
        try:
            draw()
            lay_plans()
        finally:
            screen.request_stop()

    threading.Thread(target=feed, daemon=True).start()
    screen.run()


if __name__ == "__main__":
    main()
