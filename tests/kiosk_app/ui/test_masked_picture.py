"""A picture of the screen for the centre: whatever a citizen says, it is the same picture."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import pytest

from fleet.protocol.messages import MAX_ATTACHMENT_BYTES
from tests.kiosk_app.ui.conftest import LONGEST_S, Report

pytestmark = pytest.mark.timeout(LONGEST_S + 30)


@pytest.fixture
def pictures(report_of: Callable[[str], Report]) -> Report:
    """What the driver took."""
    return report_of("1080x1920")["masked"]


def test_no_picture_depends_on_what_was_said_or_answered(pictures: Report) -> None:
    for name, pair in pictures["screens"].items():
        assert pair["glass_differs"], f"{name}: the words were on the screen"
        assert pair["same"], f"{name}: two citizens give two pictures"
        assert 1000 < pair["bytes"] < MAX_ATTACHMENT_BYTES


def test_without_a_visit_it_is_what_stands_on_the_glass(pictures: Report) -> None:
    masked, live = (cv2.imread(path) for path in pictures["home"])
    assert masked is not None and live is not None
    assert masked.shape == live.shape == (1920, 1080, 3)
    different = (cv2.absdiff(masked, live).max(axis=2) > 24).mean()
    assert different < 0.02, f"{different:.1%} of the pixels"


def test_there_is_no_picture_of_the_staff_corner(pictures: Report) -> None:
    assert pictures["corner"] == "PictureRefusedError"
