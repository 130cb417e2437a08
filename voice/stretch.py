"""Speech slower or faster at the same pitch, for recordings have one tempo and citizens have three.

Waveform-similarity overlap-add (Verhelst and Roelands, ICASSP 1993): short pieces are laid over each other at the new
distance, each taken from where it continues the last one best.
"""

from __future__ import annotations

import numpy as np

_WINDOW_S = 0.03
"""Two or three periods of a low voice."""
_SEARCH_S = 0.01
"""How far from its place a piece may be taken: one period of a low voice."""
_UNCHANGED = 0.01


def stretched(pcm: bytes, rate: int, tempo: float) -> bytes:
    """Mono s16le PCM that lasts 1/``tempo`` as long; the same bytes at a tempo of 1 or when it is too short."""
    if tempo <= 0:
        raise ValueError(f"a tempo of {tempo} cannot be; 1.0 is unchanged")
    samples = np.frombuffer(pcm, np.int16).astype(np.float32)
    half = int(_WINDOW_S * rate / 2)
    search = int(_SEARCH_S * rate)
    if abs(tempo - 1.0) < _UNCHANGED or samples.size < 4 * half + 2 * search:
        return pcm
    window = np.hanning(2 * half + 1)[:-1].astype(np.float32)
    length = int(samples.size / tempo)
    out = np.zeros(length + 2 * half, np.float32)
    padded = np.concatenate([samples, np.zeros(2 * half + 2 * search, np.float32)])
    taken = 0
    out[: 2 * half] += padded[: 2 * half] * np.where(np.arange(2 * half) < half, 1.0, window)
    for place in range(half, length, half):
        wanted = int(place * tempo)
        follows = padded[taken + half : taken + 3 * half]
        taken = _best(padded, follows, max(0, wanted - search), min(wanted + search, samples.size))
        piece = padded[taken : taken + 2 * half]
        out[place : place + piece.size] += piece * window[: piece.size]
    return np.clip(out[:length], -32768, 32767).astype("<i2").tobytes()


def _best(samples: np.ndarray, follows: np.ndarray, first: int, last: int) -> int:
    """Where between ``first`` and ``last`` the samples are most like those that would have followed."""
    stretch = samples[first : last + follows.size]
    if stretch.size < follows.size or last <= first:
        return min(first, samples.size - follows.size)
    likeness = np.correlate(stretch, follows, "valid")
    energy = np.cumsum(np.concatenate([[0.0], stretch.astype(np.float64) ** 2]))
    norm = np.sqrt(energy[follows.size :] - energy[: -follows.size]) + 1.0
    return first + int(np.argmax(likeness / norm))
