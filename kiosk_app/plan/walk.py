"""The shortest way with few corners around the rooms and counters of a floor.

It runs along lines in the middle between neighbouring edges, as people walk in the middle of an aisle, and along those
of where it begins and ends: a sparse grid, searched once from its beginning for all ends (Dijkstra).
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from kiosk_app.plan.sheet import Point

if TYPE_CHECKING:
    from models.knowledge.place import Box

CORNER_M = 3.0
"""A corner is as bad as so many metres more."""

_State = tuple[int, int, int]
"""Column, row, and whether it was reached along a row (0) or a column (1)."""


class Walks:
    """All shortest ways from ``start`` to ``goals`` on a floor of ``width`` and ``depth`` metres."""

    def __init__(
        self, width: float, depth: float, blocked: Sequence[Box], start: Point, goals: Sequence[Point]
    ) -> None:
        points = [start, *goals]
        self._xs = _lines(width, [(box.left, box.right) for box in blocked], [x for x, _ in points])
        self._ys = _lines(depth, [(box.top, box.bottom) for box in blocked], [y for _, y in points])
        self._blocked = blocked
        self._cost: dict[_State, float] = {}
        self._before: dict[_State, _State] = {}
        self._search(self._place(start))

    def to(self, goal: Point) -> tuple[float, tuple[Point, ...]] | None:
        """The length in metres and the corners of the way to one of the goals, both ends included; None when there
        is none."""
        column, row = self._place(goal)
        ends = [state for state in ((column, row, 0), (column, row, 1)) if state in self._cost]
        if not ends:
            return None
        state: _State | None = min(ends, key=lambda one: (self._cost[one], one))
        points: list[Point] = []
        while state is not None:
            point = (self._xs[state[0]], self._ys[state[1]])
            if not points or points[-1] != point:
                points.append(point)
            state = self._before.get(state)
        corners = _corners(points[::-1])
        return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(corners)), corners

    def _place(self, point: Point) -> tuple[int, int]:
        return bisect_left(self._xs, point[0]), bisect_left(self._ys, point[1])

    def _search(self, start: tuple[int, int]) -> None:
        heap: list[tuple[float, _State]] = []
        for along in (0, 1):
            state = (*start, along)
            self._cost[state] = 0.0
            heapq.heappush(heap, (0.0, state))
        while heap:
            cost, state = heapq.heappop(heap)
            if cost > self._cost[state]:
                continue
            for near, step in self._near(state):
                found = cost + step
                if found < self._cost.get(near, float("inf")):
                    self._cost[near], self._before[near] = found, state
                    heapq.heappush(heap, (found, near))

    def _near(self, state: _State) -> list[tuple[_State, float]]:
        column, row, along = state
        near: list[tuple[_State, float]] = [((column, row, 1 - along), CORNER_M)]
        for step in (-1, 1):
            other = (column + step, row) if along == 0 else (column, row + step)
            if not (0 <= other[0] < len(self._xs) and 0 <= other[1] < len(self._ys)):
                continue
            a, b = (self._xs[column], self._ys[row]), (self._xs[other[0]], self._ys[other[1]])
            if not any(_through(box, a, b) for box in self._blocked):
                near.append(((*other, along), abs(a[0] - b[0]) + abs(a[1] - b[1])))
        return near


def inside(box: Box, point: Point) -> bool:
    """Whether a point lies in a rectangle and not on its edge."""
    return box.left < point[0] < box.right and box.top < point[1] < box.bottom


def _through(box: Box, a: Point, b: Point) -> bool:
    """Whether a stroke along an axis crosses the inside of a rectangle."""
    left, right = sorted((a[0], b[0]))
    top, bottom = sorted((a[1], b[1]))
    return left < box.right and right > box.left and top < box.bottom and bottom > box.top


def _lines(extent: float, edges: Sequence[tuple[float, float]], own: Sequence[float]) -> list[float]:
    """In the middle between neighbouring edges, and where ways begin and end."""
    cuts = sorted({0.0, extent, *(edge for pair in edges for edge in pair if 0 < edge < extent)})
    return sorted({*own, *((a + b) / 2 for a, b in pairwise(cuts))})


def _corners(points: Sequence[Point]) -> tuple[Point, ...]:
    kept = list(points[:1])
    for before, point, after in zip(points, points[1:], points[2:], strict=False):
        if not (before[0] == point[0] == after[0] or before[1] == point[1] == after[1]):
            kept.append(point)
    return (*kept, *points[1:][-1:])
