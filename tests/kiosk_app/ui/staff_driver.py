"""What the staff corner's screens do in a real window; the driver runs it, ``test_live_view`` reads it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk_app.staff.events import PinEntered
from kiosk_app.ui.errors import PictureRefusedError
from tests.kiosk_app.ui.live_scene import look
from tests.kiosk_app.ui.samples import attract
from tests.kiosk_app.ui.staff_samples import staff_views
from vision.live import LiveLook

if TYPE_CHECKING:
    from tests.kiosk_app.ui.driver import Driver

WAIT_S = 60.0


class Source:
    """Gives a new look whenever it is asked, and remembers them."""

    def __init__(self) -> None:
        self.given: list[LiveLook] = []
        self.enough = threading.Event()

    def __call__(self) -> LiveLook:
        self.given.append(look())
        if len(self.given) >= 4:
            self.enough.set()
        return self.given[-1]


def live_view(driver: Driver, folder: Path) -> dict[str, Any]:
    """The pictures on their way to the glass, and what is left of them."""
    glass, source = driver.screen.live, Source()
    glass.source = source
    driver.show(staff_views()["staff_live"])
    assert source.enough.wait(WAIT_S)
    first = driver.on_ui(lambda: glass.texture)
    found: dict[str, Any] = {
        "lit": driver.on_ui(lambda: glass.lit),
        "glass": driver.on_ui(lambda: any(glass.texture.pixels[:-1:4])),
        "upright": driver.on_ui(lambda: _upright(glass.texture)),
    }
    driver.on_ui(lambda: None)
    found["wiped"] = driver.on_ui(lambda: not any(one.picture.any() for one in source.given))
    try:
        driver.screen.save_screenshot(folder / "live.png").result(WAIT_S)
        found["screenshot"] = "written"
    except PictureRefusedError as error:
        found["screenshot"] = error.code
    found["file"] = (folder / "live.png").exists()
    driver.on_ui(lambda: None)
    found["one_texture"] = driver.on_ui(lambda: glass.texture is first)
    for name in ("staff_live_lost", "staff_live", "staff_parts"):
        driver.show(staff_views()[name])
        if name == "staff_live":
            source.enough.clear()
            source.given.clear()
            source.enough.wait(WAIT_S)
            found["back"] = driver.on_ui(lambda: glass.lit)
        else:
            found[name] = driver.on_ui(lambda: _dark(glass))
    driver.show(staff_views()["staff_live"])
    source.enough.clear()
    source.given.clear()
    source.enough.wait(WAIT_S)
    driver.show(attract())
    found["left"] = driver.on_ui(lambda: _dark(glass))
    asked = driver.on_ui(lambda: len(source.given))
    picture = folder / "after.png"
    driver.screen.save_screenshot(picture).result(WAIT_S)
    found["asked_afterwards"] = driver.on_ui(lambda: len(source.given)) - asked
    found["screenshot_afterwards"] = picture.exists()
    glass.source = lambda: None
    return found


def _dark(glass: Any) -> bool:
    pixels = glass.texture.pixels
    return not glass.lit and not any(any(pixels[colour::4]) for colour in range(3))


def _upright(texture: Any) -> bool:
    """The hall's wall above is brighter than the clothes below, as it is read from the glass, bottom row first."""
    pixels = texture.pixels
    row = int(texture.width) * 4
    upper, lower = pixels[:row], pixels[-row:]
    bottom_first = texture.tex_coords[1] == 0
    return (sum(lower) > sum(upper)) is bottom_first


def pin_pad(driver: Driver) -> dict[str, Any]:
    """The gesture, and fingers on the pad."""
    from kivy.base import EventLoop

    from tests.kiosk_app.ui.finger import Finger, tap, targets

    def at(x: float, y: float) -> None:
        touch = Finger(x, y)
        EventLoop.post_dispatch_input("begin", touch)
        EventLoop.post_dispatch_input("end", touch)

    def press(*keys: str) -> list[str]:
        for key in keys:
            tap(next(item for item in targets(driver.screen._content) if _says(item, key)))  # type: ignore[arg-type]
        return [type(event).__name__ for event in driver.events if type(event).__name__ != "ScreenTouched"]

    def state() -> tuple[int, str]:
        pad: Any = driver.screen._content.screen  # type: ignore[union-attr]
        return pad.dots.count, pad.said.source

    found: dict[str, Any] = {}
    for name in ("attract", "out_of_service"):
        driver.show(replace(attract(), screen=name))
        width, height = driver.screen.theme.width, driver.screen.theme.height
        driver.events.clear()
        corners = [(40, height - 60), (width - 40, height - 60)] * 3
        for x, y in corners[:5]:
            driver.on_ui(lambda x=x, y=y: at(x, y))
        found[f"gesture_{name}"] = [
            type(event).__name__ for event in driver.events if type(event).__name__ != "ScreenTouched"
        ]
    pad = staff_views()["pin"]
    driver.show(pad)
    driver.events.clear()
    found["too_short"] = [driver.on_ui(lambda: press(*"48291", "确定")), *driver.on_ui(state)]
    found["erased"] = [driver.on_ui(lambda: press("删除")), *driver.on_ui(state)]
    found["sent"] = driver.on_ui(lambda: press(*"15", "确定"))
    found["pins"] = [event.pin for event in driver.events if isinstance(event, PinEntered)]
    found["dots_afterwards"] = driver.on_ui(state)[0]
    driver.events.clear()
    driver.on_ui(lambda: press(*"1234567890123"))
    found["most"] = driver.on_ui(state)[0]
    driver.show(staff_views()["pin_locked"])
    found["locked"] = [driver.on_ui(lambda: press(*"482915", "确定")), *driver.on_ui(state)]
    found["leave"] = driver.on_ui(lambda: press("离开"))
    return found


def pages(driver: Driver) -> dict[str, list[list[str]]]:
    """What the targets of the menu and of the pages post, all of them touched once."""
    from tests.kiosk_app.ui.finger import tap, targets

    found: dict[str, list[list[str]]] = {}
    names = ("menu", "sound", "doctor", "network", "maintenance", "ask_wipe")
    for name in (f"staff_{one}" for one in names):
        view = staff_views()[name]
        driver.show(view)
        count = driver.on_ui(lambda: len(targets(driver.screen._content)))  # type: ignore[arg-type]
        found[name] = []
        for index in range(count):
            driver.show(replace(view, site_name=f"{view.site_name} {index}"))
            driver.events.clear()
            said = driver.on_ui(lambda i=index: tap(targets(driver.screen._content)[i]))  # type: ignore[arg-type]
            driver.on_ui(driver.screen.close_overlay)
            event: Any = driver.events[-1]
            what = [getattr(event, key) for key in ("page", "task", "up") if hasattr(event, key)]
            found[name].append([said, type(event).__name__, *what])
    return found


def _says(item: Any, key: str) -> bool:
    from tests.kiosk_app.ui.audit import words

    return words(item.widget) == key
