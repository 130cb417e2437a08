"""What the graph measurements listen to: a pack's questions, foreign speech, and single words of people."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from models.knowledge import Knowledge
from models.speech.readings import is_hanzi, spoken_text, toneless
from models.speech.training.evaluate import SAMPLE_RATE, speak
from models.speech.training.voices import HELD_OUT_RATES, HELD_OUT_VARIANTS

_SEED = 20261121
_PITCHES = (28, 45, 58, 72)
_NOISE_DB = 10
_PUNCTUATION = re.compile(r"[，。？！、,.?!~ ]")
_SHORTEST, _LONGEST = 4, 16  # characters of a foreign sentence
_LEFT_OUT = 10  # one question in so many is in no grammar


@dataclass(frozen=True, slots=True)
class Utterance:
    """16 kHz s16 mono sound of ``text``; ``matter`` is "" for foreign speech."""

    kind: str
    text: str
    matter: str
    pcm: bytes


def questions_of(knowledge: Knowledge, data: Path, limit: int) -> tuple[list[Utterance], frozenset[str]]:
    """Up to ``limit`` utterances of each kind, and the examples that have to stay out of the grammar."""
    chance = random.Random(_SEED)
    asked = sorted(
        (example, matter.id)
        for matter in knowledge.content.matters
        for example in matter.examples.get("zh", ())
        if spoken_text(example)
    )
    chance.shuffle(asked)
    unseen, seen = asked[: len(asked) // _LEFT_OUT], asked[len(asked) // _LEFT_OUT :]
    utterances: list[Utterance] = []
    for example, matter in seen[:limit]:
        text, samples = _read(example, chance)
        utterances.append(Utterance("known", text, matter, _pcm(samples, chance)))
        utterances.append(Utterance(f"known, {_NOISE_DB} dB", text, matter, _pcm(samples, chance, _NOISE_DB)))
    for example, matter in unseen[:limit]:
        text, samples = _read(example, chance)
        utterances.append(Utterance("left out", text, matter, _pcm(samples, chance)))
    for sentence in _foreign(data, chance)[:limit]:
        text, samples = _read(sentence, chance)
        utterances.append(Utterance("foreign", text, "", _pcm(samples, chance)))
    return utterances, frozenset(example for example, _ in unseen)


def _read(sentence: str, chance: random.Random) -> tuple[str, NDArray[np.float64]]:
    text = spoken_text(sentence) or ""
    voice = chance.choice(HELD_OUT_VARIANTS), chance.choice(HELD_OUT_RATES), chance.choice(_PITCHES)
    return text, speak(text, *voice)


def _pcm(samples: NDArray[np.float64], chance: random.Random, noise_db: float | None = None) -> bytes:
    """The samples with silence around them; white noise ``noise_db`` decibels below the speech."""
    stream = np.concatenate(
        [np.zeros(SAMPLE_RATE // 4 + chance.randrange(512)), samples, np.zeros(SAMPLE_RATE // 2)]
    )
    if noise_db is not None:
        level = np.sqrt((samples**2).mean()) * 10 ** (-noise_db / 20)
        stream += level * np.random.default_rng(chance.randrange(1 << 30)).standard_normal(len(stream))
    return np.clip(np.round(stream), -32768, 32767).astype("<i2").tobytes()


def _foreign(data: Path, chance: random.Random) -> list[str]:
    found: set[str] = set()
    for name in ("crosswoz", "kdconv"):
        with (data / "nlu" / name / "data.tsv").open(encoding="utf-8") as file:
            texts = (_PUNCTUATION.sub("", row["text"]) for row in csv.DictReader(file, delimiter="\t"))
            found.update(t for t in texts if _SHORTEST <= len(t) <= _LONGEST and all(map(is_hanzi, t)))
    sentences = sorted(found)
    chance.shuffle(sentences)
    return sentences


@dataclass(frozen=True, slots=True)
class Clip:
    """One word said by a person, 16 kHz s16 mono."""

    word: str
    pcm: bytes

    def heard(self, model: Any, words: Sequence[str]) -> list[str]:
        """The words that a run-time grammar hears; those of one toneless reading count as the one that was said."""
        import vosk

        recogniser = vosk.KaldiRecognizer(
            model, SAMPLE_RATE, json.dumps([*words, "[unk]"], ensure_ascii=False)
        )
        recogniser.AcceptWaveform(self.pcm)
        heard = json.loads(recogniser.FinalResult())["text"].split()
        own = toneless(self.word)
        return [self.word if toneless(word) == own else word for word in heard if word != "[unk]"]


def words_of_people(data: Path, limit: int, people: str) -> tuple[list[list[str]], list[Clip]]:
    """Grammars of 12 and 60 words, and up to ``limit`` clips of the speakers kept for ``people`` (dev or test)."""
    chance = random.Random(_SEED)
    index = data / "speech_train" / "index.tsv"
    with index.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    twelve = sorted({row["text"] for row in rows if row["file"].startswith("words_22_")})
    pairs = {row["text"] for row in rows if len(row["text"]) == 2 and all(map(is_hanzi, row["text"]))}
    others = sorted(pairs - set(twelve))
    chance.shuffle(others)
    clips = list(_dev_clips(index.parent, rows) if people == "dev" else _test_clips(data / "speech"))
    chance.shuffle(clips)
    return [twelve, [*twelve, *others[:48]]], clips[:limit]


def _dev_clips(folder: Path, rows: Sequence[dict[str, str]]) -> Iterator[Clip]:
    file = "words_22_speakers.opus"
    samples, _ = soundfile.read(folder / file, dtype="int16")
    for row in rows:
        if row["file"] == file and row["use"] == "dev":
            start = int(row["start_sample"])
            yield Clip(row["text"], samples[start : start + int(row["samples"])].tobytes())


def _test_clips(folder: Path) -> Iterator[Clip]:
    import soxr

    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["file"].startswith("words_zh/"):
                samples, rate = soundfile.read(folder / row["file"], dtype="int16")
                yield Clip(row["text"], soxr.resample(samples, rate, SAMPLE_RATE).tobytes())
