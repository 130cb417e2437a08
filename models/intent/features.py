"""What the intent model sees of a sentence: weighted n-grams of characters, of sounds, and of words.

Chinese is seen three ways: as characters (1 to 3), as toneless syllables (1 to 2), and as syllables without the
confusions of recognisers (2 to 3), so that a homophone costs little. Latin script is seen as words (1 to 2) and as
pieces of words (3 to 5 characters). Both are also seen as the concepts that their words name, alone and in pairs.
Each feature is named by the CRC-32 of its text: the same on every machine.
"""

from __future__ import annotations

import math
import re
import unicodedata
from itertools import combinations
from zlib import crc32

from models.intent.concepts import Concepts
from models.intent.syllables import SyllableTable

MAX_CHARACTERS = 200
"""Longer texts are cut: nobody asks a kiosk a question of more than 200 characters."""

_RUNS = re.compile(r"[\u3400-\u9fff]+|[0-9]+|[^\W\d_\u3400-\u9fff]+(?:'[^\W\d_]+)?")
_HAN = re.compile(r"[\u3400-\u9fff]")

CHARACTER, SOUND, WORD = 0.75, 0.85, 1.0
PIECE = 0.6
CONCEPT, HEARD_CONCEPT, CONCEPT_PAIR = 1.4, 1.4, 0.9
MOST_CONCEPTS = 12
"""Of these the pairs are taken: a long text must not take long."""

Features = dict[int, float]
"""Weight of each n-gram, by its hash."""


def normalise(text: str) -> str:
    """NFKC, lower case, cut to a sane length."""
    # Cut before the normalisation too: one code point may become eighteen.
    folded = unicodedata.normalize("NFKC", text[: 4 * MAX_CHARACTERS]).casefold()
    return folded.replace("’", "'")[:MAX_CHARACTERS]


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in the text."""
    return _HAN.search(text) is not None


def has_words(text: str) -> bool:
    """Whether there is a word or a number in the text: a text without is nothing to the model."""
    return _RUNS.search(normalise(text)) is not None


def latin_words(text: str) -> list[str]:
    """The words and numbers of a text that are not Chinese, normalised."""
    return [run for run in _RUNS.findall(normalise(text)) if not has_han(run)]


class Featurizer:
    """Turns sentences into features. Holds nothing but the tables of syllables and of concepts."""

    def __init__(self, syllables: SyllableTable) -> None:
        self._readings = syllables.readings
        self._folded = syllables.folded
        self._concepts = Concepts.of(syllables.folded)

    def features(self, text: str) -> tuple[Features, Features]:
        """The sentence's n-grams, in two parts.

        The first counts in the sentence's length whether the model knows it or not: it tells a foreign
        subject. The second, the written characters and the concepts, counts only where known: a homophone is no
        foreign subject.
        """
        solid: Features = {}
        written: Features = {}
        named: dict[str, None] = {}
        sounding: dict[str, None] = {}
        words: list[str] = []
        for run in _RUNS.findall(normalise(text)):
            if has_han(run):
                self._add_words(solid, words)
                words = []
                self._add_han(solid, written, run)
                named.update(dict.fromkeys(self._concepts.in_han(run)))
                folded = [self._folded.get(character, character) for character in run]
                sounding.update(dict.fromkeys(self._concepts.in_sounds(folded)))
            else:
                words.append(run)
                concepts = dict.fromkeys(self._concepts.in_word(run))
                named.update(concepts)
                sounding.update(concepts)
        self._add_words(solid, words)
        _add(written, "k", list(named), CONCEPT)
        _add(written, "h", list(sounding), HEARD_CONCEPT)
        pairs = combinations(sorted(sounding)[:MOST_CONCEPTS], 2)
        _add(written, "hh", [" ".join(pair) for pair in pairs], CONCEPT_PAIR)
        return _damp(solid), _damp(written)

    def _add_han(self, solid: Features, written: Features, run: str) -> None:
        for size in (1, 2, 3):
            _add(written, f"c{size}", _grams(run, size), CHARACTER)
        sounds = [self._readings.get(character, character) for character in run]
        for size in (1, 2):
            _add(solid, f"s{size}", _grams(sounds, size), SOUND)
        folded = [self._folded.get(character, character) for character in run]
        for size in (2, 3):
            _add(solid, f"f{size}", _grams(folded, size), SOUND)

    def _add_words(self, solid: Features, words: list[str]) -> None:
        for size in (1, 2):
            _add(solid, f"w{size}", _grams(words, size), WORD)
        for word in words:
            edged = f"<{word}>"
            for size in (3, 4, 5):
                if len(edged) > size:
                    _add(solid, "p", _grams(edged, size), PIECE)


def _grams(items: str | list[str], size: int) -> list[str]:
    return [" ".join(items[start : start + size]) for start in range(len(items) - size + 1)]


def _add(features: Features, family: str, grams: list[str], weight: float) -> None:
    for gram in grams:
        key = crc32(f"{family}:{gram}".encode())
        features[key] = features.get(key, 0.0) + weight


def _damp(features: Features) -> Features:
    """Repetition counts, but less each time."""
    return {key: weight if weight <= 1.0 else 1.0 + math.log(weight) for key, weight in features.items()}
