"""Answers to "which of these?": the first one, number two, yes. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

CHOOSING_ZH = (
    *(f"第{number}个" for number in "一二三四五六七八"),
    "是的",
    "对",
    "对的",
    "没错",
)
"""What the recogniser must know beside the pack's own sentences."""

_NUMBERS = {word: place for place, word in enumerate("一二三四五六七八")} | {"两": 1}
_ORDINALS = {
    word: place
    for place, words in enumerate(
        (("first", "one"), ("second", "two"), ("third", "three"), ("fourth", "four"))
    )
    for word in words
}
_ZH = re.compile(r"(?:我?[要选]|就)?第?([一二两三四五六七八1-8])(?:个|项|号)?(?:吧)?")
_EN = re.compile(
    r"(?:the |number |option )?(first|second|third|fourth|one|two|three|four|[1-8])(?: one)?(?: please)?"
)
_YES = re.compile(r"是的?|对的?|对对|没错|嗯|yes|yes please|yeah|right|that'?s right")
_PUNCTUATION = re.compile(r"[\s，。！？,.!?、]+")


def chosen_of(text: str, offered: Sequence[str]) -> str | None:
    """The target that ``text`` chooses among ``offered``; None when it chooses none of them.

    "Yes" chooses only when there is a single one.
    """
    if not offered:
        return None
    words = _PUNCTUATION.sub(" ", unicodedata.normalize("NFKC", text)).strip().lower()
    if len(offered) == 1 and _YES.fullmatch(words):
        return offered[0]
    place = _place(words)
    return offered[place] if place is not None and place < len(offered) else None


def _place(words: str) -> int | None:
    found = _ZH.fullmatch(words.replace(" ", "")) or _EN.fullmatch(words)
    if found is None:
        return None
    word = found[1]
    if word.isdigit():
        return int(word) - 1
    return _NUMBERS.get(word, _ORDINALS.get(word))
