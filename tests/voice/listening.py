"""What tests of recognisers and microphones share: feeding one in frames, reading the other for a while."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.voice.doubles import PATIENCE_S
from voice.ports import FRAME_BYTES, SAMPLE_RATE, AudioChunk, Microphone, Recognizer

LOUD = 1000
"""What the tone of a test is louder than, and silence is not."""
_BLOCK = SAMPLE_RATE // 100
_UNSETTLED = 20
"""Chunks after opening in which the device's clock is still being found."""


def partials_of(recognizer: Recognizer, pcm: bytes) -> list[str]:
    """Feed a sound in frames; the partial texts that were new."""
    partials: list[str] = []
    for offset in range(0, len(pcm), FRAME_BYTES):
        partial = recognizer.accept(pcm[offset : offset + FRAME_BYTES])
        if partial and partial != (partials[-1] if partials else ""):
            partials.append(partial)
    return partials


def settled_chunks(microphone: Microphone) -> list[AudioChunk]:
    """Eighty chunks of an opened microphone, after those in which its time stamps settle."""
    chunks = [chunk for _ in range(100) if (chunk := microphone.read(PATIENCE_S)) is not None]
    return chunks[_UNSETTLED:]


def seconds_of_sound(samples: npt.NDArray[Any]) -> float:
    """How long something sounds in a recording at 16 kHz, the pauses of a device that ran dry left out."""
    blocks = np.abs(samples[: len(samples) // _BLOCK * _BLOCK].astype(int)).reshape(-1, _BLOCK)
    return np.count_nonzero(blocks.max(axis=1) > LOUD) * _BLOCK / SAMPLE_RATE


def largest_step(chunks: list[AudioChunk]) -> float:
    """Seconds that one chunk begins before or after the end of the one before it, at most."""
    return max(abs(after.at - before.end) for before, after in pairwise(chunks))
