"""The hidden gesture that opens the staff corner: the two upper corners of the screen in turn; pure."""

from __future__ import annotations

from collections import deque
from typing import Literal

Corner = Literal["left", "right"]

GESTURE: tuple[Corner, ...] = ("left", "right", "left", "right", "left")
WITHIN_S = 5.0


class Knock:
    """Drumming on one place is none, and neither is a touch elsewhere in between."""

    def __init__(self) -> None:
        self._touches: deque[tuple[float, Corner]] = deque(maxlen=len(GESTURE))

    def touched(self, at: float, corner: Corner | None) -> bool:
        """A finger came down at ``at`` seconds, in a corner or elsewhere; whether that completes the gesture."""
        if corner is None:
            self._touches.clear()
            return False
        self._touches.append((at, corner))
        made = tuple(one for _, one in self._touches) == GESTURE and at - self._touches[0][0] <= WITHIN_S
        if made:
            self._touches.clear()
        return made
