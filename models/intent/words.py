"""The words of a text: normalised, cut into runs of Chinese, numbers and words of other scripts."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 200
"""Longer texts are cut: nobody asks a kiosk a question of more than 200 characters."""

_RUNS = re.compile(r"[\u3400-\u9fff]+|[0-9]+|[^\W\d_\u3400-\u9fff]+(?:'[^\W\d_]+)?")
_HAN = re.compile(r"[\u3400-\u9fff]")


def normalise(text: str) -> str:
    """NFKC, lower case, cut to a sane length."""
    # Cut before the normalisation too: one code point may become eighteen.
    folded = unicodedata.normalize("NFKC", text[: 4 * MAX_CHARACTERS]).casefold()
    return folded.replace("’", "'")[:MAX_CHARACTERS]


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in the text."""
    return _HAN.search(text) is not None


def has_words(text: str) -> bool:
    """Whether there is a word or a number in the text: a text without is nothing to the model."""
    return _RUNS.search(normalise(text)) is not None


def runs(text: str) -> list[str]:
    """The normalised text cut into runs of Chinese, numbers, and words of other scripts."""
    return _RUNS.findall(normalise(text))


def latin_words(text: str) -> list[str]:
    """The words and numbers of a text that are not Chinese, normalised."""
    return [run for run in runs(text) if not has_han(run)]
