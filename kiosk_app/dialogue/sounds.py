"""Chinese by its sound, without what accents and recognisers confuse. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

_SHORTEST = 3
"""Syllables; fewer are homophone with too much."""
_CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"))


@cache
def sound_of(text: str) -> tuple[str, ...]:
    """The syllables of Chinese text without what accents and recognisers confuse; () for any other text."""
    if text.isascii():
        return ()
    from pypinyin import lazy_pinyin

    syllables: list[str] = []
    for syllable in lazy_pinyin(text, errors="ignore"):
        plain_syllable = syllable
        for shown, meant in _CONFUSED:
            plain_syllable = plain_syllable.replace(shown, meant)
        if plain_syllable[:1] == "n":
            plain_syllable = "l" + plain_syllable[1:]
        if plain_syllable[:2] == "hu" or plain_syllable[:1] == "f":
            plain_syllable = "f" + plain_syllable.removeprefix("hu").removeprefix("f")
        syllables.append(plain_syllable)
    return tuple(syllables)


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
        if len(sound := sound_of(phrase)) >= _SHORTEST
        and len(heard) - len(sound) in (0, 1)
        and holds_sound(heard, sound)
    ]
    return max(alike, key=len, default=None)
