"""The floors over an answer: laid there by a finger, looked at, and gone again. Runs in the driver's window."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.kiosk_app.ui.gallery import LANGUAGES, LOWERED, MODES
from tests.kiosk_app.ui.samples import plans

if TYPE_CHECKING:
    from kiosk_app.view import ViewData
    from tests.kiosk_app.ui.driver import Driver


_ONE_FIGURE = re.compile(r"Text\('\d'\)")
"""It fills its box so much that most of the pixels are no ground; numbers of two figures tell of its colours too."""
_IN_EVERY_MODE = ("plan_here", "plan_bank_floors")
"""One floor and two; how the rest differs does not depend on the mode."""


def floors(driver: Driver) -> dict[str, Any]:
    """By scene: the audit, what is read on it, how large the number is; and how it goes."""
    modes = MODES | (LOWERED if driver.screen.settings.panel == "1080x1920" else {})
    found: dict[str, Any] = {
        f"{name}_{lang}_{mode}": _look(driver, replace(view, **changes))
        for lang in LANGUAGES
        for mode, changes in modes.items()
        for name, view in plans(lang).items()
        if mode == "normal" or name in _IN_EVERY_MODE
    }
    found["gone"] = {how: _leave(driver, how) for how in ("close", "home", "answer", "words")}
    return found


def _lay(driver: Driver, view: ViewData) -> None:
    from kiosk_app.ui.parts.plan_button import PlanButton
    from tests.kiosk_app.ui.finger import tap, targets

    driver.show(view)
    screen: Any = driver.screen
    driver.on_ui(
        lambda: tap(next(item for item in targets(screen._content) if isinstance(item.widget, PlanButton)))
    )


def _look(driver: Driver, view: ViewData) -> dict[str, Any]:
    from kiosk_app.ui.parts.text import Text
    from tests.kiosk_app.ui.audit import audit, words
    from tests.kiosk_app.ui.pixels import faint

    _lay(driver, view)
    screen: Any = driver.screen

    def read() -> dict[str, Any]:
        content, theme = screen._content, screen.theme
        pictures = [floor.picture for floor in content.overlay._floors]
        badges = [
            text
            for picture in pictures
            for text in picture.blocks()
            if isinstance(text, Text) and text.colour == "on_primary"
        ]
        return {
            "audit": audit(content, theme),
            "says": words(content.overlay),
            "faint": [
                problem
                for problem in faint(content, theme, contrast=theme.contrast)
                if not _ONE_FIGURE.match(problem)
            ],
            "badges": [text.source for text in badges],
            "em_mm": min(text.font_em for text in badges) * 25.4 / theme.ppi,
            "wide_mm": min(picture.width for picture in pictures) * 25.4 / theme.ppi,
        }

    found = driver.on_ui(read)
    driver.on_ui(screen.close_overlay)
    return found


def _leave(driver: Driver, how: str) -> bool:
    """Whether it still lies over the screen."""
    from kiosk_app.ui.parts.bar import HOME
    from tests.kiosk_app.ui.audit import words
    from tests.kiosk_app.ui.finger import tap, targets

    scenes = plans()
    _lay(driver, scenes["plan_here"])
    screen: Any = driver.screen
    labels = {"close": "关闭", "home": screen._(HOME.label)}
    if how in labels:
        driver.on_ui(
            lambda: tap(next(item for item in targets(screen._content) if words(item.widget) == labels[how]))
        )
        if how == "home":
            driver.show(replace(scenes["plan_here"], screen="attract", plan=None))
    elif how == "answer":
        driver.show(scenes["plan_upstairs"])
    else:  # the same answer, which has only been spoken to its end
        driver.show(replace(scenes["plan_here"], speaking=False))
    lies: bool = driver.on_ui(lambda: screen._content.overlay is not None)
    driver.on_ui(screen.close_overlay)
    return lies
