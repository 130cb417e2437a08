"""Answers to "which of these?" and to "shall I?": the first one, number two, the last, yes, no. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from kiosk_app.dialogue.cues import cues, language_of, plain
from kiosk_app.dialogue.numerals import number_of

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight")

_PAUSES = re.compile(r"[\s，,、。.！!~]+")


class Said(StrEnum):
    """A short answer that needs a question before it."""

    YES = "yes"
    NO = "no"
    DENY = "deny"
    SKIP = "skip"
    HUM = "hum"
    WHAT = "what"


def says(text: str, *meanings: Said) -> bool:
    """Whether the whole sentence means one of these."""
    words = _short(text)
    patterns = cues(language_of(words))
    return any(patterns.whole(meaning.value, words) for meaning in meanings)


def chosen_of(text: str, offered: Sequence[str]) -> str | None:
    """The target that ``text`` chooses among ``offered``; None when it chooses none of them.

    "Yes" chooses only when there is a single one.
    """
    if not offered:
        return None
    if len(offered) == 1 and says(text, Said.YES):
        return offered[0]
    place = place_of(text, len(offered))
    return offered[place] if place is not None else None


def place_of(text: str, count: int) -> int | None:
    """Which place of ``count``, from 0, an ordinal or a number names; None when none of them."""
    words = _short(text)
    patterns = cues(language_of(words))
    if count and (patterns.whole("last", words) or patterns.whole("lower", words)):
        return count - 1
    if count and patterns.whole("upper", words):
        return 0
    found = patterns.whole("ordinal", words)
    if found is None:
        return None
    word = found["number"]
    if word in _ORDINALS or word in _COUNTS:
        place = _ORDINALS.index(word) if word in _ORDINALS else _COUNTS.index(word)
    else:
        number = number_of(word)
        if number is None:
            return None
        place = number - 1
    return place if 0 <= place < count else None


def _short(text: str) -> str:
    """A short answer without the pauses that somebody wrote into it."""
    words = plain(text)
    return _PAUSES.sub("" if language_of(words) == "zh" else " ", words)
