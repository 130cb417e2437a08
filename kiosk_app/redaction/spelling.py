"""One spelling for everything that can be a digit, character by character, so that places stay the same. Pure."""

from __future__ import annotations

import re
import unicodedata

REST_OF_WORD = "\0"
"""Fills the place of an English digit behind its figure; `plain_of` leaves no other one."""


class _Plain(dict[int, str]):
    """Width, case and exotic digits made plain; what has no place of its own on paper becomes a space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = self[code] = _plain(character)
        return plain


def _plain(character: str) -> str:
    if unicodedata.category(character)[0] in "CZM":
        return " "
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


_PLAIN = _Plain()

_SPOKEN = str.maketrans(
    {
        spelling: digit
        for digit, spellings in enumerate(
            ("零〇洞", "一幺壹", "二两贰貳俩", "三叁參", "四肆", "五伍", "六陆陸", "七柒拐", "八捌", "九玖勾")
        )
        for spelling in spellings
        for digit in [str(digit)]
    }
)

_ENGLISH = {
    word: str(digit)
    for digit, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
} | {"double": "2个", "triple": "3个", "oh": "0", "o": "0"}
_ENGLISH_WORD = re.compile(rf"(?<![a-z])(?:{'|'.join(_ENGLISH)})(?![a-z])")
_LATIN = re.compile(r"[a-z]{2}")

MISHEARD: dict[str, str] = {
    sound: digit
    for digit, sounds in {
        "0": "林灵铃玲令领岭另凌",
        "1": "要腰妖药摇遥邀吆咬衣医依以已亿易",
        "2": "而儿耳尔凉亮量辆良粮",
        "3": "山散伞",
        "4": "是事似司死思丝寺",
        "5": "无午舞武屋吴",
        "6": "刘流留溜柳",
        "7": "起期气其齐奇骑",
        "8": "吧把爸巴拔",
        "9": "就酒久旧救",
    }.items()
    for sound in sounds
}
"""What recognisers write for a spoken digit; it counts only in the midst of digits."""


def plain_of(text: str) -> str:
    """``text`` in one width and case; as many characters, each in its place."""
    return text.translate(_PLAIN)


def coded_of(plain: str) -> str:
    """``plain`` with every spoken digit as an ASCII digit; as many characters, each in its place.

    ``double`` and ``triple`` become a figure and 个, as in 三个零: the digit that follows is said so often.
    """
    coded = plain.translate(_SPOKEN)
    if _LATIN.search(coded):
        coded = _ENGLISH_WORD.sub(lambda found: _ENGLISH[found[0]].ljust(len(found[0]), REST_OF_WORD), coded)
    return coded
