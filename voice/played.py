"""How loud the loudspeaker was at which time: what its echo in the microphone is compared with; pure."""

from __future__ import annotations

from collections import deque

from voice.level import FLOOR_DBFS, level_of

_KEPT_S = 3.0
"""Longer than any echo takes through sound server, room and back."""


class PlayedLevels:
    """The level of each block that left the loudspeaker in the last seconds. Not locked: the owner guards it."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[float, float, float]] = deque()

    def note(self, at: float, seconds: float, pcm: bytes) -> None:
        """A block leaves from ``at`` (monotonic) for ``seconds``."""
        self.noted(at, seconds, level_of(pcm).rms_dbfs)

    def noted(self, at: float, seconds: float, level_dbfs: float) -> None:
        """A block of known level leaves from ``at`` (monotonic) for ``seconds``."""
        self._blocks.append((at, at + seconds, level_dbfs))
        while self._blocks[0][1] < at - _KEPT_S:
            self._blocks.popleft()

    def loudest(self, since: float, until: float) -> float:
        """The loudest block, in dBFS, of which anything left between the two times."""
        return max(
            (level for begins, ends, level in self._blocks if begins < until and ends > since),
            default=FLOOR_DBFS,
        )
