"""The staff corner in a real window: the gesture, the pad, the pages, and that no picture is left of the live view."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kiosk_app.ui.conftest import LONGEST_S, Report
from tests.scheduling import PANELS

pytestmark = pytest.mark.timeout(LONGEST_S + 30)


@pytest.fixture
def live(report_of: Callable[[str], Report]) -> Report:
    """What became of the pictures."""
    return report_of("1080x1920")["live"]


@pytest.fixture
def pad(report_of: Callable[[str], Report]) -> Report:
    """What fingers did on the head and on the pad."""
    return report_of("1080x1920")["pad"]


@pytest.mark.parametrize("panel", PANELS)
def test_the_live_view_is_whole_with_a_picture(panel: str, report_of: Callable[[str], Report]) -> None:
    found = {name: p for name, p in report_of(panel)["audit"].items() if name.startswith("seen_")}
    assert len(found) == 2
    assert not any(found.values()), found


def test_a_picture_is_on_the_glass_upright_and_nowhere_else(live: Report) -> None:
    assert live["lit"]
    assert live["glass"]
    assert live["upright"]
    assert live["wiped"], "each copy is overwritten as soon as it was uploaded"


def test_all_pictures_share_one_texture(live: Report) -> None:
    assert live["one_texture"]


def test_the_texture_is_blanked_when_the_page_is_left(live: Report) -> None:
    assert live["staff_parts"], "another page"
    assert live["left"], "the home screen"
    assert live["asked_afterwards"] == 0


def test_a_lost_camera_leaves_no_picture_standing(live: Report) -> None:
    assert live["staff_live_lost"]
    assert live["back"]


def test_no_screenshot_is_written_while_a_picture_is_on_the_glass(live: Report) -> None:
    assert live["screenshot"] == "live_view"
    assert not live["file"]
    assert live["screenshot_afterwards"]


def test_the_gesture_is_heard_on_every_head(pad: Report) -> None:
    assert pad["gesture_attract"] == ["StaffKnocked"]
    assert pad["gesture_out_of_service"] == ["StaffKnocked"]


def test_a_pin_is_typed_corrected_and_sent_once(pad: Report) -> None:
    assert pad["too_short"] == [[], 5, "密码至少 6 位"]
    assert pad["erased"][:2] == [[], 4]
    assert pad["sent"] == ["PinEntered"]
    assert pad["pins"] == ["482915"]
    assert pad["dots_afterwards"] == 0
    assert pad["most"] == 12


def test_a_locked_pad_takes_nothing_but_the_way_out(pad: Report) -> None:
    assert pad["locked"] == [[], 0, "密码错误次数太多，请等 58 秒"]
    assert pad["leave"] == ["StaffLeft"]
