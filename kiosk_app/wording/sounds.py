"""How near two Chinese readings are. Pure.

What is confused (zh/z, ch/c, sh/s, n/l, h/f, -ng/-n) stands in one table, `models.intent.syllables`, which the intent
model's features use too; r/l, which recognisers mix up at the edge of words, is added here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from models.intent.syllables import fold

TONE = 0.1
"""Another tone only: whoever speaks fast, sings, or comes from elsewhere."""
CONFUSED = 0.2
"""Sounds that many speakers do not tell apart."""
HALF = 0.6
"""The same beginning or the same ending, the other half is another sound."""
OTHER = 1.0

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_TONES = "12345"
_INITIALS = ("zh", "ch", "sh", *"bpmfdtnlgkhjqxrzcsyw")


def readings_of(text: str) -> tuple[str, ...]:
    """One syllable with its tone number for each character, by the words it stands in; "" for what is no hanzi."""
    from pypinyin import Style, lazy_pinyin

    readings = [""] * len(text)
    for run in _HAN.finditer(text):
        found = lazy_pinyin(run[0], style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False)
        if len(found) == len(run[0]):
            readings[run.start() : run.end()] = found
    return tuple(readings)


@cache
def folded(reading: str) -> str:
    """A reading without its tone and without what is confused."""
    syllable = fold(reading.rstrip(_TONES))
    return f"l{syllable[1:]}" if syllable.startswith("r") and len(syllable) > 1 else syllable


@cache
def apart(one: str, other: str) -> float:
    """How far two readings are from each other: 0 the same, 1 nothing in common."""
    if one == other:
        return 0.0
    left, right = one.rstrip(_TONES), other.rstrip(_TONES)
    tone = TONE if one[len(left) :] != other[len(right) :] else 0.0
    if left == right:
        return tone
    if not left or not right:
        return OTHER
    if folded(left) == folded(right):
        return CONFUSED + tone
    (initial, final), (second_initial, second_final) = _halves(folded(left)), _halves(folded(right))
    return HALF + tone if initial == second_initial or final == second_final else OTHER


def _halves(syllable: str) -> tuple[str, str]:
    initial = next((initial for initial in _INITIALS if syllable.startswith(initial)), "")
    return initial, syllable[len(initial) :]


def far(heard: Sequence[str], meant: Sequence[str]) -> float:
    """The mean distance of two rows of as many readings."""
    return sum(map(apart, heard, meant)) / len(meant)
