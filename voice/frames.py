"""What the kiosk and the processes that hold its sound devices say to each other over pipes.

A frame is HEADER (kind, a number with a point: a time in monotonic seconds or a figure, a whole number, length) and
``length`` bytes. Linux shares its monotonic clock between processes, so times mean the same on both sides.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable

HEADER = struct.Struct("<cdII")

_LONGEST_BODY = 1 << 25  # minutes of sound; more is not a frame

Take = Callable[[bytes, float, int, bytes], None]
"""Gets kind, figure, number and body of a frame."""


class NoFrameError(Exception):
    """What came is not a frame; nothing after it can be understood."""


def packed(kind: bytes, body: bytes = b"", figure: float = 0.0, number: int = 0) -> bytes:
    """A frame as bytes."""
    return HEADER.pack(kind, figure, number, len(body)) + body


def send(handle: int, kind: bytes, body: bytes = b"", figure: float = 0.0, number: int = 0) -> None:
    """Write a frame, all of it. Raises OSError when nobody reads."""
    left = memoryview(packed(kind, body, figure, number))
    while left:
        left = left[os.write(handle, left) :]


class FrameReader:
    """Puts frames together from bytes that come in any pieces.

    Args:
        kinds: every kind that may come.
    """

    def __init__(self, kinds: bytes) -> None:
        self._kinds = kinds
        self._pending = bytearray()

    def feed(self, data: bytes, take: Take) -> None:
        """Take bytes and give the frames that they complete. Raises NoFrameError; frames before it were given."""
        self._pending += data
        at = 0
        try:
            while len(self._pending) - at >= HEADER.size:
                kind, figure, number, length = HEADER.unpack_from(self._pending, at)
                if kind not in self._kinds or length > _LONGEST_BODY:
                    raise NoFrameError(f"a frame of kind {kind!r} and {length} bytes")
                body = at + HEADER.size
                if len(self._pending) < body + length:
                    break
                at = body + length
                take(kind, figure, number, bytes(self._pending[body:at]))
        finally:
            del self._pending[:at]
