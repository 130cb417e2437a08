"""Everyday words that mean the same: which concepts a sentence names, as written and as heard.

`concepts.tsv` has a line for each concept: its name, its Chinese words, its English words (`*` for any ending). What
the model learns of one word holds for the others, and from one language to the other. The table was written for this
project and names no matter, only what people say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TypeVar

Key = TypeVar("Key")
SHORTEST_STEM = 2


@dataclass(frozen=True, slots=True)
class Concepts:
    """Concepts by word. `heard` has folded syllables of the Chinese words of two characters and more."""

    written: Mapping[tuple[str, ...], tuple[str, ...]]
    heard: Mapping[tuple[str, ...], tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]
    stems: Mapping[str, tuple[str, ...]]
    longest: int

    @classmethod
    def of(cls, folded: Mapping[str, str]) -> Concepts:
        """The shipped concepts, heard through a table of folded syllables."""
        written: dict[tuple[str, ...], list[str]] = {}
        heard: dict[tuple[str, ...], list[str]] = {}
        words: dict[str, list[str]] = {}
        stems: dict[str, list[str]] = {}
        for name, chinese, english in _lines():
            for word in chinese:
                written.setdefault(tuple(word), []).append(name)
                if len(word) > 1:
                    heard.setdefault(
                        tuple(folded.get(character, character) for character in word), []
                    ).append(name)
            for word in english:
                table, key = (stems, word[:-1]) if word.endswith("*") else (words, word)
                table.setdefault(key, []).append(name)
        return cls(
            _frozen(written),
            _frozen(heard),
            _frozen(words),
            _frozen(stems),
            max(map(len, written), default=0),
        )

    def in_han(self, characters: Sequence[str]) -> Iterator[str]:
        """The concepts written in a run of Chinese; a longer word hides the shorter ones inside it."""
        return _longest(characters, self.written, 1, self.longest)

    def in_sounds(self, folded: Sequence[str]) -> Iterator[str]:
        """The concepts heard in a run of folded syllables."""
        return _longest(folded, self.heard, 2, self.longest)

    def in_word(self, word: str) -> Iterator[str]:
        """The concepts of a word that is not Chinese."""
        yield from self.words.get(word, ())
        for size in range(SHORTEST_STEM, len(word) + 1):
            yield from self.stems.get(word[:size], ())


def _longest(
    items: Sequence[str], table: Mapping[tuple[str, ...], tuple[str, ...]], shortest: int, longest: int
) -> Iterator[str]:
    at = 0
    while at < len(items):
        for size in range(min(longest, len(items) - at), shortest - 1, -1):
            found = table.get(tuple(items[at : at + size]))
            if found:
                yield from found
                at += size
                break
        else:
            at += 1


def _frozen(table: Mapping[Key, list[str]]) -> dict[Key, tuple[str, ...]]:
    return {key: tuple(names) for key, names in table.items()}


@cache
def _lines() -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    text = resources.files("models.intent").joinpath("concepts.tsv").read_text(encoding="utf-8")
    cells = (line.split("\t") for line in text.splitlines()[1:])
    return tuple((name, tuple(chinese.split()), tuple(english.split())) for name, chinese, english in cells)
