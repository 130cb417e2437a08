"""The site's logo on the glass."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import pytest

from kiosk_app.ui.theme import contrast_ratio
from tests.kiosk_app.ui.conftest import LONGEST_S, Report
from tests.scheduling import PANELS

pytestmark = pytest.mark.timeout(LONGEST_S + 30)


@pytest.fixture(params=PANELS)
def scenes(request: pytest.FixtureRequest, report_of: Callable[[str], Report]) -> Report:
    """By name, the head with a logo."""
    return {name: scene for name, scene in report_of(request.param)["logos"].items() if name != "knock"}


def test_it_takes_no_room_from_anything(scenes: Report) -> None:
    assert len(scenes) == 8
    assert {name: scene["audit"] for name, scene in scenes.items() if scene["audit"]} == {}


def test_it_is_seen_on_every_ground(scenes: Report) -> None:
    assert {name: scene["plate"] for name, scene in scenes.items() if "attract" in name} == {
        "blue_attract_False": "",
        "blue_attract_True": "white",
        "white_attract_False": "black",
        "white_attract_True": "",
    }
    for name, scene in scenes.items():
        left, top, wide, tall = scene["frame"]
        picture = cv2.imread(scene["picture"])
        assert picture is not None
        row = picture[top + tall // 2, left : left + wide]
        colours = [f"#{red:02X}{green:02X}{blue:02X}" for blue, green, red in row.tolist()]
        best = max(contrast_ratio(colours[0], other) for other in colours)
        assert best >= 3, name
        assert 3.2 <= wide / tall <= 4.2, name


@pytest.mark.parametrize("panel", PANELS)
def test_the_staffs_gesture_still_opens_their_corner(panel: str, report_of: Callable[[str], Report]) -> None:
    assert report_of(panel)["logos"]["knock"] == ["StaffKnocked"]
