"""Numerals as digits, so that sixteen is sixteen however it is said, written or heard."""

from __future__ import annotations

import re

from kiosk_app.dialogue.english_numerals import english_digits
from kiosk_app.wording.numerals import SHORT_YEAR, SIGNS, full_year, value_of

_ONES = "一二三四五六七八九"
_NUMERAL = re.compile(f"[{SIGNS}]{{1,16}}(?:点[{SIGNS}]{{1,4}})?")
_PAIR = {"俩": "两", "仨": "三"}
_AROUND = re.compile(r"(?<=[十百千万])来(?=[百千万亿元块岁年天周个公平])")
_THOUSANDS = re.compile(r"(?<=[0-9])[,，](?=[0-9]{3}(?![0-9]))")
_NEIGHBOURS = re.compile(
    rf"(?<![{SIGNS}])(?P<head>[二三四五六七八九]?十)?(?P<low>[{_ONES}两])(?P<high>[{_ONES}两])"
    r"(?P<scale>[十百千]?万?)(?=(?P<unit>[元块岁年天周个]?))(?![零〇一二两三四五六七八九十百千万])"
)
_SOME = re.compile(r"几(?P<scale>[十百千]?万|[十百千])")
_SCALED = re.compile(r"(?P<n>[0-9]+(?:\.[0-9]+)?)(?P<scale>万|亿|千)(?P<rest>[1-9](?![0-9]))?")
_SCALES = {"万": 10_000, "亿": 100_000_000, "千": 1_000}
_HALF_MORE = re.compile(r"(?P<n>[0-9]+)(?P<unit>年|个月|个小时|小时|天|周|万)半")
_HALF = re.compile(r"(?P<n>[0-9]+)?个?半(?=年|个?月|个?小时|天)")


def number_of(word: str) -> int | None:
    """The whole number that a word is ("十二", "12", "两"); None when it is none."""
    if word.isdecimal():
        return int(word)
    number = value_of(word)
    return int(number) if number is not None and number.is_integer() else None


def with_digits(text: str) -> str:
    """The text with its numerals, years and amounts written in digits; a row that is no number stays.

    Two numerals side by side are a range ("两三千": 2000到3000), "一百来块" is about a hundred, "3万5" is 35000,
    "一五年" is a year of this century, as "两年" is not.
    """
    for word, plain in _PAIR.items():
        text = text.replace(word, plain)
    text = _AROUND.sub("", _THOUSANDS.sub("", text))
    text = SHORT_YEAR.sub(full_year, text)
    text = _NEIGHBOURS.sub(_range, text)
    text = _SOME.sub(lambda match: f"两{match['scale']}到九{match['scale']}", text)
    text = _NUMERAL.sub(lambda match: _digits(match[0]), english_digits(text))
    text = _SCALED.sub(_scaled, text)
    text = _HALF_MORE.sub(lambda match: f"{match['n']}.5{match['unit']}", text)
    return _HALF.sub(lambda match: f"{match['n'] or 0}.5", text)


def _range(match: re.Match[str]) -> str:
    low, high = (_ONES.index(match[name].replace("两", "二")) for name in ("low", "high"))
    counted = match["scale"] or match["head"] or match["unit"]
    if not counted or (high != low + 1 and (match["low"], match["high"]) != ("三", "五")):
        return match[0]
    head, scale = match["head"] or "", match["scale"]
    return f"{head}{match['low']}{scale}到{head}{match['high']}{scale}"


def _scaled(match: re.Match[str]) -> str:
    scale = _SCALES[match["scale"]]
    return f"{float(match['n']) * scale + int(match['rest'] or 0) * scale / 10:.10g}"


def _digits(numeral: str) -> str:
    value = value_of(numeral)
    return numeral if value is None else f"{value:.10g}"
