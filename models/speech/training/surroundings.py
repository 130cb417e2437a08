"""What a microphone in a hall hears besides the voice: rooms, noise, other people, knocks and breaths.

All of it is made by rule or taken from the training recordings, so that noises and rooms kept for tests stay unheard.
"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from models.speech.training.log_mel import SAMPLE_RATE

Sound = NDArray[np.float32]

ROOM_SAMPLES = SAMPLE_RATE // 2
_ROOMS = 240
_REVERBERATION_S = (0.08, 0.9)
_DIRECT_TO_REVERBERANT_DB = (-4.0, 14.0)


class Rooms:
    """Random room responses: a direct sound, early reflections, a decaying tail that dulls."""

    def __init__(self, rng: Generator, length: int) -> None:
        """``length`` is the number of samples that :meth:`apply` takes."""
        self._length = length
        self._size = 1 << (length + ROOM_SAMPLES - 1).bit_length()
        self._spectra = [np.fft.rfft(_response(rng), self._size) for _ in range(_ROOMS)]

    def apply(self, sound: Sound, rng: Generator) -> Sound:
        """The sound as heard in a random room, cut to its own length."""
        response = self._spectra[rng.integers(len(self._spectra))]
        return np.fft.irfft(np.fft.rfft(sound, self._size) * response, self._size)[: len(sound)].astype(
            np.float32
        )


def _response(rng: Generator) -> Sound:
    time = np.arange(ROOM_SAMPLES) / SAMPLE_RATE
    decay_s = rng.uniform(*_REVERBERATION_S)
    tail = rng.standard_normal(ROOM_SAMPLES) * np.exp(-6.9 * time / decay_s)  # -60 dB after decay_s
    tail = _recursive(tail, -rng.uniform(0, 0.7))
    tail[: int(rng.uniform(8, 80))] *= 0.2  # the first reflections need a few milliseconds
    for _ in range(rng.integers(2, 9)):
        tail[int(rng.uniform(15, 500))] += (
            rng.choice((-1, 1)) * rng.uniform(0.5, 4) * np.abs(tail).mean() * 10
        )
    tail[0] = 0
    tail *= np.sqrt(10 ** (-rng.uniform(*_DIRECT_TO_REVERBERANT_DB) / 10) / (tail**2).sum())
    tail[0] = 1
    return tail.astype(np.float32)


def coloured_noise(count: int, rng: Generator) -> Sound:
    """White noise, more often noise that falls towards high frequencies, at times with mains hum; deviation 1."""
    sound = rng.standard_normal(count)
    if rng.random() < 0.7:
        sound = _recursive(sound, -rng.uniform(0.3, 0.99))
    if rng.random() < 0.15:
        time = np.arange(count) / SAMPLE_RATE
        for harmonic in range(1, 6):
            sound = sound + sound.std() * rng.uniform(0, 1.5) * np.sin(
                2 * np.pi * 50 * harmonic * time + rng.uniform(0, 6.28)
            )
    if rng.random() < 0.3:  # machines and traffic swell
        swell = np.interp(np.arange(count), np.linspace(0, count, 9), rng.uniform(0.2, 1.5, 9))
        sound = sound * swell
    return (sound / (sound.std() + 1e-9)).astype(np.float32)


def knock(rng: Generator) -> Sound:
    """A click, a knock or a rattle of 2 to 120 ms; peak 1."""
    count = int(SAMPLE_RATE * np.exp(rng.uniform(np.log(0.002), np.log(0.12))))
    sound = rng.standard_normal(count) * np.exp(-np.arange(count) / (count * rng.uniform(0.08, 0.5)))
    if rng.random() < 0.6:
        pole = rng.uniform(0.5, 0.97)
        turn = 2 * np.pi * rng.uniform(80, 4000) / SAMPLE_RATE
        sound = _recursive(sound, -2 * pole * np.cos(turn), pole * pole)
    return (sound / (np.abs(sound).max() + 1e-9)).astype(np.float32)


def breath(rng: Generator) -> Sound:
    """A breath, a sniff or a puff on the microphone of 0.1 to 0.6 s; peak 1."""
    count = int(SAMPLE_RATE * rng.uniform(0.1, 0.6))
    sound = rng.standard_normal(count)
    if rng.random() < 0.35:  # a puff is low
        sound = _recursive(sound, -rng.uniform(0.95, 0.995))
    else:
        pole = rng.uniform(0.4, 0.85)
        turn = 2 * np.pi * rng.uniform(600, 5000) / SAMPLE_RATE
        sound = _recursive(sound, -2 * pole * np.cos(turn), pole * pole)
    sound = sound * np.sin(np.linspace(0, np.pi, count)) ** rng.uniform(0.5, 2)
    return (sound / (np.abs(sound).max() + 1e-9)).astype(np.float32)


def _recursive(sound: NDArray[np.float64], *feedback: float) -> NDArray[np.float64]:
    """The sound through an all-pole filter 1 / (1 + a1 z^-1 + ...)."""
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, *feedback], sound))
