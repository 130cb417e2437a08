"""The code over an answer: laid there by a finger, looked at, and gone again. Runs in the driver's window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from kiosk_app.view import PrintMood
from tests.kiosk_app.ui.gallery import LANGUAGES, LOWERED, MODES
from tests.kiosk_app.ui.samples import attract, long_views, views

if TYPE_CHECKING:
    from kiosk_app.view import ViewData
    from tests.kiosk_app.ui.driver import Driver

WAIT_S = 60.0


def _scenes(panel: str) -> dict[str, ViewData]:
    modes = MODES | (LOWERED if panel == "1080x1920" else {})
    return {
        f"{name}_{lang}_{mode}": replace(view, **changes)
        for lang in LANGUAGES
        for mode, changes in modes.items()
        for name, view in (
            ("answer", views(lang)["answer"]),
            ("answer_long", long_views(lang)["answer_long"]),
            ("link", replace(views(lang)["answer"], take_along="https://a.cn/gov.id_card.replace")),
            *(
                (f"printing_{printing}", replace(long_views(lang)["answer_long"], printing=printing))
                for printing in get_args(PrintMood)
            ),
        )
    }


def taken(driver: Driver, folder: Path) -> dict[str, Any]:
    """By scene: what the code should say, its picture, the audit; and how the code goes."""
    found: dict[str, Any] = {}
    for name, view in _scenes(driver.screen.settings.panel).items():
        # What is said of the printer stands beside the code, which is the same as without.
        picture = (
            None if name.startswith("printing") else folder / f"{driver.screen.settings.panel}_{name}.png"
        )
        found[name] = _look(driver, view, picture)
    found["printed"] = _print(driver)
    found["gone"] = {how: _leave(driver, how) for how in ("close", "home", "answer", "language", "visit")}
    return found


def _look(driver: Driver, view: ViewData, picture: Path | None) -> dict[str, Any]:
    from tests.kiosk_app.ui.audit import audit

    screen: Any = driver.screen
    if picture is None:  # nothing needs a frame
        driver.on_ui(lambda: (driver.lay(view), screen.show_take_along()))
    else:
        _lay(driver, view)
    overlay = screen._content.overlay
    problems = driver.on_ui(lambda: audit(screen._content, screen.theme))
    module = overlay.picture.side / overlay.picture.texture.width * 25.4 / screen.theme.ppi
    if picture is not None:
        screen.save_screenshot(picture).result(WAIT_S)
    driver.on_ui(screen.close_overlay)
    return {"says": view.take_along, "picture": str(picture or ""), "audit": problems, "module_mm": module}


def _print(driver: Driver) -> list[Any]:
    """A finger on "print": the events, and what the card says and offers from there on, without being opened again."""
    from kiosk_app.ui.overlays.overlay import BigButton
    from tests.kiosk_app.ui.audit import words
    from tests.kiosk_app.ui.finger import tap, targets

    view = replace(views()["answer"], printing="ready")
    _lay(driver, view)
    screen: Any = driver.screen
    first = screen._content.overlay

    def offers() -> list[str]:
        return [words(item.widget) for item in targets(screen._content) if isinstance(item.widget, BigButton)]

    offered = driver.on_ui(offers)
    driver.events.clear()
    driver.on_ui(
        lambda: tap(next(item for item in targets(screen._content) if words(item.widget) == "打印小票"))
    )
    found: list[Any] = [offered, [type(event).__name__ for event in driver.events]]
    for mood in ("busy", "done", "no_paper"):
        driver.show(replace(view, printing=mood))
        found.append(
            [driver.on_ui(lambda: first._going.source + first._trouble.source), *driver.on_ui(offers)]
        )
    found.append(driver.on_ui(lambda: screen._content.overlay is first))
    driver.on_ui(screen.close_overlay)
    return found


def _lay(driver: Driver, view: ViewData) -> None:
    """A finger on the button of the answer."""
    from kiosk_app.ui.parts.take_button import TakeButton
    from tests.kiosk_app.ui.finger import tap, targets

    driver.show(view)
    screen: Any = driver.screen

    def touch() -> None:
        tap(next(item for item in targets(screen._content) if isinstance(item.widget, TakeButton)))

    driver.on_ui(touch)


def _leave(driver: Driver, how: str) -> list[Any]:
    """Whether something lies over the screen afterwards, and whether the texture of the code is all white."""
    from kiosk_app.ui.parts.bar import HOME, BarButton
    from kiosk_app.ui.parts.surface import TapCard
    from tests.kiosk_app.ui.finger import tap, targets

    view = views()["answer"]
    _lay(driver, view)
    screen: Any = driver.screen
    overlay = screen._content.overlay
    texture = overlay.picture.texture
    before = b"\x00\x00\x00\xff" in driver.on_ui(lambda: texture.pixels)

    def press(wanted: type, words: str) -> None:
        tap(
            next(
                item
                for item in targets(screen._content)
                if isinstance(item.widget, wanted) and item.name.find(words) >= 0
            )
        )

    if how == "close":
        driver.on_ui(lambda: press(TapCard, "关闭"))
    elif how == "home":
        driver.on_ui(lambda: press(BarButton, screen._(HOME.label)))
    elif how == "answer":  # the next one, of which no other screen was seen between
        driver.show(replace(view, take_along=view.take_along + "!"))
    elif how == "language":
        driver.show(views("en")["answer"])
    else:
        driver.show(attract())
    after: bytes = driver.on_ui(lambda: texture.pixels)
    lies = driver.on_ui(lambda: screen._content.overlay is not None)
    return [before, lies, set(after) == {255}, overlay.picture.texture is None]
