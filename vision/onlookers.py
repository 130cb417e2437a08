"""Whether somebody beside the customer reads along; pure.

Who looks up for a moment, passes by or stands in the queue does not: only a face that is turned to the screen for the
dwell time, near enough to read it. Detectors that cannot tell where a face looks tell nothing here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from vision.events import OnlookerGone, OnlookerSeen

DWELL_S = 0.8
"""Looking for so long is reading."""
_SHARE = 0.6
"""Of the looks in that time, facing ones: detectors miss some."""
GONE_S = 2.0
"""Nobody has read along for so long: over, and not only a glance aside."""
_ROUNDING = 1e-6

Other = tuple[int, float, bool | None]
"""Somebody who is not the customer: the track's number, metres away, whether the face is turned here."""


class Onlookers:
    """Feed it everybody but the customer, look by look; nobody while there is no customer."""

    def __init__(self, within_m: float) -> None:
        """``within_m``: who is nearer can read the screen; 0 for never."""
        self._within = within_m
        self._looks: dict[int, deque[tuple[float, bool]]] = {}
        self._told = False
        self._read_at = float("-inf")

    def update(self, at: float, others: Iterable[Other]) -> list[OnlookerSeen | OnlookerGone]:
        """Take in one look at ``at`` seconds."""
        here = {number: away <= self._within and facing is True for number, away, facing in others}
        self._looks = {number: looks for number, looks in self._looks.items() if number in here}
        for number, reads in here.items():
            looks = self._looks.setdefault(number, deque())
            looks.append((at, reads))
            while looks[0][0] < at - DWELL_S - _ROUNDING:
                looks.popleft()
            if reads and (self._told or self._dwelt(looks, at)):
                self._read_at = at
        if not self._told and self._read_at == at:
            self._told = True
            return [OnlookerSeen(at)]
        if self._told and at - self._read_at >= GONE_S:
            self._told = False
            return [OnlookerGone(self._read_at)]
        return []

    @staticmethod
    def _dwelt(looks: deque[tuple[float, bool]], at: float) -> bool:
        reading = sum(reads for _, reads in looks)
        return at - looks[0][0] >= DWELL_S - 0.1 and len(looks) > 1 and reading >= _SHARE * len(looks)
