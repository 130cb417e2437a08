"""What is heard besides the citizen: recorded noise, the room, and other people talking."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tests.bench.recordings import Recording, Samples
from tests.bench.utterances import Utterance
from voice.file_source import load_sound
from voice.ports import SAMPLE_RATE

SPEECH_DBFS = -26.0
"""Level (RMS over its words) of the citizen at the microphone; the usual working level of speech (ITU-T P.56)."""

ROOM_TONE_DBFS = -75.0
"""What a microphone gives in a silent room; nothing is digitally silent."""


def read_noises(data: Path) -> dict[str, Samples]:
    """The recorded noises by name."""
    return {
        path.stem.rpartition("__")[2]: load(path) for path in sorted((data / "noise").glob("*noise*.wav"))
    }


def read_rooms(data: Path) -> list[Samples]:
    """The rooms' impulse responses from their direct sound on, at most a second of each, with energy 1."""
    rooms: list[Samples] = []
    for path in sorted((data / "noise").glob("*rir*.wav")):
        sound = load(path)
        tail = sound[int(np.argmax(np.abs(sound))) :][:SAMPLE_RATE]
        rooms.append(tail / np.float32(np.sqrt(np.sum(tail.astype(np.float64) ** 2))))
    return rooms


def babble(words: Sequence[Recording], voices: int, seconds: float, seed: int) -> Samples:
    """``voices`` people at equal level who talk all the time, none of them listening."""
    rng = np.random.default_rng(seed)
    by_speaker: dict[str, list[Recording]] = {}
    for word in words:
        by_speaker.setdefault(word.speaker, []).append(word)
    sound = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
    for speaker in rng.permutation(sorted(by_speaker))[:voices]:
        at = int(rng.integers(0, SAMPLE_RATE))
        while at < len(sound):
            word = by_speaker[speaker][int(rng.integers(len(by_speaker[speaker])))]
            speech = word.samples[word.start : word.end]
            level = np.sqrt(np.mean(speech.astype(np.float64) ** 2))
            fits = speech[: len(sound) - at] / np.float32(level)
            sound[at : at + len(fits)] += fits
            at += len(speech) + int(rng.uniform(0.05, 0.35) * SAMPLE_RATE)
    return sound


def mix(utterance: Utterance, noise: Samples | None, snr_db: float, seed: int) -> bytes:
    """The utterance at the citizen's level in noise ``snr_db`` below it, as 16 kHz s16 PCM.

    The speech's level is taken over its words without the pauses, the noise's over the piece that is used.
    """
    rng = np.random.default_rng(seed)
    spoken = [
        utterance.samples[int(start * SAMPLE_RATE) : int(end * SAMPLE_RATE)]
        for _, start, end in utterance.words
    ]
    sound = utterance.samples.astype(np.float64) * (_gain(SPEECH_DBFS) / _rms(np.concatenate(spoken)))
    sound += rng.normal(0, _gain(ROOM_TONE_DBFS), len(sound))
    if noise is not None:
        first = int(rng.integers(len(noise)))
        piece = np.resize(np.roll(noise, -first), len(sound)).astype(np.float64)
        sound += piece * (_gain(SPEECH_DBFS - snr_db) / _rms(piece))
    return pcm(sound)


def pcm(sound: np.ndarray) -> bytes:
    """Float samples as s16, clipped."""
    return np.rint(np.clip(sound, -1, 1 - 2**-15) * 32768).astype("<i2").tobytes()


def at_level(sound: Samples, dbfs: float) -> bytes:
    """A sound at an RMS level, as s16 PCM."""
    return pcm(sound.astype(np.float64) * (_gain(dbfs) / _rms(sound)))


def _gain(db: float) -> float:
    return float(10 ** (db / 20))


def _rms(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound.astype(np.float64) ** 2)))


def load(path: Path) -> Samples:
    """A recording at 16 kHz, mono, full scale 1."""
    return load_sound(path).astype(np.float32) * np.float32(2**-15)
