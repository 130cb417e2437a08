"""English numerals as digits: "twenty-five thousand" is 25000."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_VALUES = {word: value for value, word in enumerate(_ONES)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}
_WORD = "|".join((*_VALUES, *_SCALES))
_ROW = re.compile(
    rf"\b(?:(?:an?|(?P<figure>[0-9]+(?:\.[0-9]+)?)) (?=(?:{'|'.join(_SCALES)})\b))?"
    rf"(?:{_WORD})(?:(?: and |[ -])(?:{_WORD})){{0,9}}\b"
)


def english_digits(text: str) -> str:
    """The text (case folded) with its English numerals in digits; "one" alone stays, for "this one" counts nothing."""
    return _ROW.sub(lambda match: match[0] if match[0] == "one" else _value(match), text)


def _value(match: re.Match[str]) -> str:
    words = [word for word in re.split(r"[ -]", match[0]) if word in _VALUES or word in _SCALES]
    return f"{_sum(words, float(match['figure'] or 0)):.10g}"


def _sum(words: Sequence[str], figure: float) -> float:
    total, part = 0.0, figure
    for word in words:
        scale = _SCALES.get(word)
        if scale is None:
            part += _VALUES[word]
        elif scale == _SCALES["hundred"]:
            part = (part or 1) * scale
        else:
            total, part = total + (part or 1) * scale, 0.0
    return total + part
