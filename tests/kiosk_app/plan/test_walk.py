"""The way around rooms: never through one, never longer than it has to be."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.plan.walk import Walks, _through, inside
from models.knowledge.place import Box

WALL = Box(8, 0, 2, 8)
"""From the top of a floor of 20 by 10 metres; below it one can pass."""


def test_a_free_way_has_one_corner_at_most() -> None:
    walks = Walks(20, 10, [], (2, 9), [(15, 4), (2, 1)])
    assert walks.to((2, 1)) == (8, ((2, 9), (2, 1)))
    way = walks.to((15, 4))
    assert way is not None
    assert way[0] == 18
    assert len(way[1]) == 3


def test_it_goes_around_a_wall_in_the_middle_of_what_is_left() -> None:
    way = Walks(20, 10, [WALL], (2, 2), [(15, 2)]).to((15, 2))
    assert way == (27, ((2, 2), (2, 9), (15, 9), (15, 2)))


def test_a_way_of_no_length_is_a_point() -> None:
    assert Walks(20, 10, [WALL], (2, 2), [(2, 2)]).to((2, 2)) == (0, ((2, 2),))


def test_where_there_is_no_way_there_is_none() -> None:
    closed = Box(8, 0, 2, 10)
    assert Walks(20, 10, [closed], (2, 2), [(15, 2)]).to((15, 2)) is None


@pytest.mark.parametrize("start", [(2.0, 2.0), (19.5, 0.5)])
def test_fewer_corners_are_worth_some_metres(start: tuple[float, float]) -> None:
    way = Walks(20, 10, [], start, [(10, 9)]).to((10, 9))
    assert way is not None
    assert len(way[1]) == 3


corner = st.integers(0, 18).map(float)
boxes = st.builds(Box, corner, corner, st.integers(1, 6).map(float), st.integers(1, 6).map(float))


@settings(max_examples=150, deadline=None)
@given(st.lists(boxes, max_size=8), st.tuples(corner, corner), st.tuples(corner, corner))
def test_no_way_ever_leads_through_a_room(
    blocked: list[Box], start: tuple[float, float], goal: tuple[float, float]
) -> None:
    free = not any(inside(box, point) for box in blocked for point in (start, goal))
    way = Walks(24, 24, blocked, start, [goal]).to(goal)
    if way is None:
        return
    length, points = way
    assert (points[0], points[-1]) == (start, goal)
    assert length >= abs(start[0] - goal[0]) + abs(start[1] - goal[1]) - 1e-9
    for a, b in pairwise(points):
        assert a[0] == b[0] or a[1] == b[1]
        assert not free or not any(_through(box, a, b) for box in blocked)
