"""How loud and how fast it speaks, laid over a screen by a finger. Runs in the driver's window."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.kiosk_app.ui.gallery import LANGUAGES, LOWERED, MODES
from tests.kiosk_app.ui.samples import views

if TYPE_CHECKING:
    from kiosk_app.view import ViewData
    from tests.kiosk_app.ui.driver import Driver

WAIT_S = 60.0


def sound(driver: Driver, folder: Path) -> dict[str, Any]:
    """The audit by scene; what each button says and posts, and whether it stays; and how it goes."""
    from tests.kiosk_app.ui.audit import audit

    panel = driver.screen.settings.panel
    screen: Any = driver.screen
    audits: dict[str, list[str]] = {}
    for lang in LANGUAGES:
        for mode, changes in (MODES | (LOWERED if panel == "1080x1920" else {})).items():
            _open(driver, replace(views(lang)["attract"], **changes))
            audits[f"{lang}_{mode}"] = driver.on_ui(lambda: audit(screen._content, screen.theme))
            screen.save_screenshot(folder / f"sound_{panel}_{lang}_{mode}.png").result(WAIT_S)
            driver.on_ui(screen.close_overlay)
    return {
        "audit": audits,
        "posted": _press_all(driver),
        "gone": _leave(driver),
        "offered": _offered(driver),
    }


def _open(driver: Driver, view: ViewData) -> None:
    """A finger on the switch of the home screen, or on the sign beside what is said."""
    from kiosk_app.ui.parts.bar import BarButton
    from kiosk_app.ui.parts.sound_button import SoundButton
    from tests.kiosk_app.ui.finger import tap, targets

    driver.show(view)
    screen: Any = driver.screen

    def opens(widget: Any) -> bool:
        return isinstance(widget, SoundButton) or (
            isinstance(widget, BarButton) and widget.icon.name == "sound"
        )

    driver.on_ui(lambda: tap(next(item for item in targets(screen._content) if opens(item.widget))))


def _press_all(driver: Driver) -> list[list[Any]]:
    from kiosk_app.ui.parts.bar import BarButton
    from tests.kiosk_app.ui.finger import tap, targets

    screen: Any = driver.screen

    def buttons() -> list[Any]:
        return [item for item in targets(screen._content) if not isinstance(item.widget, BarButton)]

    _open(driver, views()["attract"])
    found: list[list[Any]] = []
    overlay = screen._content.overlay
    for index in range(len(driver.on_ui(buttons))):
        driver.events.clear()
        said = driver.on_ui(partial(lambda n: tap(buttons()[n]), index))
        events = [
            [type(event).__name__, {k: v for k, v in asdict(event).items() if k != "at"}]
            for event in driver.events
        ]
        found.append([said, events, driver.on_ui(lambda: screen._content.overlay is overlay)])
    driver.on_ui(screen.close_overlay)
    return found


def _leave(driver: Driver) -> dict[str, list[bool]]:
    """Whether it still lies there after another view of the same visit, of the next one, and without a voice."""
    screen: Any = driver.screen
    view = replace(views()["attract"], visit=7)
    later = {
        "louder": replace(view, volume=0.9, rate=1.3),
        "next": replace(view, visit=8),
        "mute": replace(view, volume=None),
    }
    found = {}
    for name, other in later.items():
        _open(driver, view)
        before = driver.on_ui(lambda: screen._content.overlay is not None)
        driver.show(other)
        found[name] = [before, driver.on_ui(lambda: screen._content.overlay is not None)]
        driver.on_ui(screen.close_overlay)
    return found


def _offered(driver: Driver) -> dict[str, int]:
    """The targets of the home screen and of an answer, with a voice and without one."""
    from tests.kiosk_app.ui.finger import targets

    screen: Any = driver.screen
    found = {}
    for name in ("attract", "answer"):
        for voice in (0.8, None):
            driver.show(replace(views()[name], volume=voice))
            found[f"{name}_{'heard' if voice else 'mute'}"] = driver.on_ui(
                lambda: len(targets(screen._content))
            )
    return found
