"""Pieces of sound one after another, cut into what a device asks for; pure, on the times it is given."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from voice.errors import SpeakerError
from voice.ports import SAMPLE_BYTES, PlaybackEnd
from voice.ramp import Ramp

FADE_S = 0.02
"""Seconds in which a cancelled or held piece goes to silence; a plain cut would click."""

STEP_BACK_S = 0.3
"""What is heard again after a hold: the syllables that were lost on the listener and the one that was cut."""

MOST_HELD_S = 8.0
"""A hold that nobody ends is a cancel after so long: whoever held it is gone."""

_DUCK_S = 0.1
_LOOK_AROUND_S = 0.15  # how far from STEP_BACK_S a quiet point is looked for
_QUIET_S = 0.02

Notify = Callable[[float, Callable[[], None]], None]


@dataclass(slots=True, eq=False)
class Piece:
    """Sound at the device's rate, how much of it the device has taken, and who wants to know."""

    pcm: bytes
    on_started: Callable[[float], None]
    on_finished: Callable[[PlaybackEnd], None]
    position: int = 0
    begun: bool = False
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
        self._held_at: float | None = None
        self._hold = Ramp()
        self._duck = Ramp()

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def add(self, piece: Piece) -> None:
        """Put a piece after those waiting."""
        self._pieces.append(piece)

    def fill(self, frames: int, leaves: float, rate: int) -> tuple[bytes, int]:
        """The next ``frames`` samples, the first of which leaves the device at ``leaves``; silence at the end.

        Also gives how many of them are sound.
        """
        if self._held_at is not None and leaves - self._held_at > MOST_HELD_S:
            self.cancel(leaves, rate)
        wanted = (frames if self._held_at is None else min(frames, self._hold.left)) * SAMPLE_BYTES
        parts: list[bytes] = []
        filled = 0
        while self._pieces and filled < wanted:
            piece = self._pieces[0]
            if not piece.begun:
                piece.begun = True
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
        if self._held_at is not None and filled < wanted:
            self._hold.to(0.0, 0.0, rate)  # what was fading has come to its own end
        sound = self._duck.apply(self._hold.apply(b"".join(parts)))
        return sound + b"\0" * (frames * SAMPLE_BYTES - filled), filled // SAMPLE_BYTES

    def hold(self, now: float, rate: int) -> None:
        """Fade out and keep the place; what is added meanwhile waits too. Nothing when it is held already."""
        if self._held_at is not None:
            return
        self._held_at = now
        playing = bool(self._pieces) and self._pieces[0].begun
        self._hold.to(0.0, FADE_S if playing else 0.0, rate)

    def carry_on(self, rate: int) -> None:
        """Go on after a hold, from a quiet point a little before where it stopped."""
        if self._held_at is None:
            return
        self._held_at = None
        if self._pieces and self._pieces[0].begun:
            piece = self._pieces[0]
            piece.position = _quiet_point(piece.pcm, piece.position, rate)
        self._hold.to(1.0, FADE_S, rate)

    def duck(self, gain: float, rate: int) -> None:
        """Go to a part of the loudness, 0 to 1, and stay there until the next duck() or cancel()."""
        self._duck.to(gain, _DUCK_S, rate)

    def cancel(self, now: float, rate: int) -> None:
        """Fade out the piece that plays, which then ends as not completed; end those that wait at once.

        A hold ends with it, and so does a duck when the fade is over.
        """
        sounding = self._held_at is None or self._hold.left > 0
        waiting = list(self._pieces)
        self._pieces.clear()
        if waiting and waiting[0].begun and sounding:
            playing = waiting.pop(0)
            if not playing.cut:
                gain = self._hold.value * self._duck.value
                rest = _faded(playing.pcm[playing.position :], gain, rate)
                playing.pcm = playing.pcm[: playing.position] + rest
                playing.cut = True
            self._pieces.append(playing)
        self._held_at = None
        self._hold, self._duck = Ramp(), Ramp()
        self._end(waiting, now, None)

    def drop_all(self, now: float, error: SpeakerError | None) -> None:
        """End everything at once as not completed."""
        waiting = list(self._pieces)
        self._pieces.clear()
        self._held_at = None
        self._hold, self._duck = Ramp(), Ramp()
        self._end(waiting, now, error)

    def _end(self, pieces: list[Piece], now: float, error: SpeakerError | None) -> None:
        for piece in pieces:
            self._notify(now, partial(piece.on_finished, PlaybackEnd(now, completed=False, error=error)))


def _faded(rest: bytes, gain: float, rate: int) -> bytes:
    tail = np.frombuffer(rest[: int(FADE_S * rate) * SAMPLE_BYTES], np.int16)
    ramp = np.linspace(gain, 0.0, tail.size, dtype=np.float32)
    return (tail * ramp).astype(np.int16).tobytes()


def _quiet_point(pcm: bytes, position: int, rate: int) -> int:
    """The byte of the quietest moment about STEP_BACK_S before ``position``: between two syllables."""
    step = max(1, int(_QUIET_S * rate)) * SAMPLE_BYTES
    earliest = position - int((STEP_BACK_S + _LOOK_AROUND_S) * rate) * SAMPLE_BYTES
    latest = position - int((STEP_BACK_S - _LOOK_AROUND_S) * rate) * SAMPLE_BYTES
    if earliest <= 0:
        return 0  # a sentence that has hardly begun is said again
    return min(range(earliest, latest, step), key=lambda start: _energy(pcm[start : start + step]))


def _energy(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, np.int16).astype(np.float32)
    return float(np.dot(samples, samples))
