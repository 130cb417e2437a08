"""A bounded queue of sound between the device's callback and the thread that listens."""

from __future__ import annotations

from collections import deque

from voice.ports import SAMPLE_BYTES, SAMPLE_RATE, AudioChunk


class ChunkRing:
    """Keeps at most ``capacity_s`` seconds of chunks; when full, the oldest go and are counted.

    Old sound is what goes because a listener that fell behind must catch up with the person who is speaking
    now. Not locked: the owner guards it.
    """

    def __init__(self, capacity_s: float) -> None:
        if capacity_s <= 0:
            raise ValueError(f"capacity_s must be positive, not {capacity_s}")
        self._limit = int(capacity_s * SAMPLE_RATE) * SAMPLE_BYTES
        self._chunks: deque[AudioChunk] = deque()
        self._bytes = 0
        self.overruns = 0
        """Chunks dropped because nobody took them in time."""

    def __len__(self) -> int:
        return len(self._chunks)

    @property
    def seconds(self) -> float:
        """Duration of what waits."""
        return self._bytes / (SAMPLE_RATE * SAMPLE_BYTES)

    def push(self, chunk: AudioChunk) -> None:
        """Append a chunk, dropping the oldest ones when it does not fit; the newest is always kept."""
        self._chunks.append(chunk)
        self._bytes += len(chunk.samples)
        while self._bytes > self._limit and len(self._chunks) > 1:
            self._bytes -= len(self._chunks.popleft().samples)
            self.overruns += 1

    def pop(self) -> AudioChunk | None:
        """The oldest chunk, or None when there is none."""
        if not self._chunks:
            return None
        chunk = self._chunks.popleft()
        self._bytes -= len(chunk.samples)
        return chunk

    def clear(self) -> None:
        """Forget everything; not counted as overruns."""
        self._chunks.clear()
        self._bytes = 0
