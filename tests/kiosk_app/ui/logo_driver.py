"""The site's logo in the head: seen on every ground, in nobody's way. Runs in the driver's window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk_app.logo import read_logo
from tests.kiosk_app.logos import BLUE, WHITE, draw_logo
from tests.kiosk_app.ui.samples import attract, views

if TYPE_CHECKING:
    from tests.kiosk_app.ui.driver import Driver


def logos(driver: Driver, folder: Path) -> dict[str, Any]:
    """By scene: the audit, the plate, the picture and where the logo stands on it; what a knock on it posts."""
    screen: Any = driver.screen
    found: dict[str, Any] = {}
    for ink in (BLUE, WHITE):
        path = draw_logo(folder / f"logo_{screen.settings.panel}.png", 400, 100, ink)
        screen.logo = read_logo(path)
        for contrast in (False, True):
            for view in (attract("en"), views("zh")["answer"]):
                driver.show(replace(view, contrast=not contrast))  # the head is made anew with its colours
                driver.show(replace(view, contrast=contrast))
                name = f"{'white' if ink == WHITE else 'blue'}_{view.screen}_{contrast}"
                found[name] = _look(driver, folder / f"{screen.settings.panel}_{name}.png")
    found["knock"] = _knock(driver)
    screen.logo = None
    driver.show(replace(attract("en"), elder=True))
    driver.show(attract("en"))
    return found


def _look(driver: Driver, picture: Path) -> dict[str, Any]:
    from tests.kiosk_app.ui.audit import audit

    screen: Any = driver.screen
    screen.save_screenshot(picture).result(60)

    def see() -> dict[str, Any]:
        logo = screen._content.header._mark
        frame = [logo.x, screen.theme.height - logo.top, logo.width, logo.height]
        return {
            "audit": audit(screen._content, screen.theme),
            "plate": logo.plate,
            "picture": str(picture),
            "frame": [round(side) for side in frame],
        }

    return driver.on_ui(see)


def _knock(driver: Driver) -> list[str]:
    """The staff's gesture, on the logo and the clock in turn."""
    from kivy.base import EventLoop

    from tests.kiosk_app.ui.finger import Finger

    screen: Any = driver.screen
    driver.events.clear()

    def drum() -> None:
        head = screen._content.header
        for block in (head._mark, head.clock, head._mark, head.clock, head._mark):
            touch = Finger(*block.center)
            EventLoop.post_dispatch_input("begin", touch)
            EventLoop.post_dispatch_input("end", touch)

    driver.on_ui(drum)
    return [type(event).__name__ for event in driver.events if type(event).__name__ != "ScreenTouched"]
