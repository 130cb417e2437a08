"""Numerals, dates and ranges however they are said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.dialogue.numerals import number_of, with_digits
from kiosk_app.dialogue.ranges import Range, option_within, range_of
from models.knowledge.content import SlotOption

INFINITE = float("inf")


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("二", 2),
        ("两", 2),
        ("十二", 12),
        ("壹", 1),
        ("３", 3),
        ("21", 21),
        ("几", None),
        ("", None),
        ("半", None),
    ],
)
def test_a_word_as_a_number(word: str, number: int | None) -> None:
    assert number_of(word) == number


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("他十五岁", "他15岁"),
        ("二零二五年三月到期", "2025年3月到期"),
        ("一万五千元", "15000元"),
        ("没有数字", "没有数字"),
    ],
)
def test_a_sentence_with_digits(text: str, digits: str) -> None:
    assert with_digits(text) == digits


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("未满十六周岁", Range(-INFINITE, 16, "岁")),
        ("16周岁以上", Range(16, INFINITE, "岁")),
        ("满十六岁了", Range(16, INFINITE, "岁")),
        ("16 or older", Range(16, INFINITE, "")),
        ("under 16 years old", Range(-INFINITE, 16, "year")),
        ("五万元以下", Range(-INFINITE, 50_000, "元")),
        ("16至60岁", Range(16, 61, "岁")),
        ("首次办理", None),
        ("", None),
    ],
)
def test_the_range_that_words_speak_of(words: str, found: Range | None) -> None:
    assert range_of(words) == found


AGES = (
    SlotOption("child", {"zh": "未满16周岁", "en": "Under 16 years"}),
    SlotOption("adult", {"zh": "16周岁以上", "en": "16 years or older"}),
)


@pytest.mark.parametrize(
    ("text", "option"),
    [
        ("10岁", "child"),
        ("他今年10岁了", "child"),
        ("16岁", "adult"),
        ("40", "adult"),
        ("再说1遍", None),
        ("2个人", None),
        ("10岁和40岁", None),
        ("he is 10 years old", "child"),
        ("不知道", None),
    ],
)
def test_a_number_finds_its_range(text: str, option: str | None) -> None:
    found = option_within(AGES, text)
    assert (found.id if found else None) == option


@given(st.text(max_size=80) | st.text(alphabet="零一二两十百千万亿点壹〇", max_size=30))
def test_any_text_has_digits_and_finds_at_most_one_option(text: str) -> None:
    assert isinstance(with_digits(text), str)
    assert option_within(AGES, text) in (*AGES, None)
    range_of(text)
    number_of(text)


def test_what_a_citizen_said_is_never_printed(capfd: pytest.CaptureFixture[str]) -> None:
    for text in ("零一二三四五六七八九十百千万亿" * 9, "一一十十", "点点十点", "二十二十二"):
        with_digits(text)
        number_of(text)
    assert capfd.readouterr() == ("", "")
