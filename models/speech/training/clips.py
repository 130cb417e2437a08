"""Speech with the start of every phone: what the training stream is cut from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Clip:
    """``samples`` (int16, 16 kHz); ``starts`` in samples and ``phones`` as numbers of the phone table.

    Before the first start there is silence.
    """

    samples: NDArray[np.int16]
    starts: NDArray[np.int32]
    phones: NDArray[np.int16]


class ClipStore:
    """Clips of many speakers in few large arrays, so that forked processes share them."""

    def __init__(self) -> None:
        self._clips: list[Clip] = []
        self._speakers: dict[str, dict[str, list[int]]] = {}

    def __len__(self) -> int:
        return len(self._clips)

    def add(self, kind: str, speaker: str, clip: Clip) -> None:
        """Add a clip of a speaker; kinds are drawn from with their own shares."""
        self._speakers.setdefault(kind, {}).setdefault(speaker, []).append(len(self._clips))
        self._clips.append(clip)

    @property
    def kinds(self) -> Mapping[str, Mapping[str, list[int]]]:
        """Numbers of clips by kind and speaker."""
        return self._speakers

    def __getitem__(self, number: int) -> Clip:
        return self._clips[number]

    @property
    def seconds(self) -> float:
        """Duration of everything."""
        return sum(len(clip.samples) for clip in self._clips) / 16_000


def save_clips(path: Path, clips: list[Clip]) -> None:
    """Write clips to one file, complete or not at all."""
    fresh = path.with_suffix(".tmp.npz")
    np.savez(
        fresh,
        samples=np.concatenate([clip.samples for clip in clips]),
        lengths=np.array([len(clip.samples) for clip in clips]),
        counts=np.array([len(clip.phones) for clip in clips]),
        starts=np.concatenate([clip.starts for clip in clips]),
        phones=np.concatenate([clip.phones for clip in clips]),
    )
    fresh.replace(path)


def load_clips(path: Path) -> Iterator[Clip]:
    """Read what :func:`save_clips` wrote; all clips share its arrays."""
    with np.load(path) as stored:
        samples, starts, phones = stored["samples"], stored["starts"], stored["phones"]
        lengths, counts = stored["lengths"].tolist(), stored["counts"].tolist()
    at = first = 0
    for length, count in zip(lengths, counts, strict=True):
        yield Clip(samples[at : at + length], starts[first : first + count], phones[first : first + count])
        at += length
        first += count
