"""How well the embedded recogniser understands people it was never trained on.

``python -m tests.bench.people --data ../shared/data`` decodes recordings of single words with the real Vosk and a
run-time grammar of 12 and of 60 words. A word counts as right when it has the same toneless reading: the
model has no tones, so that 北京 and 背景 are one word to it.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
import vosk
from rich.console import Console
from rich.progress import track
from rich.table import Table

from models.speech import build_speech_model
from models.speech.readings import toneless

RATE = 16_000
CHUNK_BYTES = 1024
_SEED = 3


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording (16 kHz int16), what is said in it, and by whom."""

    pcm: bytes
    text: str
    speaker: str


@dataclass(slots=True)
class Result:
    """Counts over clips, and the time it took to decode them."""

    name: str
    clips: int = 0
    exact: int = 0
    contained: int = 0
    heard_s: float = 0.0
    decode_s: float = 0.0

    def row(self) -> tuple[str, ...]:
        """For the table."""
        share = 100 / max(1, self.clips)
        return (
            self.name,
            str(self.clips),
            f"{share * self.exact:.1f}",
            f"{share * self.contained:.1f}",
            f"{self.decode_s / max(1e-9, self.heard_s):.3f}",
        )


def recordings(data: Path, language: str) -> Iterator[Clip]:
    """Single words of a language in ``data/speech``."""
    with (data / "speech" / "manifest.tsv").open(encoding="utf-8") as manifest:
        for row in csv.DictReader(manifest, delimiter="\t"):
            if row["language"] == language and row["file"].startswith("words_"):
                yield Clip(_pcm(data / "speech" / row["file"]), row["text"], row["speaker"])


def other_words(data: Path, known: Iterable[str], count: int) -> list[str]:
    """Words of two characters beside the known ones: a fixed sample of a frequency list."""
    words: list[str] = []
    for file in sorted((data / "nlu" / "thuocl").rglob("*.txt")):
        words += [line.split("\t")[0].strip() for line in file.read_text("utf-8").splitlines()]
    usable = sorted({word for word in words if len(word) == 2 and word.isalpha()} - set(known))
    return random.Random(_SEED).sample(usable, count)


def decode(model: vosk.Model, clips: Iterable[Clip], grammar: Sequence[str] | None, name: str) -> Result:
    """Every clip through a recogniser with the grammar (the model's own when None)."""
    result = Result(name)
    for clip in clips:
        began = time.perf_counter()
        heard = _heard(model, clip.pcm, grammar)
        result.decode_s += time.perf_counter() - began
        result.heard_s += len(clip.pcm) / 2 / RATE
        result.clips += 1
        said, found = toneless(clip.text), toneless(heard.replace("[unk]", ""))
        result.exact += said == found
        result.contained += "-".join(said) in "-".join(found)
    return result


def _heard(model: vosk.Model, pcm: bytes, grammar: Sequence[str] | None) -> str:
    if grammar is None:
        recogniser = vosk.KaldiRecognizer(model, RATE)
    else:
        recogniser = vosk.KaldiRecognizer(model, RATE, json.dumps([*grammar, "[unk]"], ensure_ascii=False))
    texts = [
        json.loads(recogniser.Result())["text"]
        for start in range(0, len(pcm), CHUNK_BYTES)
        if recogniser.AcceptWaveform(pcm[start : start + CHUNK_BYTES])
    ]
    texts.append(json.loads(recogniser.FinalResult())["text"])
    return "".join(texts).replace(" ", "")


def _pcm(file: Path) -> bytes:
    samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    sound = soxr.resample(samples[:, 0], rate, RATE) if rate != RATE else samples[:, 0]
    return np.clip(np.rint(sound * 32767), -32768, 32767).astype("<i2").tobytes()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of speech/ and nlu/")
    options = parser.parse_args()
    vosk.SetLogLevel(-1)
    clips = list(track(recordings(options.data, "zh"), "reading"))
    twelve = sorted({clip.text for clip in clips})
    sixty = [*twelve, *other_words(options.data, twelve, 60 - len(twelve))]
    with tempfile.TemporaryDirectory() as scratch:
        model = vosk.Model(str(build_speech_model(sixty, Path(scratch) / "model", sixty)))
        results = [
            decode(model, track(clips, "12 words"), twelve, "12-word grammar"),
            decode(model, track(clips, "60 words"), sixty, "60-word grammar"),
        ]
    table = Table(
        "", "clips", "right, %", "word contained, %", "real-time factor", title="people never trained on"
    )
    for result in results:
        table.add_row(*result.row())
    Console().print(table)


if __name__ == "__main__":
    main()
