"""What the intent model sees of a sentence: weighted n-grams of characters, of sounds, and of words.

Chinese is seen three ways: as characters (1 to 3), as toneless syllables (1 to 2), and as syllables without the
confusions of recognisers (2 to 3), so that a homophone costs little. Latin script is seen as words (1 to 2) and as
pieces of words (3 to 5 characters). Both are also seen as the concepts that their words name, alone and in pairs, and
Chinese as the English words of its glosses (1 to 2), which are the same features as those of an English question.
Each feature is named by the CRC-32 of its text: the same on every machine.
"""

from __future__ import annotations

import math
from itertools import combinations
from zlib import crc32

from models.intent.concepts import Concepts
from models.intent.glossary import Glossary
from models.intent.syllables import SyllableTable
from models.intent.words import has_han, runs

CHARACTER, SOUND, WORD = 0.75, 0.85, 1.0
PIECE = 0.6
CONCEPT, HEARD_CONCEPT, CONCEPT_PAIR = 1.4, 1.4, 0.9
GLOSS, GLOSS_PAIR = 0.9, 0.63
MOST_CONCEPTS = 12
"""Of these the pairs are taken: a long text must not take long."""

Features = dict[int, float]
"""Weight of each n-gram, by its hash."""


class Featurizer:
    """Turns sentences into features. Holds nothing but the tables of syllables, of concepts and of glosses."""

    def __init__(self, syllables: SyllableTable) -> None:
        self._readings = syllables.readings
        self._folded = syllables.folded
        self._concepts = Concepts.of(syllables.folded)
        self.glossary = Glossary.of(syllables.folded)

    def features(self, text: str) -> tuple[Features, Features]:
        """The sentence's n-grams, in two parts.

        The first counts in the sentence's length whether the model knows it or not: it tells a foreign
        subject. The second, the written characters, the concepts and the glosses, counts only where known: a
        homophone is no foreign subject.
        """
        solid: Features = {}
        written: Features = {}
        named: dict[str, None] = {}
        sounding: dict[str, None] = {}
        words: list[str] = []
        glosses: list[str] = []
        for run in runs(text):
            if has_han(run):
                self._add_words(solid, words)
                words = []
                self._add_han(solid, written, run)
                glosses += self.glossary.glosses(run)
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
        _add(written, "w1", glosses, GLOSS)
        _add(written, "w2", _grams(glosses, 2), GLOSS_PAIR)
        for key in solid.keys() & written.keys():
            del written[key]
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
