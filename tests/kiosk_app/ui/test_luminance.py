"""The measure of contrast, on strokes whose colours are known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from kiosk_app.ui.theme import contrast_ratio
from tests.kiosk_app.ui.luminance import ratio_of


def written(ink: str, ground: str) -> npt.NDArray[np.uint8]:
    """A stroke with soft edges on a ground."""
    front, back = (np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) for colour in (ink, ground))
    picture = np.tile(back, (40, 120, 1)).astype(np.uint8)
    picture[10:30, 20:26] = front
    picture[10:30, 18:20] = picture[10:30, 26:28] = (front + back) // 2
    return picture


@pytest.mark.parametrize(
    ("ink", "ground"),
    [("#17232E", "#F5F3EE"), ("#FFFFFF", "#C2452D"), ("#999999", "#FFFFFF"), ("#FFD400", "#000000")],
)
def test_it_is_the_ratio_of_the_two_colours(ink: str, ground: str) -> None:
    assert ratio_of(written(ink, ground)) == pytest.approx(contrast_ratio(ink, ground), rel=0.02)


def test_nothing_written_has_none() -> None:
    assert ratio_of(written("#F5F3EE", "#F5F3EE")) == 1
