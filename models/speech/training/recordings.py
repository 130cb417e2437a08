"""Recordings of people: single words and syllables, each with its speaker and text.

The folder holds ``index.tsv`` (file, start_sample, samples, speaker, text, use) and the sound files it names, mono
at 16 kHz. ``use`` is ``train`` or ``dev``; what is marked ``dev`` is never trained on.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.speech.errors import SpeechModelError
from models.speech.readings import is_hanzi, spoken_syllable
from models.speech.training.log_mel import SAMPLE_RATE

INDEX = "index.tsv"


@dataclass(frozen=True, slots=True)
class Recording:
    """``samples`` (int16, 16 kHz); ``syllables`` are what is said, with tone numbers."""

    samples: NDArray[np.int16]
    kind: str
    speaker: str
    text: str
    syllables: tuple[str, ...]
    use: str


def read_recordings(folder: Path) -> list[Recording]:
    """All recordings of a folder, in the order of its index; the kind is the file's name without its ending.

    Raises:
        SpeechModelError: ``recordings_missing`` or ``recordings_damaged``, with file and line.
    """
    import soundfile

    index = folder / INDEX
    try:
        rows = list(csv.DictReader(index.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE))
        sounds = {
            name: soundfile.read(folder / name, dtype="int16") for name in {row["file"] for row in rows}
        }
    except (OSError, KeyError, soundfile.LibsndfileError) as error:
        raise SpeechModelError(
            "recordings_missing",
            f"{index}: cannot read the recordings ({error}); give --recordings their folder",
        ) from error
    found: list[Recording] = []
    for line, row in enumerate(rows, start=2):
        samples, rate = sounds[row["file"]]
        begin, count = int(row["start_sample"]), int(row["samples"])
        if rate != SAMPLE_RATE or begin + count > len(samples):
            raise SpeechModelError(
                "recordings_damaged", f"{index}:{line}: not within {row['file']} at 16 kHz"
            )
        found.append(
            Recording(
                np.asarray(samples[begin : begin + count], np.int16),
                Path(row["file"]).stem,
                row["speaker"],
                row["text"],
                syllables_of(row["text"]),
                row["use"],
            )
        )
    return found


def syllables_of(text: str) -> tuple[str, ...]:
    """Toned syllables of a hanzi text or of one written syllable (``zhong1``); signs around them are dropped."""
    from pypinyin import Style, lazy_pinyin

    hanzi = "".join(character for character in text if is_hanzi(character))
    if not hanzi:
        return (spoken_syllable(text),)
    readings = lazy_pinyin(hanzi, style=Style.TONE3, neutral_tone_with_five=True)
    return tuple(spoken_syllable(reading) for reading in readings)
