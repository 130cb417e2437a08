"""Numerals as digits, so that sixteen is sixteen however it is said, written or heard."""

from __future__ import annotations

import re

_SIGNS = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
_NUMERAL = re.compile(f"[{_SIGNS}]{{1,16}}(?:点[{_SIGNS}]{{1,4}})?")
_PAIR = {"俩": "两", "仨": "三"}


def number_of(word: str) -> int | None:
    """The whole number that a word is ("十二", "12", "两"); None when it is none."""
    if word.isdecimal():
        return int(word)
    number = _value(word) if _NUMERAL.fullmatch(word) else None
    return int(number) if number is not None and number.is_integer() else None


def with_digits(text: str) -> str:
    """The text with its Chinese numerals, years and amounts written in digits; a row that is no number stays."""
    for word, plain in _PAIR.items():
        text = text.replace(word, plain)
    return _NUMERAL.sub(lambda match: _digits(match[0]), text)


def _digits(numeral: str) -> str:
    value = _value(numeral)
    return numeral if value is None else f"{value:.10g}"


def _value(numeral: str) -> float | None:
    import cn2an

    # Not cn2an.transform: it warns, with the citizen's words, on standard error.
    try:
        return float(cn2an.cn2an(numeral, "smart"))
    except (
        ValueError,
        KeyError,
    ):  # what it raises for a row of numerals that is no number depends on the row
        return None
