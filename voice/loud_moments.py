"""How loud a place is in its loud moments, lately; pure."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque

_FRAMES = 938
"""Half a minute of 32 ms: long enough that one voice does not count for a hall, and to have heard all of it; short
enough to follow a crowd that comes."""
_SHARE = 0.9
_FEWEST = 16
"""Half a second; of less nothing can be said."""


class LoudMoments:
    """The level that a tenth of the last half minute' frames exceed."""

    def __init__(self) -> None:
        self._levels: deque[float] = deque()
        self._sorted: list[float] = []

    def add(self, dbfs: float) -> None:
        """The level of one more frame of 32 ms."""
        self._levels.append(dbfs)
        insort(self._sorted, dbfs)
        if len(self._levels) > _FRAMES:
            del self._sorted[bisect_left(self._sorted, self._levels.popleft())]

    @property
    def level(self) -> float:
        """In dBFS; infinitely loud while too little was heard, so that nothing stands out."""
        if len(self._sorted) < _FEWEST:
            return float("inf")
        return self._sorted[int(len(self._sorted) * _SHARE)]
