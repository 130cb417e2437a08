"""Chinese by its sound, without what accents and recognisers confuse. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from models.intent.syllables import fold

_SHORTEST = 3
"""Syllables; fewer are homophone with too much."""


def sound_of(text: str) -> tuple[str, ...]:
    """The syllables of Chinese text without what accents and recognisers confuse; () for any other text."""
    if text.isascii():
        return ()
    from pypinyin import lazy_pinyin

    return tuple(fold(syllable) for syllable in lazy_pinyin(text, errors="ignore"))


@cache
def phrase_sound(phrase: str) -> tuple[str, ...]:
    """The sound of a phrase of the pack's or of ours, kept; never of what a citizen said."""
    return sound_of(phrase)


def holds_sound(heard: tuple[str, ...], sound: tuple[str, ...]) -> bool:
    """Whether these syllables stand in what was heard."""
    size = len(sound)
    return any(heard[place : place + size] == sound for place in range(len(heard) - size + 1))


def like_sounding(text: str, phrases: Iterable[str]) -> str | None:
    """The longest of the phrases that sounds like the text, "那" and the like at its ends apart; None for none."""
    heard = sound_of(text)
    alike = [
        phrase
        for phrase in phrases
        if len(sound := phrase_sound(phrase)) >= _SHORTEST
        and len(heard) - len(sound) in (0, 1)
        and holds_sound(heard, sound)
    ]
    return max(alike, key=len, default=None)
