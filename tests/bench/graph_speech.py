"""What the graph measurement listens to: a pack's questions, and foreign speech."""

from __future__ import annotations

import csv
import random
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.knowledge import Knowledge
from models.speech.readings import is_hanzi, spoken_text
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
