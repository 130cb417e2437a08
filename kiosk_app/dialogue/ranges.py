"""Numbers in the answer to a slot: "ten" belongs to "under 16". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk_app.dialogue.cues import language_of, plain
from kiosk_app.dialogue.numerals import with_digits
from models.knowledge.content import SlotOption

_UNITS = (
    "周岁|岁|年|个月|月|天|日|周|小时|万元|元|块|万|人|个|次|公里|平方米"
    "|years? old|years?|months?|days?|weeks?|yuan|people"
)
_FIGURE = r"[0-9]+(?:\.[0-9]+)?"
_ANY = rf"{_FIGURE} ?(?:{_UNITS})?"
_BELOW = re.compile(
    rf"(?:未满|不满|不到|少于|小于|低于|不足|under|below|less than|younger than) ?{_ANY}|{_ANY}(?:以下|以内|之内)"
)
_FROM = re.compile(
    rf"(?:已满|年满|超过|满|大于|多于|至少|over|at least|more than|older than) ?{_ANY}"
    rf"|{_ANY}(?:及以上|或以上|以上| or (?:older|more|over))"
)
_BETWEEN = re.compile(
    rf"(?P<low>{_FIGURE}) ?(?:{_UNITS})?(?:到|至|-|~| to )(?P<high>{_FIGURE}) ?(?P<unit>{_UNITS})?"
)
_NUMBER = re.compile(rf"(?<![0-9.])(?P<n>{_FIGURE}) ?(?P<unit>{_UNITS})?")
_ALIKE = {"周岁": "岁", "year old": "year", "years old": "year", "个月": "月", "日": "天", "块": "元"}


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` (included) to ``high`` (not included), counted in ``unit``."""

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


def option_within(options: Sequence[SlotOption], text: str) -> SlotOption | None:
    """The one option whose range the single number of ``text`` (numerals in digits) lies in.

    Units have to agree; only a number that is the whole answer may go without one ("once more" is no age).
    """
    numbers = list(_NUMBER.finditer(text))
    if len(numbers) != 1:
        return None
    value, unit = float(numbers[0]["n"]), _unit(numbers[0]["unit"])
    alone = not any(sign.isalnum() for sign in _NUMBER.sub("", text))
    language = language_of(text)
    fitting = [
        option
        for option in options
        if any(
            _fits(found, value, unit, alone)
            for word in _words(option, language)
            if (found := range_of(word)) is not None
        )
    ]
    return fitting[0] if len(fitting) == 1 else None


def _words(option: SlotOption, language: str) -> list[str]:
    return [option.title.get(language, ""), *option.says.get(language, ())]


def _fits(found: Range, value: float, unit: str, alone: bool) -> bool:
    return found.low <= value < found.high and (found.unit in ("", unit) if unit else alone)


def _unit(word: str | None) -> str:
    return _ALIKE.get(word or "", (word or "").rstrip("s"))
