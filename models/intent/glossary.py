"""Chinese sentences glossed word by word in English, for encoders that read only English.

`glossary.tsv` has a line for each Chinese word and what a person would call it at a counter; words that say nothing
of the subject have no gloss. A sentence is cut where the cut words are longest. A word that is not written right is
taken by its sound, because recognisers write homophones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from models.intent.encoders import Encoder
from models.intent.words import has_han, runs

SHORTEST_HEARD = 2
"""One syllable alone may be anything."""
HEARD = 0.8
"""What a word taken by its sound counts beside one that is written right."""


@dataclass(frozen=True, slots=True)
class Glossary:
    """Glosses by word; `heard` has them by the folded syllables of the words of two characters and more."""

    written: Mapping[str, str]
    heard: Mapping[tuple[str, ...], str]
    folded: Mapping[str, str]
    longest: int

    @classmethod
    def of(cls, folded: Mapping[str, str]) -> Glossary:
        """The shipped glossary, heard through a table of folded syllables (character → syllable)."""
        heard: dict[tuple[str, ...], str] = {}
        for word, gloss in _lines().items():
            if len(word) >= SHORTEST_HEARD:
                heard.setdefault(tuple(folded.get(character, character) for character in word), gloss)
        return cls(_lines(), heard, folded, max(map(len, _lines())))

    def english(self, text: str) -> str:
        """The text with its Chinese glossed; what is not Chinese stays. Empty when nothing is known."""
        parts = (self.glosses(run) if has_han(run) else [run] for run in runs(text))
        return " ".join(word for part in parts for word in part)

    def glosses(self, run: str) -> list[str]:
        """The English words of a run of Chinese, which is cut so that the squares of its words' lengths are most."""
        sounds = [self.folded.get(character, character) for character in run]
        best: list[tuple[float, int, str]] = [
            (0.0, 0, "")
        ]  # up to each place: worth, where the last word starts
        for end in range(1, len(run) + 1):
            best.append(
                max(
                    (best[start][0] + worth, start, gloss)
                    for start in range(max(0, end - self.longest), end)
                    for worth, gloss in (self._word(run[start:end], sounds[start:end]),)
                )
            )
        glosses: list[str] = []
        end = len(run)
        while end:
            _, end, gloss = best[end]
            glosses.append(gloss)
        return " ".join(reversed(glosses)).split()

    def _word(self, word: str, sounds: list[str]) -> tuple[float, str]:
        size = len(word)
        written = self.written.get(word)
        if written is not None:
            return float(size * size), written
        if size >= SHORTEST_HEARD and (heard := self.heard.get(tuple(sounds))) is not None:
            return HEARD * size * size, heard
        return (0.0, "") if size == 1 else (-1.0, "")


def reader_of(encoder: Encoder, glossary: Glossary) -> Callable[[str], str]:
    """What a text has to be made into before the encoder is given it."""
    return str if encoder.reads_chinese else glossary.english


@cache
def _lines() -> dict[str, str]:
    text = resources.files("models.intent").joinpath("glossary.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t") for line in text.splitlines()[1:])
