"""The code of an answer on every panel: a phone reads it, nothing is cut, and nothing of it is left."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import pytest

from kiosk_app.ui.parts.code_picture import MODULE_MM
from tests.kiosk_app.taking.reader import read_code
from tests.kiosk_app.ui.conftest import LONGEST_S, Report
from tests.kiosk_app.ui.gallery import LANGUAGES, MODES
from tests.scheduling import PANELS

pytestmark = pytest.mark.timeout(LONGEST_S + 30)


@pytest.fixture(params=PANELS)
def scenes(request: pytest.FixtureRequest, report_of: Callable[[str], Report]) -> Report:
    """By name, the code over an answer."""
    taken = report_of(request.param)["taken"]
    return {name: scene for name, scene in taken.items() if name not in ("gone", "printed")}


def test_the_code_on_the_glass_says_exactly_what_is_to_be_taken(scenes: Report) -> None:
    pictures = {name: scene for name, scene in scenes.items() if scene["picture"]}
    assert len(pictures) >= 3 * len(LANGUAGES) * len(MODES)
    for name, scene in pictures.items():
        seen = cv2.imread(scene["picture"])
        assert seen is not None
        assert read_code(seen) == scene["says"], name


def test_chinese_is_among_it_and_a_long_answer_says_that_there_is_more(scenes: Report) -> None:
    assert "户口簿，或居住证" in scenes["answer_zh_normal"]["says"]
    assert scenes["answer_long_zh_normal"]["says"].endswith("…详见窗口")


def test_no_module_is_too_small_for_a_phone(scenes: Report) -> None:
    assert min(scene["module_mm"] for scene in scenes.values()) >= MODULE_MM


def test_nothing_is_cut_or_too_small(scenes: Report) -> None:
    problems = {name: scene["audit"] for name, scene in scenes.items() if scene["audit"]}
    assert problems == {}


@pytest.mark.parametrize("panel", PANELS)
def test_printing_is_offered_and_told_in_the_same_place(
    panel: str, report_of: Callable[[str], Report]
) -> None:
    assert report_of(panel)["taken"]["printed"] == [
        ["打印小票", "关闭"],
        ["ScreenTouched", "PrintPressed"],
        ["正在打印…", "关闭"],
        ["请取走小票", "关闭"],
        ["打印机缺纸，请扫码带走", "关闭"],
        True,
    ]


def test_the_code_goes_with_its_answer_and_its_texture_is_blank(report_of: Callable[[str], Report]) -> None:
    for how, found in report_of("1080x1920")["taken"]["gone"].items():
        assert found == [True, False, True, True], how
