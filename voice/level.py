"""How loud it is, how loud the room itself is, and whether it is sound at all; pure, fed with what a device hears."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from voice.ports import SAMPLE_RATE

FLOOR_DBFS = -96.0
"""What is told of complete silence: half a step of 16 bit, 20 log10(1/65536)."""

_FULL = 32_768.0
_CLIPPED = 32_700
"""At or beyond it a sample counts as clipped: converters that limit stop a little short of the last step."""
_STUCK = 2
"""Samples that differ by no more than this (in steps of 16 bit) are no sound: a muted input gives zeros, some
sound cards one step of dither around a constant."""


@dataclass(frozen=True, slots=True)
class Level:
    """The sound of one window, against full scale.

    Attributes:
        rms_dbfs: level of what moves; a constant offset is no sound and is left out.
        peak_dbfs: the greatest sample, offset included.
        clipped_share: share of samples at full scale, 0 to 1.
        silent: no sound at all, as a muted or broken device delivers; a quiet room is not silent.
        offset: the mean, -1 to 1; far from 0 in a device whose input is defective.
    """

    rms_dbfs: float
    peak_dbfs: float
    clipped_share: float
    silent: bool
    offset: float = 0.0


_USUAL_ROOM_DBFS = -55.0
_LOUD_DBFS = -18.0
"""A voice near a microphone that is set well."""
_NOT_MORE_THAN_NOISE_DB = 3.0
"""So much does the noise of a room move by itself."""

NO_SOUND = Level(FLOOR_DBFS, FLOOR_DBFS, 0.0, silent=True)
"""The level before anything was heard."""


def level_of(pcm: bytes) -> Level:
    """The level of mono s16 PCM of any length; NO_SOUND without a sample."""
    samples = np.frombuffer(pcm, np.int16)
    if not samples.size:
        return NO_SOUND
    least, greatest = int(samples.min()), int(samples.max())
    exact = samples.astype(np.float64)
    mean = float(exact.mean())
    power = max(0.0, float(np.dot(exact, exact)) / exact.size - mean * mean)
    peak = max(-least, greatest)
    clipped = int(np.count_nonzero(np.abs(exact) >= _CLIPPED)) if peak >= _CLIPPED else 0
    return Level(
        rms_dbfs=_decibels(math.sqrt(power)),
        peak_dbfs=_decibels(peak),
        clipped_share=clipped / exact.size,
        silent=greatest - least <= _STUCK,
        offset=mean / _FULL,
    )


def loudness(level: Level, room_dbfs: float | None) -> float:
    """How far a voice stands out of its room, 0 (the room alone) to 1 (as loud as a good recording), for a sign."""
    room = _USUAL_ROOM_DBFS if room_dbfs is None else min(room_dbfs, _LOUD_DBFS - 6.0)
    return min(max((level.rms_dbfs - room - _NOT_MORE_THAN_NOISE_DB) / (_LOUD_DBFS - room), 0.0), 1.0)


class LevelMeter:
    """Fed with sound in order, tells the level of its latest window and how loud the room is without a speaker.

    Not locked; for one thread.

    Args:
        window_s: seconds of a window; a screen's sign that follows the voice wants about ten a second.
        floor_s: seconds in which the room's own noise is looked for; longer than a sentence without a breath.
        rate: Hz of the sound.
    """

    def __init__(self, window_s: float = 0.1, floor_s: float = 10.0, rate: int = SAMPLE_RATE) -> None:
        if not 0 < window_s <= floor_s:
            raise ValueError(f"0 < window_s <= floor_s must hold, not {window_s}, {floor_s}")
        self._window_bytes = max(1, round(window_s * rate)) * 2
        self._kept: deque[float] = deque(maxlen=max(1, round(floor_s / window_s)))
        self._pending = bytearray()
        self.windows = 0
        """How many windows were completed since the last reset."""
        self.level = NO_SOUND
        """The latest whole window."""
        self.floor_dbfs: float | None = None
        """The room's noise: what four fifths of the latest windows exceed; None before there was a window with
        sound. Speech has gaps of more than a fifth, steady noise has none, so speech hardly moves it."""

    def feed(self, pcm: bytes) -> Level:
        """Take mono s16 PCM of any length; the level of the latest whole window."""
        self._pending += pcm
        while len(self._pending) >= self._window_bytes:
            window = bytes(self._pending[: self._window_bytes])
            del self._pending[: self._window_bytes]
            self._take(level_of(window))
        return self.level

    def reset(self) -> None:
        """Forget everything: the device was changed."""
        self._pending.clear()
        self._kept.clear()
        self.windows, self.level, self.floor_dbfs = 0, NO_SOUND, None

    def _take(self, level: Level) -> None:
        self.level = level
        self.windows += 1
        if not level.silent:  # a device that is muted says nothing about the room
            self._kept.append(level.rms_dbfs)
            self.floor_dbfs = sorted(self._kept)[len(self._kept) // _FLOOR_PART]


_FLOOR_PART = 5


def _decibels(amplitude: float) -> float:
    return max(FLOOR_DBFS, 20.0 * math.log10(amplitude / _FULL)) if amplitude > 0 else FLOOR_DBFS
