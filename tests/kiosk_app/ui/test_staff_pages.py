"""The pages of the staff corner in a real window: what each button posts; danger is two touches away."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk_app.staff.reports import ASKED_TWICE
from kiosk_app.staff.view import STAFF_PAGES
from tests.kiosk_app.ui.conftest import LONGEST_S, Report

pytestmark = pytest.mark.timeout(LONGEST_S + 30)


@pytest.fixture
def pages(report_of: Callable[[str], Report]) -> dict[str, list[list]]:
    """By page: what each target says and posts."""
    return report_of("1080x1920")["pages"]


def test_the_menu_leads_to_every_page(pages: dict[str, list[list]]) -> None:
    opened = [page for _, event, *page in pages["staff_menu"] if event == "StaffPageChosen"]
    assert opened == [[page] for page in STAFF_PAGES]


def test_every_page_leads_back_to_the_menu_and_out_in_both_languages(pages: dict[str, list[list]]) -> None:
    for name, touched in pages.items():
        last = [["English", "StaffLanguageToggled"], ["离开", "StaffLeft"]]
        inside = [["全部页面", "StaffPageChosen", "menu"]] if name != "staff_menu" else []
        assert touched[-len(inside + last) :] == inside + last, name


def test_the_volume_goes_both_ways_and_the_loudspeaker_is_tested(pages: dict[str, list[list]]) -> None:
    assert [
        posted for posted in pages["staff_sound"] if posted[1] in ("SiteVolumeStepped", "StaffTaskChosen")
    ] == [
        ["轻一点", "SiteVolumeStepped", False],
        ["响一点", "SiteVolumeStepped", True],
        ["试听", "StaffTaskChosen", "speaker"],
    ]


def test_every_task_has_its_button_and_only_the_question_confirms(pages: dict[str, list[list]]) -> None:
    begun = [task for page in pages.values() for _, event, *task in page if event == "StaffTaskChosen"]
    assert sorted(task for (task,) in begun) == sorted(
        ("speaker", "doctor", "network", "export", *ASKED_TWICE)
    )
    confirming = {
        name for name, page in pages.items() for _, event, *_ in page if event == "StaffTaskConfirmed"
    }
    assert confirming == {"staff_ask_wipe"}
    asked = [posted for posted in pages["staff_ask_wipe"] if posted[1].startswith("StaffTask")]
    assert asked == [["不，返回", "StaffTaskDropped"], ["清除", "StaffTaskConfirmed"]]
