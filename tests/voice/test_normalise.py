"""Numbers and signs as they are read aloud."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.normalise import digits_zh, quantity_zh, sentences, speakable_en, speakable_zh


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("40 元", "四十元"),
        ("3号窗口", "三号窗口"),
        ("一楼 3 号窗口", "一楼三号窗口"),
        ("15 个工作日", "十五个工作日"),
        ("１５个工作日", "十五个工作日"),
        ("2026-01-01", "二零二六年一月一日"),
        ("2026/12/31 起", "二零二六年十二月三十一日起"),
        ("2026年3月2日", "二零二六年三月二日"),
        ("8:30", "八点三十分"),
        ("9:05", "九点零五分"),
        ("14:00", "十四点"),
        ("2:00", "两点"),
        ("8:30-12:00", "八点三十分到十二点"),
        ("9：00～17：30", "九点到十七点三十分"),
        ("请拨打12345", "请拨打幺二三四五"),
        ("0571-88888888", "零五七幺八八八八八八八八"),
        ("13800138000", "幺三八零零幺三八零零零"),
        ("110", "幺幺零"),
        ("10%", "百分之十"),
        ("3.5%", "百分之三点五"),
        ("5%-10%", "百分之五到百分之十"),
        ("¥20.5", "二十点五元"),
        ("1,000元", "一千元"),
        ("2000元", "两千元"),
        ("10000元", "一万元"),
        ("20000 人", "两万人"),
        ("3-5个工作日", "三到五个工作日"),
        ("2-3 天", "两到三天"),
        ("2 份", "两份"),
        ("2楼2号窗口", "二楼二号窗口"),
        ("第2项", "第二项"),
        ("12 张照片", "十二张照片"),
        ("您的号码是 A012", "您的号码是 A零幺二"),
        ("50元/张", "五十元每张"),
        ("国务院令第663号", "国务院令第六百六十三号"),
        ("请带身份证。", "请带身份证。"),
        ("ATM 机", "ATM 机"),
        ("", ""),
    ],
)
def test_chinese(written: str, spoken: str) -> None:
    assert speakable_zh(written) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Window 3, ground floor", "Window 3, ground floor"),
        ("Call 12345 now.", "Call 1 2 3 4 5 now."),
        ("Call 0571-88888888.", "Call 0 5 7 1 8 8 8 8 8 8 8 8."),
        ("¥40", "40 yuan"),
        ("3-5 working days", "3 to 5 working days"),
        ("15 working days", "15 working days"),
    ],
)
def test_english(written: str, spoken: str) -> None:
    assert speakable_en(written) == spoken


@given(st.text(alphabet="0123456789.-/:,%¥元年月日号楼个份第到 A办理证。", max_size=40))
def test_no_digit_is_left_in_chinese_and_nothing_fails(text: str) -> None:
    assert not re.search(r"\d", speakable_zh(text))


@given(st.integers(0, 10**12 - 1))
def test_quantities_have_no_digits_and_differ(number: int) -> None:
    assert re.fullmatch("[零一二三四五六七八九十百千万亿两]+", quantity_zh(str(number)))


def test_very_long_numbers_are_read_digit_by_digit() -> None:
    assert quantity_zh("1234567890123") == "一二三四五六七八九零一二三"
    assert digits_zh("101") == "幺零幺"


def test_sentences_are_cut_where_one_breathes() -> None:
    assert sentences("您好。请到三号窗口！带身份证；再见") == [
        "您好。",
        "请到三号窗口！",
        "带身份证；",
        "再见",
    ]
    assert sentences("Hello. The fee is 3.5 yuan. Bye!") == ["Hello.", "The fee is 3.5 yuan.", "Bye!"]
    assert sentences("…… 。\n！") == []
