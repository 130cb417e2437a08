"""What the synthetic voices say: sentences, phrases of the dictionary, and every syllable in random order."""

import random
from collections.abc import Sequence

from models.speech.readings import spoken_syllable

_SHARES = (("sentence", 0.62), ("syllables", 0.22), ("phrases", 0.16))
_JOINED_SHARE = 0.3  # utterances written as words without blanks inside, which espeak-ng speaks more tightly


def toned_syllables() -> tuple[str, ...]:
    """Every toned syllable of the characters of GB 2312 level 1 and 2, for example ``zhong1``."""
    from pypinyin import Style, pinyin

    found: set[str] = set()
    for row in range(0xB0, 0xF8):
        for column in range(0xA1, 0xFF):
            try:
                character = bytes([row, column]).decode("gb2312")
            except UnicodeDecodeError:
                continue
            (readings,) = pinyin(character, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True)
            found.update(spoken_syllable(reading) for reading in readings)
    return tuple(sorted(found))


def phrases() -> tuple[str, ...]:
    """Phrases of two to four characters that pypinyin knows; a fixed sample."""
    from pypinyin.constants import PHRASES_DICT

    known = sorted(phrase for phrase in PHRASES_DICT if 2 <= len(phrase) <= 4)
    return tuple(random.Random(7).sample(known, min(12_000, len(known))))  # noqa: S311 - a fixed sample


def random_texts(
    count: int, sentences: Sequence[str], usable: frozenset[str], rng: random.Random
) -> list[str]:
    """``count`` utterances in pinyin with tone numbers, of syllables whose toneless form is in ``usable``.

    ``sentences`` are spoken Chinese (hanzi only); without any, phrases take their place.
    """
    singles = [syllable for syllable in toned_syllables() if syllable[:-1] in usable]
    words = phrases()
    texts: list[str] = []
    while len(texts) < count:
        (kind,) = rng.choices([name for name, _ in _SHARES], [share for _, share in _SHARES])
        if kind == "syllables":
            syllables = [rng.choice(singles) for _ in range(rng.randint(3, 10))]
        elif kind == "sentence" and sentences:
            syllables = _pinyin(rng.choice(sentences))
        else:
            syllables = _pinyin("".join(rng.choice(words) for _ in range(rng.randint(1, 4))))
        if syllables and all(syllable[:-1] in usable for syllable in syllables):
            texts.append(" ".join(_tightened(syllables, rng) if rng.random() < _JOINED_SHARE else syllables))
    return texts


def _tightened(syllables: Sequence[str], rng: random.Random) -> list[str]:
    """The syllables as written words of one to three."""
    words: list[str] = []
    at = 0
    while at < len(syllables):
        length = rng.randint(1, 3)
        words.append("".join(syllables[at : at + length]))
        at += length
    return words


def _pinyin(text: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin

    readings = lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True)
    return [spoken_syllable(reading) for reading in readings]
