"""How loud and how fast the kiosk speaks can be chosen by touch, on every panel, in every mode."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kiosk_app.ui.conftest import LONGEST_S, Report
from tests.scheduling import PANELS

pytestmark = pytest.mark.timeout(LONGEST_S + 30)


@pytest.fixture(params=PANELS)
def sound(request: pytest.FixtureRequest, report_of: Callable[[str], Report]) -> Report:
    """What was seen of it."""
    return report_of(request.param)["sound"]


def test_nothing_is_cut_or_too_small(sound: Report) -> None:
    assert {name: found for name, found in sound["audit"].items() if found} == {}


def test_each_touch_is_posted_and_it_stays_until_it_is_closed(sound: Report) -> None:
    touched = [["ScreenTouched", {}]]
    assert sound["posted"] == [
        ["轻一点", [*touched, ["VolumeStepped", {"up": False}]], True],
        ["响一点", [*touched, ["VolumeStepped", {"up": True}]], True],
        ["慢", [*touched, ["RateChosen", {"rate": 0.7}]], True],
        ["正常", [*touched, ["RateChosen", {"rate": 1.0}]], True],
        ["快", [*touched, ["RateChosen", {"rate": 1.3}]], True],
        ["关闭", touched, False],
    ]


def test_it_goes_with_the_visit_and_with_the_voice(sound: Report) -> None:
    assert sound["gone"] == {"louder": [True, True], "next": [True, False], "mute": [True, False]}


def test_a_kiosk_without_a_voice_does_not_offer_it(sound: Report) -> None:
    offered = sound["offered"]
    assert offered["attract_heard"] == offered["attract_mute"] + 1
    assert offered["answer_heard"] >= offered["answer_mute"]
