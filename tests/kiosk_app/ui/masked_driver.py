"""Pictures that leave the kiosk, in the driver's window: what is drawn must not depend on what a citizen said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.kiosk_app.remote.planting import planted
from tests.kiosk_app.ui.samples import views
from tests.kiosk_app.ui.staff_samples import staff_views

if TYPE_CHECKING:
    from kiosk_app.view import ViewData
    from tests.kiosk_app.ui.driver import Driver

WAIT_S = 60.0
_WORDS = ("欧阳震华要办居住证，电话一八七六五四三二一零九", "别的话")
_SCREENS = (
    "listening_caption",
    "answer",
    "clarify",
    "search_some",
    "tickets_given",
    "handover_accepted",
    "warning",
)


def masked_pictures(driver: Driver, folder: Path) -> dict[str, Any]:
    """By screen: whether the picture is the same for two citizens, and whether the glass was not."""
    found: dict[str, Any] = {"screens": {}}
    samples = views()
    for name in _SCREENS:
        found["screens"][name] = _pair(driver, samples[name], folder)
    driver.show(samples["attract_message"])
    home = driver.screen.masked_screenshot().result(WAIT_S)
    (folder / "masked_home.png").write_bytes(home)
    driver.screen.save_screenshot(folder / "live_home.png").result(WAIT_S)
    found["home"] = [str(folder / "masked_home.png"), str(folder / "live_home.png")]
    driver.show(next(iter(staff_views().values())))
    found["corner"] = type(driver.screen.masked_screenshot().exception(WAIT_S)).__name__
    return found


def _pair(driver: Driver, view: ViewData, folder: Path) -> dict[str, Any]:
    """The clock in the head may strike between two pictures: then they are taken once more."""
    for _ in range(2):
        pair = _take(driver, view, folder)
        if pair["same"]:
            return pair
    return _take(driver, view, folder)


def _take(driver: Driver, view: ViewData, folder: Path) -> dict[str, Any]:
    masked: list[bytes] = []
    live: list[bytes] = []
    for words in _WORDS:
        driver.show(planted(view, words))
        masked.append(driver.screen.masked_screenshot().result(WAIT_S))
        live.append(driver.screen.save_screenshot(folder / "live.png").result(WAIT_S).read_bytes())
    return {"same": masked[0] == masked[1], "glass_differs": live[0] != live[1], "bytes": len(masked[0])}
