"""Speech to train on: synthesis, augmentation, features, and one phone label per 30 ms."""

import multiprocessing
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.speech.phones import SILENCE
from models.speech.training.espeak import Espeak, Speech, Voice
from models.speech.training.features import FRAME_CENTRE_S, FRAME_SHIFT_S, SAMPLE_RATE, mfcc

SUBSAMPLING = 3  # feature frames per network output
OUTPUT_SHIFT_S = SUBSAMPLING * FRAME_SHIFT_S


@dataclass(frozen=True, slots=True)
class Job:
    """One utterance to make; ``seed`` decides the augmentation."""

    text: str
    voice: Voice
    seed: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """``features`` (frames, 40); ``phones`` with start times in seconds from the first sample."""

    features: NDArray[np.float32]
    phones: tuple[tuple[str, float], ...]


def synthesise(jobs: Sequence[Job], voices: Path, processes: int) -> list[Utterance]:
    """Speak all jobs with the espeak-ng data in ``voices``, in order, on several processes."""
    with multiprocessing.Pool(processes, _start_worker, (voices,)) as pool:
        return pool.map(_make, jobs, 32)


_espeak: Espeak | None = None


def _start_worker(voices: Path) -> None:
    global _espeak  # the library can be started once per process
    _espeak = Espeak(voices)


def _make(job: Job) -> Utterance:
    if _espeak is None:
        raise RuntimeError("the worker was not started")
    rng = random.Random(job.seed)  # noqa: S311 - variety, not secrecy
    speech = _espeak.say(job.text, job.voice)
    samples, lead = augment(resample(speech, linear=rng.random() < 0.35), rng)
    phones = tuple((phone, start + lead) for phone, start in speech.phones)
    return Utterance(mfcc(samples), phones)


def resample(speech: Speech, linear: bool) -> NDArray[np.float64]:
    """The speech at 16 kHz: properly, or by straight lines as a cheap player would do it."""
    samples = speech.samples.astype(np.float64)
    if not linear:
        import soxr

        return soxr.resample(samples, speech.rate, SAMPLE_RATE)
    times = np.arange(int(len(samples) * SAMPLE_RATE / speech.rate)) * speech.rate / SAMPLE_RATE
    return np.interp(times, np.arange(len(samples)), samples)


def augment(samples: NDArray[np.float64], rng: random.Random) -> tuple[NDArray[np.float64], float]:
    """Silence around the speech, a random level, often noise; also returns the leading silence in seconds."""
    lead = int(rng.uniform(0.05, 0.7) * SAMPLE_RATE)
    trail = int(rng.uniform(0.1, 1.0) * SAMPLE_RATE)
    padded = np.concatenate([np.zeros(lead), samples, np.zeros(trail)])
    padded *= 10 ** rng.uniform(-1.1, 0.15)
    if rng.random() < 0.65:
        level = np.sqrt((padded**2).mean()) * 10 ** (-rng.uniform(10, 45) / 20)
        padded += level * _noise(len(padded), rng)
    return np.clip(np.round(padded), -32768, 32767), lead / SAMPLE_RATE


def _noise(count: int, rng: random.Random) -> NDArray[np.float64]:
    """White noise, or half of the time noise that falls towards high frequencies; standard deviation 1."""
    white = np.random.default_rng(rng.randrange(1 << 30)).standard_normal(count)
    if rng.random() < 0.5:
        return white
    pole = rng.uniform(0.5, 0.97)
    spectrum = np.fft.rfft(white)
    turns = np.linspace(0, np.pi, len(spectrum))
    coloured = np.fft.irfft(spectrum / (1 - pole * np.exp(-1j * turns)), count)
    return coloured / coloured.std()


def frame_labels(
    phones: Sequence[tuple[str, float]], frames: int, outputs: dict[str, int]
) -> NDArray[np.int64]:
    """The network output to expect per 30 ms; every phone gets at least one.

    ``frames`` counts feature frames; ``outputs`` numbers the phones.
    """
    count = -(-frames // SUBSAMPLING)
    labels = np.full(count, outputs[SILENCE], np.int64)
    begins: list[int] = []
    for _, start in phones:
        nearest = round((start - FRAME_CENTRE_S) / OUTPUT_SHIFT_S)
        begins.append(max(nearest, begins[-1] + 1 if begins else 0))
    ends = [*begins[1:], begins[-1] + 1] if begins else []
    for (phone, _), begin, end in zip(phones, begins, ends, strict=True):
        labels[begin : min(end, count)] = outputs[phone]
    return labels
