"""What tests of recognisers and microphones share: feeding one in frames, reading the other for a while."""

from __future__ import annotations

from itertools import pairwise

from tests.voice.doubles import PATIENCE_S
from voice.ports import FRAME_BYTES, AudioChunk, Microphone, Recognizer

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


def largest_step(chunks: list[AudioChunk]) -> float:
    """Seconds that one chunk begins before or after the end of the one before it, at most."""
    return max(abs(after.at - before.end) for before, after in pairwise(chunks))
