"""How loud somebody is who stands in front of the microphone; pure."""

from __future__ import annotations

import math

USUAL_DBFS = -26.0
"""Until somebody was heard: what a microphone gives that is set up for speech at arm's length."""

_NEW_SHARE = 0.5
"""The citizen of now counts as much as all before: who asks softly also interrupts softly."""


class Nearness:
    """Learns from utterances that were understood, for those were surely said to the kiosk."""

    def __init__(self) -> None:
        self.dbfs = USUAL_DBFS
        """The level of the louder half of an utterance."""
        self._levels: list[float] = []

    def add(self, level_dbfs: float) -> None:
        """A frame of an utterance under way."""
        self._levels.append(level_dbfs)

    def understood(self) -> None:
        """The utterance is over, and was one."""
        levels, self._levels = sorted(self._levels), []
        louder = levels[len(levels) // 2 :]
        if louder:
            mean = sum(10 ** (level / 10) for level in louder) / len(louder)
            self.dbfs += _NEW_SHARE * (10 * math.log10(mean) - self.dbfs)

    def drop(self) -> None:
        """It was none."""
        self._levels.clear()
