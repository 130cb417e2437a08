"""Chinese text as numbered pinyin for a voice that reads syllables, with the readings of phrases.

The tones of 一 and 不 follow what comes after them, as in speech; those of two third tones in a row are left to the
voice, which does that itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_HANZI_RUN = re.compile(r"[㐀-鿿〇]+")
_PAUSES = str.maketrans("，、；：:;。！？…（）“”《》", ",,,,,,.!?,,,  ,,")
_KEPT_PUNCTUATION = frozenset(",.!? ")
_DIGITS = frozenset("零〇一二三四五六七八九十幺两")
_ONE_NAMES_BEFORE = frozenset("第初周期拜统唯单之百千万") | _DIGITS
"""After these 一 keeps its first tone: it is a digit, the first of an order, or the end of a word."""
_ONE_NAMES_AFTER = frozenset("月日号楼层级类期栋幢") | _DIGITS


class Pinyin:
    """Spells Chinese text.

    Args:
        readings: how words are to be read, as blank-separated numbered pinyin, over what pypinyin knows
            (``{"居住证": "ju1 zhu4 zheng4"}``).
    """

    def __init__(self, readings: Mapping[str, str] | None = None) -> None:
        self._readings = dict(readings or {})
        longest_first = sorted(self._readings, key=len, reverse=True)
        self._listed = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def spell(self, text: str) -> str:
        """Numbered syllables and pauses; anything but Chinese characters and punctuation is left out."""
        parts: list[str] = []
        at = 0
        for match in self._listed.finditer(text) if self._listed else ():
            parts += [_spelled(text[at : match.start()]), self._readings[match[0]]]
            at = match.end()
        parts.append(_spelled(text[at:]))
        return re.sub(r"\s+([,.!?])", r"\1", " ".join(" ".join(parts).split()))


def _spelled(text: str) -> str:
    parts: list[str] = []
    at = 0
    for match in _HANZI_RUN.finditer(text):
        parts += [_punctuation(text[at : match.start()]), *_syllables(match[0])]
        at = match.end()
    return " ".join([*parts, _punctuation(text[at:])])


def _syllables(run: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin

    spelled = lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True)
    syllables = [syllable.replace("ü", "v") for syllable in spelled]
    if len(syllables) != len(run):  # a character that pypinyin does not know
        return syllables
    for place in range(len(run) - 1, -1, -1):  # from the end: 不 follows the tone that 一 has got
        syllables[place] = _changed(run, place, syllables)
    return syllables


def _changed(run: str, place: int, syllables: list[str]) -> str:
    """The syllable with the tone it has there; pypinyin's phrases have it for some words and not for others."""
    character, syllable = run[place], syllables[place]
    following = syllables[place + 1] if place + 1 < len(run) else ""
    if character == "不" and syllable in ("bu2", "bu4"):
        return "bu2" if following.endswith("4") else "bu4"
    if character != "一" or syllable not in ("yi1", "yi2", "yi4"):
        return syllable
    before, after = run[place - 1 : place], run[place + 1 : place + 2]
    if not after or before in _ONE_NAMES_BEFORE or after in _ONE_NAMES_AFTER or following.endswith("5"):
        return "yi1"
    return "yi2" if following.endswith("4") else "yi4"


def _punctuation(text: str) -> str:
    return " ".join(character for character in text.translate(_PAUSES) if character in _KEPT_PUNCTUATION)
