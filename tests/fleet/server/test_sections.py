"""The page's sections as text: what operators of a few kiosks and of thousands are shown."""

from dataclasses import replace
from typing import Any

import pytest

from fleet.server import sections
from fleet.server.sections import MOST_CARDS
from fleet.server.target_views import Pack, TargetView
from fleet.server.views import KioskView
from fleet.server.words import load_words

ZH = load_words("zh")


QUIET = KioskView(
    id="hall-1",
    light="online",
    since=None,
    last_seen=1,
    versions={},
    running=None,
    wanted=None,
    wanted_rev=0,
    reported_rev=0,
    result="",
    reason="",
    depth=0,
    dropped=0,
    lost=0,
    clock_skew_ms=None,
    faults=(),
    refused=0,
    refusal="",
    targets={},
    copied_at=None,
)


def kiosk(name: str, **changes: Any) -> KioskView:
    return replace(QUIET, id=name, **changes)


def cards(html: str) -> int:
    return html.count("<article")


def test_few_kiosks_have_a_card_each():
    html = sections.kiosks([kiosk(f"hall-{number}") for number in range(MOST_CARDS)], ZH)
    assert cards(html) == MOST_CARDS


@pytest.mark.parametrize(
    "trouble",
    [
        {"light": "offline"},
        {"lost": 1},
        {"dropped": 1},
        {"refused": 1},
        {"faults": ("outbox.damaged",)},
        {"targets": {"model": TargetView(Pack("yunet", "1", "a"), None, "returned")}},
    ],
)
def test_of_thousands_those_with_trouble_are_shown_and_all_are_counted(trouble):
    quiet = [kiosk(f"hall-{number}") for number in range(5000)]
    html = sections.kiosks([*quiet, kiosk("hall-x", **trouble)], ZH)
    assert cards(html) == 1
    assert "hall-x" in html
    assert "其余 5,000" in html
    assert len(html) < 5000


def test_however_many_are_in_trouble_the_page_stays_small():
    html = sections.kiosks([kiosk(f"hall-{number}", light="offline") for number in range(5000)], ZH)
    assert cards(html) == MOST_CARDS
    assert "离线 5,000" in html


def test_how_far_a_download_is_stands_beside_it():
    going = TargetView(Pack("gov", "2", "a"), Pack("gov", "1", "b"), "fetching", "", "target", 40)
    html = sections.kiosks([kiosk("hall-1", targets={"knowledge": going})], ZH)
    assert "正在下载 40 %" in html
    assert "gov 1" in html
    assert "gov 2" in html
