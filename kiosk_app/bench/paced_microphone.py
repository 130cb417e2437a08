"""A microphone whose sound the benchmark decides, delivered as a device does: 16 ms every 16 ms."""

from __future__ import annotations

import threading
import time

import numpy as np

from voice.ports import SAMPLE_BYTES, SAMPLE_RATE, AudioChunk

_PIECE = SAMPLE_RATE * 16 // 1000
_ROOM_STEPS = 20  # a quiet room, about -64 dBFS
_SEED = 5


class PacedMicrophone:
    """A Microphone in real time: a quiet room, and what say() puts into it."""

    name = "benchmark"
    overruns = 0

    def __init__(self) -> None:
        noise = np.random.default_rng(_SEED).normal(0, _ROOM_STEPS, SAMPLE_RATE)
        self._room = noise.astype(np.int16)
        self._said = b""
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._pieces = 0

    def now(self) -> float:
        """The monotonic clock."""
        return time.monotonic()

    def start(self) -> None:
        """Begin now."""
        self._began, self._pieces = time.monotonic(), 0

    def stop(self) -> None:
        """Nothing to close."""

    def say(self, pcm: bytes) -> None:
        """Somebody says this (16 kHz s16 mono), from the next piece on."""
        with self._lock:
            self._said += pcm

    def read(self, timeout: float) -> AudioChunk | None:
        """The next piece when its last sample is due; None when that is later than ``timeout``."""
        at = self._began + self._pieces * _PIECE / SAMPLE_RATE
        wait = at + _PIECE / SAMPLE_RATE - time.monotonic()
        if wait > timeout:
            time.sleep(timeout)
            return None
        if wait > 0:
            time.sleep(wait)
        self._pieces += 1
        return AudioChunk(self._next(), at)

    def _next(self) -> bytes:
        size = _PIECE * SAMPLE_BYTES
        with self._lock:
            said, self._said = self._said[:size], self._said[size:]
        room = np.roll(self._room, -self._pieces * _PIECE)[:_PIECE]
        if not said:
            return room.tobytes()
        sound = np.frombuffer(said.ljust(size, b"\0"), np.int16).astype(np.int32) + room
        return np.clip(sound, -32_768, 32_767).astype(np.int16).tobytes()
