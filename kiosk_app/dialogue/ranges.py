"""Numbers and days in the answer to a slot: "ten" belongs to "under 16", "thirty thousand" to "over 20,000". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kiosk_app.dialogue.cues import cues, language_of, plain
from kiosk_app.dialogue.days import day_of
from kiosk_app.dialogue.numerals import with_digits
from models.knowledge.content import SlotOption

_UNITS = (
    "周岁|岁|年|个月|月|天|日|周|星期|礼拜|小时|万元|元|块钱|块|万|人|个|次|公里|平方米|平米"
    "|years? old|years?|months?|days?|weeks?|yuan|people"
)
_FIGURE = r"[0-9]+(?:\.[0-9]+)?"
_ANY = rf"{_FIGURE} ?(?:{_UNITS})?"
_BELOW = re.compile(
    rf"(?:未满|不满|不到|少于|小于|低于|不足|under|below|less than|younger than|up to) ?{_ANY}"
    rf"|{_ANY}(?:以下|以内|之内)"
)
_FROM = re.compile(
    rf"(?:已满|年满|超过|满|大于|多于|至少|over|at least|more than|older than) ?{_ANY}"
    rf"|{_ANY}(?:及以上|或以上|以上| or (?:older|more|over))"
)
_BETWEEN = re.compile(
    rf"(?P<low>{_FIGURE}) ?(?:{_UNITS})?(?:到|至|-|~| to )(?P<high>{_FIGURE}) ?(?P<unit>{_UNITS})?"
)
_NUMBER = re.compile(rf"(?<![0-9.])(?P<n>{_FIGURE})(?P<more>[多几])? ?(?P<unit>{_UNITS})?(?P<over>多)?")
_ABOUT = re.compile(
    r"差不多|左右|上下|样子|出头|钱|这么多|[他她]|今年|已经|\b(about|around|roughly|maybe|nearly|almost|just|already|s?he('s)?|old)\b"
)
_ALIKE = {
    "周岁": "岁", "year old": "year", "years old": "year", "个月": "月", "日": "天", "块": "元", "块钱": "元",
    "星期": "周", "礼拜": "周", "平米": "平方米", "yuan": "元", "people": "人",
}  # fmt: skip
_DAYS = {
    "天": 1.0, "周": 7.0, "月": 30.44, "年": 365.25, "小时": 1 / 24, "岁": 365.25,
    "day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25,
}  # fmt: skip
"""The units of time, in days: half a year is more than three months."""
_OF_CALENDAR = {*_DAYS, ""} - {"岁", "小时"}
_COUNTED = 1000
"""From here on a number needs no unit to be an amount: nobody says anything a thousand times."""


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` (included) to ``high`` (not included), counted in ``unit``."""

    low: float
    high: float
    unit: str


@dataclass(frozen=True, slots=True)
class Amount:
    """What an answer counts: from ``low`` to ``high``, both included, in ``unit`` ("" when it was not said)."""

    low: float
    high: float
    unit: str


def range_of(words: str) -> Range | None:
    """The range that an option's words speak of; None when of none or of several."""
    text = with_digits(plain(words))
    between = _BETWEEN.search(text)
    if between:
        return Range(float(between["low"]), float(between["high"]) + 1, _unit(between["unit"]))
    if len(_NUMBER.findall(text)) != 1:
        return None
    for pattern, below in ((_BELOW, True), (_FROM, False)):
        match = pattern.search(text)
        if match:
            number = _NUMBER.search(match[0])
            if number:
                value, unit = float(number["n"]), _unit(number["unit"])
                return Range(float("-inf"), value, unit) if below else Range(value, float("inf"), unit)
    return None


def option_within(options: Sequence[SlotOption], text: str, today: date) -> SlotOption | None:
    """The one option whose range the number or the day of ``text`` (numerals in digits) lies in.

    Units have to agree; only a number that is the whole answer may go without one ("once more" is no age). A day
    counts by how far it is from today. On the border of two ranges the one that begins there holds.
    """
    ranges = [(option, found) for option in options for found in _ranges(option)]
    for amount in _amounts(text, today):
        fitting = {option.id: option for option, found in ranges if _fits(found, amount)}
        if len(fitting) == 1:
            return next(iter(fitting.values()))
        beginning = {option.id: option for option, found in ranges if found.low == amount.low == amount.high}
        if fitting and len(beginning) == 1:
            return next(iter(beginning.values()))
    return None


def _ranges(option: SlotOption) -> list[Range]:
    """The ranges of an option's title, with the unit of one language for all; else those of its other words."""
    titled = [found for title in option.title.values() if (found := range_of(title))]
    if not titled:
        return [found for words in option.says.values() for word in words if (found := range_of(word))]
    unit = next((found.unit for found in titled if found.unit), "")
    return [replace(found, unit=found.unit or unit) for found in titled]


def _amounts(text: str, today: date) -> Iterator[Amount]:
    """What an answer may count: the time from today to the day in it, the number in it."""
    between = _BETWEEN.search(text)
    numbers = list(_NUMBER.finditer(text))
    if all(_unit(number["unit"]) in _OF_CALENDAR for number in numbers):
        yield from _since(day_of(text, today), today)
    if between and len(numbers) == 2:
        amount = Amount(float(between["low"]), float(between["high"]), _unit(between["unit"]))
    elif len(numbers) == 1:
        value = float(numbers[0]["n"])
        low, high = _and_more(value) if numbers[0]["more"] or numbers[0]["over"] else (value, value)
        amount = Amount(low, high, _unit(numbers[0]["unit"]))
    else:
        return
    if amount.unit or amount.low >= _COUNTED or _alone(text):
        yield amount


def _since(day: date | None, today: date) -> Iterator[Amount]:
    """The time between two days: in full years when one is a year gone, else in days."""
    if day is None:
        return
    years = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    distance = abs((day - today).days)
    yield Amount(years, years, "年") if years > 0 else Amount(distance, distance, "天")


def _and_more(value: float) -> tuple[float, float]:
    """ "Thirty odd" is more than thirty and less than forty."""
    step = 1.0
    while value and value % (step * 10) == 0:
        step *= 10
    return value + step / 100, value + step * 0.99


def without_amounts(text: str) -> str:
    """What is left of a text beside its numbers and what goes with them."""
    return _NUMBER.sub(" ", _ABOUT.sub(" ", _BETWEEN.sub(" ", text)))


def _alone(text: str) -> bool:
    """Whether next to the numbers there is nothing but filler."""
    rest = without_amounts(text)
    return not any(sign.isalnum() for sign in cues(language_of(rest)).filler.sub(" ", rest))


def _fits(found: Range, amount: Amount) -> bool:
    if not amount.unit or not found.unit or found.unit == amount.unit:
        factor = 1.0
    elif found.unit in _DAYS and amount.unit in _DAYS:
        factor = _DAYS[amount.unit] / _DAYS[found.unit]
    else:
        return False
    return found.low <= amount.low * factor and amount.high * factor < found.high


def _unit(word: str | None) -> str:
    return _ALIKE.get(word or "", (word or "").removesuffix("s"))
