"""From the words of a recogniser to a Recognition; the same for every engine. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from voice.ports import Recognition, Word

UNKNOWN = "[unk]"
"""The word of a Vosk graph that stands for anything outside its vocabulary."""

_MOSTLY = 0.5
_CJK = "㐀-鿿〇"
_BLANK_IN_CHINESE = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])")


def recognition_of(words: Iterable[Word]) -> Recognition:
    """A result without its unknown words; empty when they are the greater part of the time spoken."""
    everything = list(words)
    known = tuple(word for word in everything if word.text != UNKNOWN)
    total = sum(word.end_s - word.start_s for word in everything)
    unknown = total - sum(word.end_s - word.start_s for word in known)
    if not known or unknown > _MOSTLY * total:
        return Recognition("", (), 0.0)
    text = text_of(word.text for word in known)
    return Recognition(text, known, sum(word.confidence for word in known) / len(known))


def text_of(words: Iterable[str]) -> str:
    """Words as they are written: no blanks between Chinese ones, one beside Latin ones, no unknown ones."""
    return _BLANK_IN_CHINESE.sub("", " ".join(word for word in words if word != UNKNOWN))
