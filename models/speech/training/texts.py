"""What the training voices say: every Mandarin syllable in random order, and random phrases.

No sentence of any pack is in it, so the packs' sentences are new to the network.
"""

import random

from models.speech.readings import spoken_syllable

_SHORTEST, _LONGEST = 2, 10  # syllables per utterance
_PHRASE_SHARE = 0.5
_JOINED_SHARE = 0.3  # utterances whose words are written without blanks, which espeak-ng speaks more tightly


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


def phrases() -> tuple[tuple[str, ...], ...]:
    """Toned syllables of every phrase of two to four characters that pypinyin knows."""
    from pypinyin import Style, lazy_pinyin
    from pypinyin.constants import PHRASES_DICT

    known = sorted(phrase for phrase in PHRASES_DICT if 2 <= len(phrase) <= 4)
    chosen = random.Random(7).sample(known, min(12_000, len(known)))  # noqa: S311 - a fixed sample
    return tuple(
        tuple(spoken_syllable(s) for s in lazy_pinyin(phrase, style=Style.TONE3, neutral_tone_with_five=True))
        for phrase in chosen
    )


def random_texts(count: int, usable: frozenset[str], rng: random.Random) -> list[str]:
    """``count`` utterances in pinyin with tone numbers, of syllables whose toneless form is in ``usable``."""
    singles = [(s,) for s in toned_syllables() if s[:-1] in usable]
    known = [phrase for phrase in phrases() if all(s[:-1] in usable for s in phrase)]
    return [_random_text(singles, known, rng) for _ in range(count)]


def _random_text(singles: list[tuple[str, ...]], known: list[tuple[str, ...]], rng: random.Random) -> str:
    length = rng.randint(_SHORTEST, _LONGEST)
    joined = "" if rng.random() < _JOINED_SHARE else " "
    words: list[str] = []
    spoken = 0
    while spoken < length:
        word = rng.choice(known if rng.random() < _PHRASE_SHARE else singles)
        words.append(joined.join(word))
        spoken += len(word)
    return " ".join(words)
