"""Numerals, dates and ranges however they are said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.dialogue.numerals import number_of, with_digits
from kiosk_app.dialogue.ranges import Range, option_within, range_of
from models.knowledge.content import SlotOption

TODAY = date(2026, 11, 21)
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
        ("一百来块", "100块"),
        ("十来万", "100000"),
        ("两三千块", "2000到3000块"),
        ("十五六岁", "15到16岁"),
        ("几千块", "2000到9000块"),
        ("3万5", "35000"),
        ("2.5万", "25000"),
        ("20,000", "20000"),
        ("半年", "0.5年"),
        ("一年半", "1.5年"),
        ("半个月", "0.5个月"),
        ("两个半月", "2.5月"),
        ("一五年上的牌", "2015年上的牌"),
        ("15年买的", "2015年买的"),
        ("08年", "2008年"),
        ("15年", "15年"),
        ("一两年", "1到2年"),
        ("打一二三三三", "打12333"),
        ("thirty thousand", "30000"),
        ("twenty-five thousand", "25000"),
        ("25 thousand", "25000"),
        ("a hundred yuan", "100 yuan"),
        ("two hundred and five", "205"),
        ("this one", "this one"),
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
    found = option_within(AGES, text, TODAY)
    assert (found.id if found else None) == option


AMOUNTS = (
    SlotOption("low", {"zh": "两万元以下", "en": "Up to 20,000"}, {"zh": ("几百块",)}),
    SlotOption("middle", {"zh": "两万到五万元", "en": "20,000 to 50,000"}, {"zh": ("不到五万",)}),
    SlotOption("high", {"zh": "五万元以上", "en": "Over 50,000"}, {"zh": ("十几万",)}),
)
YEARS = (
    SlotOption("new", {"zh": "十年以内", "en": "Up to ten years"}),
    SlotOption("old", {"zh": "超过十年", "en": "Over ten years"}),
)
DAYS = (
    SlotOption("soon", {"zh": "三十天以内", "en": "within 30 days"}, {"zh": ("快了",)}),
    SlotOption("later", {"zh": "三十天以上", "en": "more than 30 days"}),
)


@pytest.mark.parametrize(
    ("options", "text", "option"),
    [
        (AMOUNTS, "两万五", "middle"),
        (AMOUNTS, "大概三万块钱吧", "middle"),
        (AMOUNTS, "我要取三万", "middle"),
        (AMOUNTS, "明天取三万", "middle"),
        (AMOUNTS, "一百来块", "low"),
        (AMOUNTS, "一万八左右", "low"),
        (AMOUNTS, "两三千", "low"),
        (AMOUNTS, "五万", "high"),
        (AMOUNTS, "五万多", "high"),
        (AMOUNTS, "about thirty thousand", "middle"),
        (AMOUNTS, "a thousand yuan", "low"),
        (AMOUNTS, "明天上午", None),
        (YEARS, "一五年上的牌", "old"),
        (YEARS, "零八年的", "old"),
        (YEARS, "2020年买的", "new"),
        (YEARS, "去年", "new"),
        (YEARS, "半年", "new"),
        (YEARS, "十多年", "old"),
        (YEARS, "two years ago", "new"),
        (DAYS, "下周三", "soon"),
        (DAYS, "月底", "soon"),
        (DAYS, "半个月以后", "soon"),
        (DAYS, "明年三月", "later"),
        (DAYS, "还有三个月", "later"),
        (DAYS, "tomorrow", "soon"),
        (DAYS, "in two months", "later"),
        (AGES, "零八年的", "adult"),
        (AGES, "2012年生的", "child"),
        (AGES, "七八岁", "child"),
        (AGES, "十五六岁", None),
    ],
)
def test_an_amount_or_a_day_finds_its_range(
    options: tuple[SlotOption, ...], text: str, option: str | None
) -> None:
    found = option_within(options, with_digits(text), TODAY)
    assert (found.id if found else None) == option


@given(st.text(max_size=80) | st.text(alphabet="零一二两十百千万亿点壹〇", max_size=30))
def test_any_text_has_digits_and_finds_at_most_one_option(text: str) -> None:
    assert isinstance(with_digits(text), str)
    assert option_within(AGES, text, TODAY) in (*AGES, None)
    range_of(text)
    number_of(text)


def test_what_a_citizen_said_is_never_printed(capfd: pytest.CaptureFixture[str]) -> None:
    for text in ("零一二三四五六七八九十百千万亿" * 9, "一一十十", "点点十点", "二十二十二"):
        with_digits(text)
        number_of(text)
    assert capfd.readouterr() == ("", "")
