"""Numbers, dates, times, amounts and punctuation of a written answer as a person would read them aloud.

Pure functions on text. Chinese numerals come from cn2an; which reading a number needs (a quantity, a year, a
string of digits) is decided here from what stands around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_DIGITS = "零一二三四五六七八九"
_SPOKEN_ONE = "幺"  # how "one" is said inside telephone and ticket numbers

# 2 is 两 before these, 二 elsewhere (二月, 二楼, 二号窗口).
_COUNTED = "个份张位项天年次条件套本页步名户笔种间台点分秒周元块寸小"
_HOTLINES = {"110", "119", "120", "122"}

_TO = r"[-－–—~～至到]"
_NUMBER = r"\d+(?:\.\d+)?"
_GROUPED = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
_DATE = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_MONTH = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/.](0?[1-9]|1[0-2])(?![\d.])")
_YEAR = re.compile(r"(?<!\d)(\d{4})\s*年")
_TIME = re.compile(r"(?<!\d)([01]?\d|2[0-4])[:：]([0-5]\d)(?:[:：]([0-5]\d))?(?!\d)")
_PHONE = re.compile(r"(?<![\d.])(?:0\d{2,3}-\d{7,8}|[48]00-?\d{3}-?\d{4}|1\d{2}-\d{4}-\d{4})(?!\d)")
_TICKET = re.compile(r"(?<![A-Za-z])([A-Z]{1,2})-?(\d{1,4})(?![\d.])")
_PERCENT = re.compile(rf"({_NUMBER})\s*(?:[%％]?\s*{_TO}\s*({_NUMBER})\s*)?[%％]")
_MONEY = re.compile(rf"[¥￥]\s*({_NUMBER})")
_RANGE = re.compile(rf"({_NUMBER})\s*{_TO}\s*(?={_NUMBER})")
_QUANTITY = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<next>[{_COUNTED}]?)")
_SPACE_IN_CHINESE = re.compile(r"(?<=[㐀-鿿〇])\s+(?=[㐀-鿿〇])")
_LONG_DIGITS = re.compile(r"(?<![\d.,])\d{5,}(?![\d.,]\d)")


def speakable_zh(text: str) -> str:
    """Chinese text with every number written as it is read: ``3 号窗口`` becomes ``三号窗口``.

    Latin words and punctuation stay; blanks around what was a number go.
    """
    text = "".join(unicodedata.normalize("NFKC", c) if c in _WIDE else c for c in text)
    text = _GROUPED.sub(lambda m: m[0].replace(",", ""), text)
    text = _between_times(text)
    for pattern, reading in _ZH_RULES:
        text = pattern.sub(reading, text)
    text = text.replace("元/", "元每")
    return _SPACE_IN_CHINESE.sub("", text).strip()


def speakable_en(text: str) -> str:
    """English text with long numbers digit by digit, money and ranges as words; the rest is left."""
    text = re.sub(rf"(?:RMB|CNY|¥|￥)\s*({_NUMBER})", r"\1 yuan", text)
    text = _PHONE.sub(lambda m: " ".join(c for c in m[0] if c.isdigit()), text)
    text = _LONG_DIGITS.sub(lambda m: " ".join(m[0]), text)
    text = re.sub(r"(\d)\s*[-–~]\s*(\d)", r"\1 to \2", text)
    return re.sub(r"\s+", " ", text).strip()


def sentences(text: str) -> list[str]:
    """A text cut after 。！？；… and line ends, and after . ! ? ; before a blank; empty ones are left out."""
    cut = re.split(r"(?<=[。！？；!?;…])\s*|(?<=\.)\s+|\n+", text)
    return [piece.strip() for piece in cut if any(c.isalnum() for c in piece)]


def digits_zh(digits: str, *, one: str = _SPOKEN_ONE) -> str:
    """A string of digits read one by one."""
    return "".join(one if c == "1" else _DIGITS[int(c)] for c in digits if c.isdigit())


def quantity_zh(number: str) -> str:
    """A number as a quantity: ``40`` 四十, ``3.5`` 三点五. More than twelve digits are read one by one."""
    if len(number.split(".", maxsplit=1)[0]) > 12:
        return digits_zh(number, one="一")
    import cn2an

    whole, _, fraction = number.partition(".")
    reading = re.sub("^二(?=[千万亿])", "两", str(cn2an.an2cn(str(int(whole)), "low")))
    return f"{reading}点{digits_zh(fraction, one='一')}" if fraction else reading


def _between_times(text: str) -> str:
    """``8:30-12:00``: the dash between two times is read as 到."""
    return re.sub(rf"({_TIME.pattern})\s*{_TO}\s*(?={_TIME.pattern})", r"\1到", text)


def _date(match: re.Match[str]) -> str:
    year, month, day = match[1], match[2], match[3]
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return match[0]
    return f"{digits_zh(year, one='一')}年{quantity_zh(month)}月{quantity_zh(day)}日"


def _year_month(match: re.Match[str]) -> str:
    return f"{digits_zh(match[1], one='一')}年{quantity_zh(match[2])}月"


def _time(match: re.Match[str]) -> str:
    hour, minute, second = int(match[1]), int(match[2]), match[3]
    reading = ("两" if hour == 2 else quantity_zh(str(hour))) + "点"
    if minute or second:
        reading += ("零" if minute < 10 else "") + (quantity_zh(str(minute)) if minute else "") + "分"
    return reading + (quantity_zh(second) + "秒" if second else "")


def _percent(match: re.Match[str]) -> str:
    reading = f"百分之{quantity_zh(match[1])}"
    return reading + (f"到百分之{quantity_zh(match[2])}" if match[2] else "")


def _quantity(match: re.Match[str]) -> str:
    number, following = match["number"], match["next"]
    before = match.string[: match.start()].rstrip()
    ordinal = before.endswith("第")
    if number in _HOTLINES and not following:
        return digits_zh(number)
    if "." not in number and len(number) >= 5 and not following and not _is_unit_next(match):
        return digits_zh(number)
    if "." not in number and number.startswith("0") and len(number) > 1:
        return digits_zh(number) + following
    reading = quantity_zh(number)
    if reading == "二" and following and not ordinal:
        reading = "两"
    return reading + following


def _is_unit_next(match: re.Match[str]) -> bool:
    """Whether a long number is a quantity all the same (10000 人, 20000 万)."""
    return match.string[match.end() : match.end() + 1] in set("万亿人米公克平")


_WIDE = frozenset("０１２３４５６７８９％：．，－／ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ") - {
    "，"
}

_ZH_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_DATE, _date),
    (_YEAR_MONTH, _year_month),
    (_YEAR, lambda m: digits_zh(m[1], one="一") + "年"),
    (_TIME, _time),
    (_PHONE, lambda m: digits_zh(m[0])),
    (_TICKET, lambda m: f"{m[1]}{digits_zh(m[2])}"),
    (_PERCENT, _percent),
    (_MONEY, lambda m: quantity_zh(m[1]) + "元"),
    (_RANGE, lambda m: ("两" if m[1] == "2" else quantity_zh(m[1])) + "到"),
    (_QUANTITY, _quantity),
)
