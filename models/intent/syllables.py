"""How Chinese characters sound: one toneless syllable each, and the syllables that recognisers mix up.

The table is made once from pypinyin when a model is trained and travels inside the model: pypinyin takes longer
to import than a kiosk takes to answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

FIRST, LAST = 0x4E00, 0x9FFF
"""The block of CJK unified ideographs: all that is written or recognised in practice."""

_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_HU_AS_F = {"hu": "fu", "hui": "fei", "huo": "fo", "hun": "fen"}
"""Where southern speakers merge hu- and f-; the rest is hua- → fa-."""


def fold(syllable: str) -> str:
    """The syllable without what recognisers and accents confuse: zh/z, ch/c, sh/s, n/l, hu-/f-, -ng/-n."""
    for heard, kept in _INITIALS:
        if syllable.startswith(heard) and len(syllable) > len(heard):
            syllable = kept + syllable[len(heard) :]
            break
    if syllable.startswith("hu"):
        syllable = _HU_AS_F.get(syllable, "f" + syllable[2:])
    return syllable.removesuffix("g") if syllable.endswith("ng") else syllable


@dataclass(frozen=True, slots=True)
class SyllableTable:
    """One syllable for each character of the block; characters without a reading are absent."""

    readings: Mapping[str, str]
    folded: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, readings: Mapping[str, str]) -> SyllableTable:
        """The table for `readings` (character → toneless syllable), with the folded syllables worked out."""
        folds = {syllable: fold(syllable) for syllable in set(readings.values())}
        return cls(readings, {character: folds[syllable] for character, syllable in readings.items()})

    def pack(self) -> tuple[list[str], bytes]:
        """The table as (syllables, little-endian uint16 per character of the block; 0 for none)."""
        names = sorted(set(self.readings.values()))
        number = {name: place + 1 for place, name in enumerate(names)}
        codes = (number.get(self.readings.get(chr(code), ""), 0) for code in range(FIRST, LAST + 1))
        return names, b"".join(code.to_bytes(2, "little") for code in codes)

    @classmethod
    def unpack(cls, names: list[str], codes: list[int]) -> SyllableTable:
        """The table that `pack` wrote; `codes` has one number for each character of the block."""
        known = [None, *names]
        folds = [None, *(fold(name) for name in names)]
        pairs = [(chr(FIRST + place), code) for place, code in enumerate(codes) if 0 < code < len(known)]
        return cls(
            {character: name for character, code in pairs if (name := known[code])},
            {character: name for character, code in pairs if (name := folds[code])},
        )


@cache
def pypinyin_table() -> SyllableTable:
    """The table after pypinyin's first reading of each character. Needs pypinyin, which is in `[train]`."""
    from pypinyin import Style
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.style import convert

    readings: dict[str, str] = {}
    for code in range(FIRST, LAST + 1):
        listed = PINYIN_DICT.get(code)
        if listed:
            first = convert(listed.split(",")[0], Style.NORMAL, strict=False)
            readings[chr(code)] = first
    return SyllableTable.of(readings)


@cache
def homophones() -> Mapping[str, str]:
    """For each syllable, the characters in everyday use that are read so (level 1 of GB 2312)."""
    by_syllable: dict[str, list[str]] = {}
    for character, syllable in pypinyin_table().readings.items():
        if _everyday(character):
            by_syllable.setdefault(syllable, []).append(character)
    return {syllable: "".join(characters) for syllable, characters in by_syllable.items()}


def _everyday(character: str) -> bool:
    """Whether a character is one of the 3,755 of GB 2312's first level (rows 16 to 55)."""
    code = character.encode("gb2312", errors="ignore")
    return len(code) == 2 and 0xB0 <= code[0] <= 0xD7
