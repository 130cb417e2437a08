"""A gain that moves smoothly, so that nothing in the loudspeaker clicks or jumps; pure."""

from __future__ import annotations

import math

import numpy as np

_STILL = 1e-6


class Ramp:
    """The factor that samples are multiplied by, on its way from one value to another."""

    def __init__(self, value: float = 1.0) -> None:
        self.value = value
        """Of the last sample."""
        self._target = value
        self._step = 0.0

    def to(self, target: float, seconds: float, rate: int) -> None:
        """Move to ``target`` evenly within ``seconds`` of sound at ``rate`` Hz; at once when that is 0."""
        samples = round(seconds * rate)
        self._target = target
        self._step = (target - self.value) / samples if samples else 0.0
        if not samples:
            self.value = target

    @property
    def left(self) -> int:
        """Samples until the target is reached."""
        distance = self._target - self.value
        return math.ceil(distance / self._step - _STILL) if self._step and abs(distance) > _STILL else 0

    def apply(self, pcm: bytes) -> bytes:
        """The same sound (mono s16le), made louder or softer."""
        if not self.left:
            self.value = self._target
            if self.value == 1.0:
                return pcm
        samples = np.frombuffer(pcm, np.int16)
        if not samples.size:
            return pcm
        low, high = min(self.value, self._target), max(self.value, self._target)
        gains = np.clip(self.value + self._step * np.arange(1, samples.size + 1), low, high)
        self.value = float(gains[-1])
        return np.rint(samples * gains).astype(np.int16).tobytes()
