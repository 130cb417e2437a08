"""The rates and channels in which a device may be opened, and its sound turned into one channel and back; pure.

A sound server gives any shape that is asked for. Hardware that is opened directly often has neither 16 kHz nor a single
channel: a USB dongle plays two channels at 44.1 or 48 kHz, a microphone array records four or six.

numpy is imported only where it is needed, for the capture process starts at every opening.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_USUAL_RATES = (48_000, 44_100)
_STEREO = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """Samples per second of each channel in Hz, and how many channels."""

    rate: int
    channels: int


def shapes(wanted: int | None, own: int, most_channels: int) -> Iterator[Shape]:
    """What to try, best first: one channel at the wanted rate, then the device's own rate, then more channels.

    Args:
        wanted: Hz; None for the device's own rate.
        own: the rate that the device calls its default, in Hz.
        most_channels: as many as it has in the direction it is opened for.
    """
    rates = list(dict.fromkeys(rate for rate in (wanted, own, *_USUAL_RATES) if rate))
    counts = dict.fromkeys(count for count in (1, _STEREO, most_channels) if count <= max(1, most_channels))
    for channels in counts:
        for rate in rates:
            yield Shape(rate, channels)


def one_channel(pcm: bytes, channels: int) -> bytes:
    """One channel of interleaved s16 samples: of two their mean, of more the first.

    A microphone array of more than two sends its cleaned sound first and the raw capsules after it.
    """
    if channels == 1:
        return pcm
    import numpy as np

    samples = np.frombuffer(pcm, np.int16).reshape(-1, channels)
    if channels > _STEREO:
        return samples[:, 0].tobytes()
    return (samples.sum(axis=1, dtype=np.int32) >> 1).astype(np.int16).tobytes()


def all_channels(pcm: bytes, channels: int) -> bytes:
    """The same s16 samples on every channel, interleaved."""
    if channels == 1:
        return pcm
    import numpy as np

    return np.repeat(np.frombuffer(pcm, np.int16), channels).tobytes()
