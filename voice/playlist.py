"""Pieces of sound one after another, cut into what a device asks for; pure, on the times it is given."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from voice.errors import SpeakerError
from voice.ports import SAMPLE_BYTES, PlaybackEnd

FADE_S = 0.02
"""Seconds in which a cancelled piece goes to silence; a plain cut would click."""

Notify = Callable[[float, Callable[[], None]], None]


@dataclass(slots=True, eq=False)
class Piece:
    """Sound at the device's rate, how much of it the device has taken, and who wants to know."""

    pcm: bytes
    on_started: Callable[[float], None]
    on_finished: Callable[[PlaybackEnd], None]
    position: int = 0
    cut: bool = False  # its end is a fade-out, not its own


class Playlist:
    """Gives a device its samples and tells when each piece begins and ends.

    Args:
        notify: called with a time and what to call then; every piece added leads to exactly one call of its
            ``on_finished``. Not locked: the owner guards it.
    """

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._pieces: deque[Piece] = deque()

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def add(self, piece: Piece) -> None:
        """Put a piece after those waiting."""
        self._pieces.append(piece)

    def fill(self, frames: int, leaves: float, rate: int) -> tuple[bytes, int]:
        """The next ``frames`` samples, the first of which leaves the device at ``leaves``; silence at the end.

        Also gives how many of them are sound.
        """
        wanted = frames * SAMPLE_BYTES
        parts: list[bytes] = []
        filled = 0
        while self._pieces and filled < wanted:
            piece = self._pieces[0]
            if piece.position == 0:
                begins = leaves + filled / SAMPLE_BYTES / rate
                self._notify(begins, partial(piece.on_started, begins))
            part = piece.pcm[piece.position : piece.position + wanted - filled]
            parts.append(part)
            piece.position += len(part)
            filled += len(part)
            if piece.position >= len(piece.pcm):
                self._pieces.popleft()
                ends = leaves + filled / SAMPLE_BYTES / rate
                self._notify(ends, partial(piece.on_finished, PlaybackEnd(ends, completed=not piece.cut)))
        parts.append(b"\0" * (wanted - filled))
        return b"".join(parts), filled // SAMPLE_BYTES

    def cancel(self, now: float, rate: int) -> None:
        """Fade out the piece that plays, which then ends as not completed; end those that wait at once."""
        waiting = list(self._pieces)
        self._pieces.clear()
        if waiting and waiting[0].position:
            playing = waiting.pop(0)
            if not playing.cut:
                playing.pcm = playing.pcm[: playing.position] + _faded(playing.pcm[playing.position :], rate)
                playing.cut = True
            self._pieces.append(playing)
        self._end(waiting, now, None)

    def drop_all(self, now: float, error: SpeakerError | None) -> None:
        """End everything at once as not completed."""
        waiting = list(self._pieces)
        self._pieces.clear()
        self._end(waiting, now, error)

    def _end(self, pieces: list[Piece], now: float, error: SpeakerError | None) -> None:
        for piece in pieces:
            self._notify(now, partial(piece.on_finished, PlaybackEnd(now, completed=False, error=error)))


def _faded(rest: bytes, rate: int) -> bytes:
    tail = np.frombuffer(rest[: int(FADE_S * rate) * SAMPLE_BYTES], np.int16)
    ramp = np.linspace(1.0, 0.0, tail.size, dtype=np.float32)
    return (tail * ramp).astype(np.int16).tobytes()
