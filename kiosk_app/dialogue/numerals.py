"""Numerals as digits, so that sixteen is sixteen however it is said, written or heard."""

from __future__ import annotations

import re

_HAN_NUMERAL = re.compile(r"[零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾]")
_PAIR = {"俩": "两", "仨": "三"}


def number_of(word: str) -> int | None:
    """The whole number that a word is ("十二", "12", "两"); None when it is none."""
    if word.isdecimal():
        return int(word)
    if not _HAN_NUMERAL.search(word):
        return None
    import cn2an

    try:
        number = float(cn2an.cn2an(word, "smart"))
    except ValueError:
        return None
    return int(number) if number.is_integer() else None


def with_digits(text: str) -> str:
    """The text with its Chinese numerals, dates and amounts written in digits."""
    for word, plain in _PAIR.items():
        text = text.replace(word, plain)
    if not _HAN_NUMERAL.search(text):
        return text
    import cn2an

    try:
        return cn2an.transform(text, "cn2an")
    except ValueError:  # a row of numerals that is no number stays as it was said
        return text
