"""How much of what the loudspeaker plays arrives at the microphone, and when: sound in, figures out; pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voice.level import FLOOR_DBFS
from voice.ports import SAMPLE_RATE

Samples = npt.NDArray[np.float32]

LEAD_S = 1.0
"""Quiet before the sound, in which the room's own noise is measured."""

TAIL_S = 1.0
"""Silence after it, for what arrives late."""

_CHIME = ((523.25, 0.0), (659.26, 0.18), (783.99, 0.36))  # C5, E5, G5, each with when it begins in s
_CHIME_S = 1.1
_SWEEP = (400.0, 4_000.0)
_WINDOW_S = 0.1
_LOUD_DB = 12.0
_WORST_SHARE = 0.1
_AUDIBLE = 2.0  # power against the noise's
_LONGEST_DELAY_S = 0.9
_FOUND = 8.0


@dataclass(frozen=True, slots=True)
class EchoFigures:
    """What was measured.

    Attributes:
        loss_db: how much softer, at the loud moments, what was played arrives; the worst tenth of them.
        at_least: the echo hides in the room's noise: the loss may be greater.
        delay_s: when it arrives after it left, by the clocks of both devices; None when it was not found at all.
        noise_dbfs: the room without the kiosk.
    """

    loss_db: float
    at_least: bool
    delay_s: float | None
    noise_dbfs: float


def chime(rate: int = SAMPLE_RATE) -> bytes:
    """Three rising notes and a soft glide (mono s16le, -12 dBFS): pleasant, short, and like nothing in a hall."""
    time = np.arange(int(_CHIME_S * rate)) / rate
    sound = np.zeros(time.size)
    for pitch, begins in _CHIME:
        since = np.maximum(0.0, time - begins)
        sound += np.where(time >= begins, np.sin(2 * np.pi * pitch * since) * np.exp(-4 * since), 0.0)
    low, high = _SWEEP  # an exponential sweep has an echo that is found however soft it is
    growth = math.log(high / low) / _CHIME_S
    sound += 0.5 * np.sin(2 * np.pi * low * (np.exp(growth * time) - 1) / growth)
    fade = np.minimum(1.0, np.minimum(time, _CHIME_S - time) / 0.03)
    return np.rint(sound / np.abs(sound).max() * fade * 0.25 * 32_767).astype(np.int16).tobytes()


def measure_echo(played: Samples, heard: Samples) -> EchoFigures:
    """Compare what was played with what was heard (16 kHz, full scale 1).

    ``heard`` begins LEAD_S before the first sample of ``played`` left the loudspeaker, and should go on TAIL_S after
    the last one.
    """
    lead = int(LEAD_S * SAMPLE_RATE)
    noise = _windows(heard[:lead])
    noise_power = float(np.median(noise)) if noise.size else 0.0
    delay = _delay(played, heard[lead:])
    shift = lead + int((delay or 0.0) * SAMPLE_RATE)
    gave, came = _windows(played), _windows(heard[shift:])
    count = min(gave.size, came.size)
    gave, came = gave[:count], came[:count]
    loud = gave > gave.max(initial=0.0) * 10 ** (-_LOUD_DB / 10)
    audible = came > _AUDIBLE * noise_power
    echo = np.maximum(np.where(audible, came - noise_power, noise_power), _NOTHING)[loud]
    losses = 10 * np.log10(np.maximum(gave[loud], _NOTHING) / echo)
    worst = float(np.quantile(losses, _WORST_SHARE)) if losses.size else 0.0
    return EchoFigures(
        loss_db=worst,
        at_least=bool(np.mean(audible[loud]) < _WORST_SHARE) if losses.size else False,
        delay_s=delay,
        noise_dbfs=max(FLOOR_DBFS, 10 * math.log10(max(noise_power, _NOTHING))),
    )


_NOTHING = 10 ** (FLOOR_DBFS / 10)


def _windows(sound: Samples) -> npt.NDArray[np.float64]:
    """The power of each tenth of a second."""
    size = int(_WINDOW_S * SAMPLE_RATE)
    whole = sound[: sound.size // size * size].astype(np.float64).reshape(-1, size)
    return (whole**2).mean(axis=1)


def _delay(played: Samples, heard: Samples) -> float | None:
    """By cross-correlation; None when no lag stands out."""
    size = 1 << (played.size + heard.size - 1).bit_length()
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size))
    # Flattening the spectrum makes one sharp peak of an echo, whatever the loudspeaker's tone.
    strength = np.abs(product)
    flat = product / np.maximum(strength, strength.max(initial=0.0) * 1e-3 + 1e-30)
    likeness = np.abs(np.fft.irfft(flat, size))[: int(_LONGEST_DELAY_S * SAMPLE_RATE)]
    best = int(np.argmax(likeness))
    found = likeness[best] > _FOUND * np.sqrt(np.mean(likeness**2))
    return best / SAMPLE_RATE if found else None
