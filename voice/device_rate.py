"""Sound of a device with another sample rate, turned into 16 kHz piece by piece; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from voice.ports import SAMPLE_BYTES, SAMPLE_RATE, AudioChunk
from voice.sample_clock import SampleClock

if TYPE_CHECKING:
    import soxr

_FINE_FROM = 44_100
"""Hz from which soxr's fine filter lags 10 to 14 ms; below, where it would lag 44 ms, the coarse one lags 14."""


class SteadySound:
    """Stamps the pieces that a device delivers with their times, and converts them to SAMPLE_RATE.

    The filter gives each sample later than it gets it, by 10 to 14 ms, but in its right place: the times are those
    of the sound itself, not of its coming out.

    Args:
        rate: Hz of what the device delivers.
    """

    def __init__(self, rate: int) -> None:
        self._clock = SampleClock(rate)
        self._rate = rate
        self._filter: soxr.ResampleStream | None = None
        if (
            rate != SAMPLE_RATE
        ):  # imported only where it is needed: the capture process starts at every opening
            import soxr

            quality = "HQ" if rate >= _FINE_FROM else "LQ"
            self._filter = soxr.ResampleStream(rate, SAMPLE_RATE, 1, dtype="int16", quality=quality)
        self._taken = 0
        self._given = 0

    def take(self, pcm: bytes, arrived: float) -> AudioChunk | None:
        """A mono s16 piece that arrived at monotonic ``arrived``; None while the filter still fills."""
        first_at = self._clock.stamp(arrived, len(pcm) // SAMPLE_BYTES)
        if self._filter is None:
            return AudioChunk(pcm, first_at)
        import numpy as np

        samples = np.frombuffer(pcm, np.int16)
        converted = self._filter.resample_chunk(samples)
        behind = self._taken / self._rate - self._given / SAMPLE_RATE
        self._taken += samples.size
        self._given += converted.size
        return AudioChunk(converted.tobytes(), first_at - behind) if converted.size else None
