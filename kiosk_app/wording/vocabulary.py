"""The hall's own words, found again by their sound: terms of the lexicon, titles, answers to slots."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from kiosk_app.wording.sounds import folded, readings_of
from models.knowledge import Knowledge
from models.speech.words import Segmenter

SHORTEST, LONGEST = 2, 8
"""Characters of a word that is looked for; a single one sounds like too much, longer ones are made of shorter ones."""
_GAPPED = 3
"""From so many syllables on, a word is also found where one of them was heard as quite another."""
_ANY = "*"
_OFTEN = 10
"""Sentences from which on a word is one of the hall's; a rarer one is as likely a mistake itself."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Known:
    """A word of the hall and its readings, one for each character; ``term`` when it is of the trade."""

    text: str
    readings: tuple[str, ...]
    term: bool


class Vocabulary:
    """Words by their sound; never changes.

    Args:
        terms: words of the trade, each with its readings or () for the usual ones.
        often: words that are often said here.
        sentences: what is said in this hall; what stands in them is no mistake.
    """

    def __init__(
        self, terms: Mapping[str, tuple[str, ...]], sentences: Iterable[str], often: Iterable[str] = ()
    ) -> None:
        everything = {**dict.fromkeys(often, ()), **terms}
        self.words = tuple(
            Known(text, given if len(given) == len(text) else readings_of(text), text in terms)
            for text, given in everything.items()
            if SHORTEST <= len(text) <= LONGEST and _HAN.fullmatch(text)
        )
        self._texts = frozenset(word.text for word in self.words)
        self._said = "\n".join(chain(sentences, sorted(self._texts)))
        self._by_sound: dict[tuple[str, ...], list[Known]] = {}
        for word in self.words:
            sound = tuple(map(folded, word.readings))
            for key in {sound, *gapped(sound)}:
                self._by_sound.setdefault(key, []).append(word)

    def near(self, readings: tuple[str, ...]) -> dict[str, Known]:
        """The words that sound like these readings but for one syllable at most."""
        sound = tuple(map(folded, readings))
        found = {word.text: word for word in self._by_sound.get(sound, ())}
        for key in gapped(sound):
            found.update((word.text, word) for word in self._by_sound.get(key, ()))
        return found

    def holds(self, text: str) -> bool:
        """Whether a text is one of the words."""
        return text in self._texts

    def is_said(self, text: str) -> bool:
        """Whether a text stands in what is said in this hall."""
        return text in self._said


def gapped(sound: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A sound with any syllable in one place, where it is long enough to be known by the others."""
    if len(sound) >= _GAPPED:
        for place in range(len(sound)):
            yield (*sound[:place], _ANY, *sound[place + 1 :])


def vocabulary_of(knowledge: Knowledge, without: frozenset[str] = frozenset()) -> Vocabulary:
    """The words of a pack: its lexicon with its readings, its titles, the answers to its slots, what is often said.

    ``without`` are sentences that it shall not know of; a measurement holds some back.
    """
    sentences = [line for line in knowledge.sentences("zh") if line not in without]
    words: dict[str, tuple[str, ...]] = {}
    for matter in knowledge.matters.values():
        options = (option for slot in matter.slots for option in slot.options)
        titles = (matter.title, *(option.title for option in options))
        words.update((title["zh"], ()) for title in titles if "zh" in title)
    for term in knowledge.lexicon:
        words.update((synonym, ()) for synonym in term.synonyms)
    for term in knowledge.lexicon:
        words[term.term] = tuple(term.reading.replace("ü", "v").split())
    return Vocabulary(words, sentences, _often_said(sentences, knowledge))


def _often_said(sentences: Iterable[str], knowledge: Knowledge) -> Iterator[str]:
    """The words that many sentences of the pack have, those of the lexicon in one piece."""
    cut = Segmenter(term.term for term in knowledge.lexicon)
    counts = Counter(word for line in sentences for word in dict.fromkeys(cut.cut(line)))
    return (word for word, count in counts.items() if count >= _OFTEN)
