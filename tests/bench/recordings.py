"""Real people's single words, each with the true beginning and end of its speech."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from voice.file_source import load_sound
from voice.ports import SAMPLE_RATE

Samples = npt.NDArray[np.float32]

_STEP = SAMPLE_RATE // 100
"""Levels are taken every 10 ms."""

_BELOW_PEAK_DB = 28.0
"""Speech lies within this range below its loudest 10 ms; what is softer nobody hears in a hall."""

_ABOVE_FLOOR_DB = 10.0
"""And at least so far above the recording's own background, which the quietest tenth of it shows."""

_SHORTEST_S = 0.03
"""A louder place shorter than this, apart from the rest, is a click of the mouth or the switch."""

_SHORTEST_WORD_S = 0.2
"""No word of the lists is spoken in less; some takes of the recordings hold a click of the switch and no word."""

_INNER_GAP_S = 0.25
"""A silence inside one word (the closure of a stop, before its release) is shorter than this."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One word: 16 kHz samples (float32, full scale 1.0), and where in them its speech is, in samples."""

    samples: Samples
    speaker: str
    text: str
    start: int
    end: int

    @property
    def seconds(self) -> float:
        """Duration of the speech itself."""
        return (self.end - self.start) / SAMPLE_RATE


def levels(samples: Samples) -> npt.NDArray[np.float64]:
    """dBFS (RMS) of each 10 ms."""
    whole = samples[: len(samples) // _STEP * _STEP].astype(np.float64).reshape(-1, _STEP)
    return 10 * np.log10(np.mean(whole**2, axis=1) + 1e-12)


def spoken_span(samples: Samples) -> tuple[int, int] | None:
    """First sample and the sample after the last of the speech in a clean recording; None without any.

    By energy alone, so that it owes nothing to the detector that is measured with it.
    """
    level = levels(samples)
    floor = float(np.quantile(level, 0.1))
    loud = level > max(float(level.max()) - _BELOW_PEAK_DB, floor + _ABOVE_FLOOR_DB)
    islands = [
        (first, last) for first, last in _islands(loud) if (last - first) * _STEP >= _SHORTEST_S * SAMPLE_RATE
    ]
    if not islands:
        return None
    core = max(islands, key=lambda island: float(np.sum(10 ** (level[slice(*island)] / 10))))
    first, last = core
    gap = _INNER_GAP_S * SAMPLE_RATE / _STEP
    for start, end in reversed([island for island in islands if island[1] <= first]):
        if first - end > gap:
            break
        first = start
    for start, end in (island for island in islands if island[0] >= last):
        if start - last > gap:
            break
        last = end
    return first * _STEP, last * _STEP


def _islands(loud: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(np.int8)))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        yield int(first), int(last)


def read_words(data: Path) -> list[Recording]:
    """The words of ``data/speech``: 12 people, 12 Mandarin and 8 English words, two takes each.

    A take that fills its whole file (somebody breathes or the background is as loud as the word) has no known
    end and is left out, and so is a take without its word.
    """
    found: list[Recording] = []
    with (data / "speech" / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["file"].startswith("words_"):
                sound = load_sound(data / "speech" / row["file"]).astype(np.float32) * np.float32(2**-15)
                found += _word(sound, row["speaker"], row["text"])
    return found


def read_tuning_words(data: Path) -> list[Recording]:
    """Words of ``data/speech_train`` by ten people who are not among those of read_words().

    The endpoint's numbers were chosen on these; those of read_words() only measure it. The first twelve
    speakers there are the twelve of ``data/speech``, with the same takes, and are left out here.
    """
    folder = data / "speech_train"
    found: list[Recording] = []
    with (folder / "index.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["speaker"] in _TUNING_SPEAKERS]
    with soundfile.SoundFile(folder / _TUNING) as sound:
        for row in rows[::3]:
            sound.seek(int(row["start_sample"]))
            take = np.asarray(sound.read(int(row["samples"]), dtype="float32"), np.float32)
            found += _word(take, row["speaker"], row["text"])
    return found


_TUNING = "words_22_speakers.opus"
_TUNING_SPEAKERS = frozenset(f"spk{number}" for number in range(13, 23))


def _word(samples: Samples, speaker: str, text: str) -> list[Recording]:
    span = spoken_span(samples)
    if span is None or span[0] < 2 * _STEP or span[1] > len(samples) - 2 * _STEP:
        return []
    if span[1] - span[0] < _SHORTEST_WORD_S * SAMPLE_RATE:
        return []
    return [Recording(samples, speaker, text, *span)]
