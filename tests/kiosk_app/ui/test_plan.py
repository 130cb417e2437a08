"""The plan of a window on every panel: nothing is cut, the number is large, the way is told in words too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk_app.ui.theme import CAP_HEIGHT, MIN_CAP_MM
from tests.kiosk_app.ui.conftest import LONGEST_S, Report
from tests.kiosk_app.ui.gallery import LANGUAGES, MODES
from tests.kiosk_app.ui.samples import plans
from tests.scheduling import PANELS

pytestmark = pytest.mark.timeout(LONGEST_S + 30)


@pytest.fixture(params=PANELS)
def scenes(request: pytest.FixtureRequest, report_of: Callable[[str], Report]) -> Report:
    """By name, the floors over an answer."""
    floors = report_of(request.param)["floors"]
    return {name: scene for name, scene in floors.items() if name != "gone"}


def test_nothing_is_cut_or_too_small(scenes: Report) -> None:
    assert len(scenes) >= (len(plans()) + 2 * (len(MODES) - 1)) * len(LANGUAGES)
    assert {name: scene["audit"] for name, scene in scenes.items() if scene["audit"]} == {}
    assert {name: scene["faint"] for name, scene in scenes.items() if scene["faint"]} == {}


def test_the_number_stands_out_and_the_floor_is_large_enough(scenes: Report) -> None:
    for name, scene in scenes.items():
        assert scene["em_mm"] * CAP_HEIGHT >= 1.4 * MIN_CAP_MM, name
        assert scene["wide_mm"] >= 60, name


def test_every_window_that_is_wanted_has_its_number(scenes: Report) -> None:
    for name, windows in (("here", ["5"]), ("upstairs", ["12"]), ("several", ["12", "17"])):
        assert scenes[f"plan_{name}_zh_normal"]["badges"] == windows
    numbers = scenes["plan_bank_zh_normal"]["badges"]
    assert numbers in (["2", "3"], ["2、3"])


def test_the_way_is_told_in_words(scenes: Report) -> None:
    assert "就在本层，走约 15 米" in scenes["plan_here_zh_normal"]["says"]
    assert "乘电梯到 2 楼" in scenes["plan_upstairs_zh_normal"]["says"]
    assert "Take the lift to floor 2" in scenes["plan_upstairs_en_normal"]["says"]
    assert "您在这里" in scenes["plan_here_zh_elder"]["says"]
    lost = scenes["plan_unknown_stand_zh_normal"]["says"]
    assert "3 楼" in lost
    assert "您在这里" not in lost


def test_it_goes_with_its_answer_and_stays_while_that_is_spoken(report_of: Callable[[str], Report]) -> None:
    gone = report_of("1080x1920")["floors"]["gone"]
    assert gone == {"close": False, "home": False, "answer": False, "words": True}
