"""How the words of a set of sentences are read, and how readings are pronounced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product

from models.speech.phones import PhoneTable, Pronunciation
from models.speech.readings import OTHER_READINGS, toneless

_MOST_READINGS = 8

Reading = tuple[str, ...]
"""One toneless syllable a character."""
Lexicon = Mapping[str, tuple[Pronunciation, ...]]


def readings_of(sentences: Iterable[Sequence[str]]) -> dict[str, tuple[Reading, ...]]:
    """Readings of every word of segmented sentences, in a fixed order.

    A word gets the reading it has inside its sentences (pypinyin looks at phrases), the one it has alone, and
    those of :data:`OTHER_READINGS`.
    """
    readings: dict[str, set[Reading]] = {}
    for words in sentences:
        syllables = iter(toneless("".join(words)))
        for word in words:
            readings.setdefault(word, set()).add(tuple(islice(syllables, len(word))))
    for word, known in readings.items():
        known.add(toneless(word))
        known.update(_other_readings(word, next(iter(sorted(known)))))
    return {word: tuple(sorted(readings[word])) for word in sorted(readings)}


def lexicon_of(words: Mapping[str, Iterable[Reading]], table: PhoneTable) -> Lexicon:
    """The pronunciations of words; one with a syllable that the voice does not know is left out."""
    spoken = {word: _pronunciations(readings, table) for word, readings in words.items()}
    return {word: found for word, found in spoken.items() if found}


def _other_readings(word: str, reading: Reading) -> Iterator[Reading]:
    if len(word) > 1 or word not in OTHER_READINGS:
        return
    choices = [OTHER_READINGS.get(c, (s,)) for c, s in zip(word, reading, strict=True)]
    yield from product(*choices)


def _pronunciations(readings: Iterable[Reading], table: PhoneTable) -> tuple[Pronunciation, ...]:
    found: set[Pronunciation] = set()
    for reading in readings:
        parts = [table.syllables.get(syllable, ()) for syllable in reading]
        for combination in islice(product(*parts), _MOST_READINGS):
            found.add(tuple(phone for syllable in combination for phone in syllable))
    return tuple(sorted(found))
