"""What little somebody says while the kiosk speaks: a nod, a wish for silence, or something to be listened to.

The words stand in ``interjections.yaml``.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from importlib import resources

import yaml


class Interjection(Enum):
    """What a few words are worth as an interruption."""

    NOTHING = "nothing"
    """No words, or noise that was taken for some."""
    FILLER = "filler"
    """A nod in words: go on."""
    WORDS = "words"
    """Something that is neither."""
    STOP = "stop"


_APART = re.compile(r"[\s，。！？、；：,.!?;:…~～'\"“”‘’-]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


def interjection(text: str) -> Interjection:
    """What a partial text is worth. A single Chinese syllable or English letter proves no words."""
    plain = _APART.sub(" ", text.casefold()).strip()
    for noise in _words("noise"):
        plain = plain.replace(noise, " ").strip()
    if not plain:
        return Interjection.NOTHING
    joined = plain.replace(" ", "")
    if _made_of(joined, _words("filler")):
        return Interjection.FILLER
    if _made_of(joined, _words("filler") | _words("stop")):
        return Interjection.STOP
    if any(word.startswith(joined) for word in _words("stop")):
        return Interjection.FILLER  # half of it is nothing yet
    size = len(joined) if _HAN.search(joined) else len(joined) / _LETTERS_A_SYLLABLE
    return Interjection.WORDS if size >= _FEWEST_SYLLABLES else Interjection.FILLER


_LETTERS_A_SYLLABLE = 3
_FEWEST_SYLLABLES = 2
"""A recogniser makes one syllable out of any cough."""


@cache
def _words(kind: str) -> frozenset[str]:
    text = resources.files("voice").joinpath("interjections.yaml").read_text(encoding="utf-8")
    listed: list[str] = yaml.safe_load(text)[kind]
    return frozenset(listed) | {word.replace(" ", "") for word in listed}


def _made_of(text: str, words: frozenset[str]) -> bool:
    """Whether a text is nothing but such words one after another."""
    reached = {0}
    for end in range(1, len(text) + 1):
        if any(text[start:end] in words for start in reached):
            reached.add(end)
    return len(text) in reached
