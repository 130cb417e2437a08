"""Written English as a person would read it aloud: numbers, dates, times, amounts, telephones, signs. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from voice.latin import acronyms_spaced, address_spoken

_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
_DASH = r"[-–—~]"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_TIME = r"(?<![\d:])([01]?\d|2[0-4]):([0-5]\d)(?![\d:])"
_MERIDIEM = r"(?:\s*([ap])\.?\s?m\b\.?)?"
_CURRENCY = {
    "RMB": "yuan", "CNY": "yuan", "¥": "yuan", "￥": "yuan", "US$": "dollars", "$": "dollars",
    "HK$": "Hong Kong dollars", "€": "euros", "£": "pounds",
}  # fmt: skip
_MEASURED = (
    r"(?!\s*(?:yuan|dollars?|percent|per|days?|hours?|minutes?|metres?|square|pages?|people|notes?|or more|a )"
    r"\b)"
)
"""After a number it says how many, so the number is no name and no year."""
_HOTLINE = re.compile(rf"(?<![\d.,])(110|119|120|122)(?![\d%]|[.,]\d){_MEASURED}")
_CALLING = re.compile(
    r"\b(call|dial|ring|phone|hotline|number|emergency|police|ambulance|fire)\b", re.IGNORECASE
)
_SHORT = {
    "e.g.": "for example", "i.e.": "that is", "approx.": "about", "incl.": "including", "max.": "at most",
    "min.": "at least", "Mr.": "Mister", "Mrs.": "Missis", "Ms.": "Miz", "Dr.": "Doctor", "Rd.": "Road",
    "vs.": "versus",
}  # fmt: skip
_SHORT_FORM = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, _SHORT))})")
_ROMAN = {
    "II": "two",
    "III": "three",
    "IV": "four",
    "VI": "six",
    "VII": "seven",
    "VIII": "eight",
    "IX": "nine",
}
_ROMAN_ONE = re.compile(r"(?<=[Cc]lass )I\b|(?<=[Tt]ype )I\b|(?<=[Ll]evel )I\b|(?<=[Cc]ategory )I\b")
_SIGNS = {
    "%": " percent", "‰": " per mille", "&": " and ", "@": " at ", "#": " number ", "+": " plus ", "=": " equals ",
    "×": " by ", "≥": " at least ", "≤": " at most ", ">": " over ", "<": " under ", "°": " degrees ",
    "℃": " degrees Celsius", "㎡": " square metres", "²": " square", "*": " star ", "№": " number ", "¥": " yuan ",
    "$": " dollars ", "€": " euros ",
}  # fmt: skip
_QUOTES = re.compile(r"[“”\"«»]|(?<![A-Za-z0-9])['‘’]|['‘’](?![A-Za-z0-9])")
_PAUSED = re.compile(r"\s*(?:[()\[\]{}|•…]|(?<=\s)[-–—](?=\s)|[–—])+\s*")
_KEPT = re.compile(r"[^A-Za-z0-9㐀-鿿' \-,.!?;:，。！？；：、\n]")


def speakable_en(text: str) -> str:
    """English text with its numbers, times and signs as words or in the form that a voice reads rightly.

    Long numbers digit by digit, years in pairs, times by the twelve-hour clock, spelled letters apart.
    """
    text = text.replace("’", "'").replace("‘", "'")
    for pattern, reading in _RULES:
        text = pattern.sub(reading, text)
    text = acronyms_spaced(text)
    text = _PAUSED.sub(", ", _QUOTES.sub("", text))
    text = "".join(_SIGNS.get(c, c) for c in text).replace("/", " or ")
    text = _KEPT.sub(" ", text)
    text = re.sub(r"\s+(?=[,.;:!?])", "", re.sub(r"[ \t]+", " ", text))
    text = re.sub(r",(?:\s*,)+", ",", re.sub(r",\s*([.;:!?])", r"\1", text))
    return text.strip(" ,")


def _digits(text: str) -> str:
    """Digit by digit, a pause where it is written in groups."""
    groups = re.findall(r"\d+", text)
    if len(groups) == 1 and len(groups[0]) == 11:
        number = groups[0]
        groups = [number[:3], number[3:7], number[7:]]
    return ", ".join(" ".join(group) for group in groups)


def _time(match: re.Match[str]) -> str:
    hour, minute, half = int(match[1]), int(match[2]), match[3]
    if hour == 12 and not minute and not half:
        return "12 noon"
    if hour == 24:
        return "midnight"
    spoken_half = f"{half} m" if half else ("a m" if hour < 12 else "p m")
    shown = hour if half else (hour - 1) % 12 + 1
    minutes = "" if not minute else f" {'oh ' if minute < 10 else ''}{minute}"
    return f"{shown}{minutes} {spoken_half}"


def _date(match: re.Match[str]) -> str:
    month, day = int(match[2]), int(match[3])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return _digits(match[0])
    return f"{day} {_MONTHS[month - 1]} {_year(match[1])}"


def _year(year: str) -> str:
    """``2025`` as 20 25, ``1998`` as 19 98; round ones and the first years of a century stay."""
    return year if int(year) % 100 < 10 else f"{year[:2]} {year[2:]}"


def _ticket(match: re.Match[str]) -> str:
    """``A12`` as A 12, ``A012`` digit by digit."""
    return f"{match[1]} {' '.join(match[2]) if len(match[2]) > 2 else match[2]}"


def _hotline(match: re.Match[str]) -> str:
    clause = re.split(r"[.;!?]\s", match.string[: match.start()])[-1]
    after = match.string[match.end() : match.end() + 20]
    return " ".join(match[0]) if _CALLING.search(clause) or _CALLING.search(after) else match[0]


_ADDRESS = re.compile(
    r"(?:https?://)?(?:[A-Za-z0-9-]+\.)+(?:com|cn|gov|org|net|edu|info)\b(?:\.[a-z]{2})?(?:/[\w/-]*)?"
)
_MONEY = re.compile(rf"(RMB|CNY|US\$|HK\$|[¥￥$€£])\s*({_NUMBER})(\s*(?:million|billion|thousand))?")
_PHONE = re.compile(r"(?<![\d.,])(?:0\d{2,3}[- ]\d{7,8}|[48]00-?\d{3}-?\d{4}|1\d{2}[- ]\d{4}[- ]\d{4})(?!\d)")
_CARD = re.compile(r"(?<!\d)\d{4}(?: \d{4}){2,3}(?: \d{1,4})?(?!\d)")

Reading = Callable[[re.Match[str]], str]
_RULES: tuple[tuple[re.Pattern[str], Reading], ...] = (
    (_ADDRESS, lambda m: address_spoken(m[0], "dot").strip()),
    (re.compile(r"(?<![A-Za-z])(No|Nos)\.\s*(?=\d)"), lambda _: "number "),
    (re.compile(r"(?<![A-Za-z])etc\.?(?=\s*$|\s+[A-Z])"), lambda _: "and so on."),
    (re.compile(r"(?<![A-Za-z])etc\b\.?"), lambda _: "and so on"),
    (_SHORT_FORM, lambda m: _SHORT[m[0]]),
    (re.compile(r"(?<!\d)((?:19|20)\d{2})[-/](\d{1,2})[-/](\d{1,2})(?!\d)"), _date),
    (re.compile(rf"({_TIME})\s*{_DASH}\s*(?={_TIME})"), lambda m: f"{m[1]} to "),
    (re.compile(_TIME + _MERIDIEM), _time),
    (re.compile(r"(?<=\d)\s*([AaPp])\.\s?m\.?(?=\s+[a-z]|[,;)]|$)"), lambda m: f" {m[1].lower()} m"),
    (re.compile(r"(?<=\d)\s*([AaPp])[Mm]\b"), lambda m: f" {m[1].lower()} m"),
    (_MONEY, lambda m: f"{m[2]}{m[3] or ''} {_CURRENCY[m[1]]}"),
    (_PHONE, lambda m: _digits(m[0])),
    (re.compile(r"(?<!\d)\d{17}[Xx](?!\w)"), lambda m: f"{_digits(m[0])} X"),
    (_CARD, lambda m: _digits(m[0])),
    (re.compile(r"(?<![\d.,])\d{5,}(?![\d.,]*\d)"), lambda m: _digits(m[0])),
    (_HOTLINE, _hotline),
    (re.compile(rf"(?<![\d.,$])((?:19|20)\d{{2}})(?![\d%]|[.,]\d){_MEASURED}"), lambda m: _year(m[1])),
    (re.compile(rf"(\d)\s*{_DASH}\s*(?=\d)"), lambda m: f"{m[1]} to "),
    (re.compile(r"(?<=24)\s*/\s*7\b"), lambda _: " hours, 7 days"),
    (re.compile(r"\b(yuan|dollars?|times?|copies|pages?|days?)\s*/\s*(?=[a-z])"), lambda m: f"{m[1]} per "),
    (re.compile(r"(?<![A-Za-z])([A-Z])(\d{1,4})(?![\dA-Za-z])"), _ticket),
    (_ROMAN_ONE, lambda _: "one"),
    (re.compile(rf"\b({'|'.join(_ROMAN)})\b"), lambda m: _ROMAN[m[1]]),
)
