"""The day that words speak of, seen from today: tomorrow, next Wednesday, the end of the month, in 2015. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

_NEAR = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "今儿": 0, "大后天": 3,
    "后天": 2, "后儿": 2, "明天": 1, "明儿": 1, "明日": 1,
    "the day before yesterday": -2, "yesterday": -1, "the day after tomorrow": 2, "tomorrow": 1, "today": 0,
}  # fmt: skip
_AWAY = {
    "上上": -2, "大前": -3, "前": -2, "上": -1, "去": -1, "last": -1, "这": 0, "本": 0, "this": 0,
    "下": 1, "明": 1, "next": 1, "下下": 2, "后": 2,
}  # fmt: skip
"""How many weeks, months or years away a word puts something."""
_UNIT_DAYS = {
    "天": 1.0, "周": 7.0, "星期": 7.0, "礼拜": 7.0, "月": 30.44, "年": 365.25,
    "day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25,
}  # fmt: skip
_DAY_NAMES = tuple(name.casefold() for name in calendar.day_name)
_MONTH_NAMES = tuple(name.casefold() for name in calendar.month_name)

_NEAR_DAY = re.compile("|".join(sorted(_NEAR, key=len, reverse=True)))
_WEEKDAY = re.compile(
    r"(?P<week>上上|下下|上|下|这|本)?个?(?:周|星期|礼拜)(?P<day>[1-6日天末])"
    rf"|(?:\b(?P<week_en>last|this|next) )?\b(?P<day_en>{'|'.join(_DAY_NAMES)}|weekend)\b"
)
_FROM_NOW = re.compile(
    r"(?P<n>[0-9.]+)个?(?P<unit>天|周|星期|礼拜|月|年)(?:以|之)?(?P<way>前|后)"
    r"|(?:(?P<in>in) )?\b(?P<n_en>[0-9.]+) (?P<unit_en>day|week|month|year)s?(?: (?P<ago>ago))?"
)
_YEAR = re.compile(
    r"(?<![0-9])(?P<number>(?:19|20)[0-9]{2})(?![0-9元块])|(?P<away>大前|前|去|明|后)年"
    r"|\b(?P<away_en>last|next) year\b"
)
_MONTH = re.compile(
    r"(?<![0-9个])(?P<number>1[0-2]|[1-9])月|(?P<away>上|下|这|本)个?月|\b(?P<away_en>last|this|next) month\b"
    rf"|\b(?P<name>{'|'.join(_MONTH_NAMES[1:])})\b"
)
_DAY = re.compile(r"(?<![0-9])(?P<number>[1-3]?[0-9])[号日](?!窗|柜)")
_EDGE = re.compile(
    r"(?P<span>月|年)(?P<edge>初|中|底|末)|\b(?P<edge_en>end) of (?:the )?(?P<span_en>month|year)\b"
)


def day_of(text: str, today: date) -> date | None:
    """The day that a text (case folded, numerals in digits) speaks of; None when of none.

    What is not said is guessed: a month alone stands for its first day, a year alone for its middle.
    """
    ways: tuple[Callable[[str, date], date | None], ...] = (_near, _weekday, _from_now, _edge, _in_calendar)
    try:
        return next((day for way in ways if (day := way(text, today)) is not None), None)
    except (ValueError, OverflowError):  # the thirtieth of February, or a million years from now
        return None


def _near(text: str, today: date) -> date | None:
    match = _NEAR_DAY.search(text)
    return today + timedelta(_NEAR[match[0]]) if match else None


def _weekday(text: str, today: date) -> date | None:
    match = _WEEKDAY.search(text)
    if match is None:
        return None
    place = _place_in_week(match["day"] or match["day_en"])
    week = match["week"] or match["week_en"]
    if week is None:  # the coming one
        return today + timedelta((place - today.weekday()) % 7)
    return today + timedelta(7 * _AWAY[week] + place - today.weekday())


def _place_in_week(name: str) -> int:
    if name in _DAY_NAMES:
        return _DAY_NAMES.index(name)
    return int(name) - 1 if name.isdecimal() else 5 if name in ("末", "weekend") else 6


def _from_now(text: str, today: date) -> date | None:
    match = _FROM_NOW.search(text)
    if match is None or not (match["way"] or match["in"] or match["ago"]):
        return None
    days = float(match["n"] or match["n_en"]) * _UNIT_DAYS[match["unit"] or match["unit_en"]]
    return today + timedelta(-days if match["ago"] or match["way"] == "前" else days)


def _edge(text: str, today: date) -> date | None:
    """The beginning, the middle or the end of a month or of a year."""
    match = _EDGE.search(text)
    if match is None:
        return None
    edge = match["edge"] or "底"
    if (match["span"] or match["span_en"]) in ("年", "year"):
        return date(_year(text, today) or today.year, *{"初": (1, 1), "中": (7, 1)}.get(edge, (12, 31)))
    first = _month(text, today) or today.replace(day=1)
    last = calendar.monthrange(first.year, first.month)[1]
    return first.replace(day={"初": 1, "中": 15}.get(edge, last))


def _in_calendar(text: str, today: date) -> date | None:
    month, day = _month(text, today), _DAY.search(text)
    if month is None and day is None:
        year = _year(text, today)
        return date(year, 7, 1) if year else None
    first = month or today.replace(day=1)
    return first.replace(day=int(day["number"])) if day else first


def _month(text: str, today: date) -> date | None:
    """The first day of the month that is named."""
    match = _MONTH.search(text)
    if match is None:
        return None
    away = match["away"] or match["away_en"]
    if away:
        months = today.year * 12 + today.month - 1 + _AWAY[away]
        return date(months // 12, months % 12 + 1, 1)
    number = int(match["number"]) if match["number"] else _MONTH_NAMES.index(match["name"])
    return date(_year(text, today) or today.year, number, 1)


def _year(text: str, today: date) -> int | None:
    match = _YEAR.search(text)
    if match is None:
        return None
    return int(match["number"]) if match["number"] else today.year + _AWAY[match["away"] or match["away_en"]]
