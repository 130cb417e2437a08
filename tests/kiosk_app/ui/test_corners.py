"""Round corners: never more than a rectangle has room for, and of the area that a circle has."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kiosk_app.ui.corners import STRETCHED, corner, coverage


@pytest.mark.parametrize(
    ("radius", "size", "expected"),
    [(28, (300, 100), 28), (28, (300, 40), 20), (28, (31, 300), 15), (28.9, (300, 300), 28), (5, (1, 1), 1)],
)
def test_a_corner_is_as_round_as_there_is_room(
    radius: float, size: tuple[float, float], expected: int
) -> None:
    assert corner(radius, *size) == expected


@pytest.mark.parametrize("radius", [1, 4, 28, 59])
def test_what_is_covered_is_a_square_with_quarters_of_a_circle(radius: int) -> None:
    covered = coverage(radius)
    side = 2 * radius + STRETCHED
    assert covered.shape == (side, side)
    missing = side**2 - covered.sum()
    assert missing == pytest.approx((4 - math.pi) * radius**2, abs=0.06 * radius + 0.5)
    middle = slice(radius, radius + STRETCHED)
    assert (covered[middle] == 1).all(), "what is stretched is covered from edge to edge"
    assert (covered[:, middle] == 1).all()
    assert np.array_equal(covered, covered.T)
    assert np.array_equal(covered, covered[::-1])
