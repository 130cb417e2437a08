"""How alike two questions are, by their characters and by how they sound. Pure.

Not the intent model's vectors: those change with every pack that is built, clusters outlive packs.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Generic, TypeVar

from kiosk_app.redaction import PLACEHOLDERS
from models.intent.syllables import pypinyin_table
from models.knowledge.plain import plain_form

K = TypeVar("K")

_HAN = re.compile(r"[\u3400-\u9fff]")
_RUNS = re.compile(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+")
_MASKS = re.compile("|".join(re.escape(mask) for mask in PLACEHOLDERS.values()))
_COURTESIES = re.compile(
    r"请问|你好|您好|麻烦|谢谢|我想问一下|想问一?下|问一?下|我想要?|我要|我需要|帮我|一下|那个|这个|就是|嗯|呃|啊|吗|呢|吧|"
    r"怎么办理?|如何办理?|怎么弄|咋办|咋弄|办理|可以|能不能|"
    r"\b(?:please|excuse me|hello|can you|could you|i would like to|i d like to|i want to|how (?:do|can) i|the|an?)\b"
)
_LEAST = 2
"""Characters that have to be left when courtesies are taken away."""


def grams(text: str, *, subject_only: bool = True) -> Counter[str]:
    """The n-grams of a question: characters, folded syllables, words and pieces of words.

    With ``subject_only`` courtesies and "how do I …" do not count: two questions are not alike because both are
    polite.
    """
    plain = plain_form(_MASKS.sub(" ", text))
    if subject_only:
        shorter = " ".join(_COURTESIES.sub(" ", plain).split())
        if len(shorter.replace(" ", "")) >= _LEAST:
            plain = shorter
    counted: Counter[str] = Counter()
    for run in _RUNS.findall(plain):
        counted.update(_han(run) if _HAN.match(run) else _word(run))
    return counted


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """The cosine of two questions' n-grams: 0 for nothing in common, 1 for the same."""
    small, large = sorted((one, other), key=len)
    shared = sum(count * large[gram] for gram, count in small.items())
    return shared / (_length(one) * _length(other)) if shared else 0.0


class Likes(Generic[K]):
    """Questions that can be asked which of them is most like another one."""

    def __init__(self, *, subject_only: bool = True) -> None:
        self._subject_only = subject_only
        self._where: dict[str, dict[int, int]] = defaultdict(dict)
        self._entries: list[tuple[K, float]] = []

    def add(self, text: str, key: K) -> None:
        """Put a question in."""
        counted = grams(text, subject_only=self._subject_only)
        number = len(self._entries)
        self._entries.append((key, _length(counted)))
        for gram, count in counted.items():
            self._where[gram][number] = count

    def nearest(self, text: str) -> Iterator[tuple[float, K]]:
        """The questions that have anything in common with ``text``, most alike first."""
        counted = grams(text, subject_only=self._subject_only)
        shared: dict[int, float] = defaultdict(float)
        for gram, count in counted.items():
            for number, other in self._where.get(gram, {}).items():
                shared[number] += count * other
        length = _length(counted)
        ranked = sorted(
            ((s / (length * self._entries[n][1]), n) for n, s in shared.items()), key=lambda r: (-r[0], r[1])
        )
        return ((alike, self._entries[number][0]) for alike, number in ranked)


def _length(counted: Counter[str]) -> float:
    return math.sqrt(sum(count * count for count in counted.values()))


def _han(run: str) -> Iterator[str]:
    folded = pypinyin_table().folded
    sounds = [folded.get(character, character) for character in run]
    yield from (f"c{character}" for character in run)
    yield from (f"c{run[place : place + 2]}" for place in range(len(run) - 1))
    yield from (f"s{sound}" for sound in sounds)
    yield from (f"s{one} {two}" for one, two in pairwise(sounds))


def _word(word: str) -> Iterator[str]:
    yield f"w{word}"
    edged = f"<{word}>"
    yield from (f"p{edged[place : place + 4]}" for place in range(len(edged) - 3))
