"""Steady time stamps for sound that arrives in bursts."""

from __future__ import annotations

from voice.ports import SAMPLE_RATE

_DRIFT = 200e-6
"""How fast the estimate follows a device clock slower than the system's; crystals are within 100 ppm."""

_LOST_S = 0.25
"""Arrival this much later than the sample count says means that samples were lost, not delayed."""


class SampleClock:
    """Monotonic time of samples, from their count and from when their chunks arrived.

    A chunk can only arrive after its last sample was recorded, never before, so the least delayed chunk seen
    tells best when recording began; later chunks are placed by counting samples from there. Delays of the
    sound server and of Python's callback therefore do not show in the stamps.
    """

    def __init__(self, rate: int = SAMPLE_RATE) -> None:
        self._rate = rate
        self._samples = 0
        self._origin: float | None = None
        self._last = float("-inf")

    def stamp(self, arrived: float, samples: int) -> float:
        """The time of the first sample of a chunk that arrived at ``arrived``; never decreases."""
        self._samples += samples
        duration = samples / self._rate
        origin = arrived - self._samples / self._rate
        if self._origin is None or origin - self._origin > _LOST_S:
            self._origin = origin
        else:
            self._origin = min(origin, self._origin + _DRIFT * duration)
        first = max(self._origin + self._samples / self._rate - duration, self._last)
        self._last = first
        return first
