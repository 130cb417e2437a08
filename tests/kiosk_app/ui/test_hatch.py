"""The hatching stays inside its rectangle and covers it."""

from __future__ import annotations

import pytest

from kiosk_app.ui.hatch import hatch


@pytest.mark.parametrize("size", [(100, 40), (40, 100), (60, 60), (5, 200)])
def test_strokes_are_inside_and_at_45_degrees(size: tuple[float, float]) -> None:
    left, bottom = 10.0, 20.0
    strokes = hatch(left, bottom, left + size[0], bottom + size[1], 12)
    assert len(strokes) == pytest.approx(sum(size) / 12, abs=1)
    for x, y, beyond, above in strokes:
        assert left <= x <= beyond <= left + size[0]
        assert bottom <= y <= above <= bottom + size[1]
        assert beyond - x == pytest.approx(above - y)


@pytest.mark.parametrize("rectangle", [(0, 0, 0, 10), (0, 0, 10, 0), (5, 5, 1, 9)])
def test_nothing_is_hatched_where_there_is_nothing(rectangle: tuple[float, float, float, float]) -> None:
    assert hatch(*rectangle, 4) == []
