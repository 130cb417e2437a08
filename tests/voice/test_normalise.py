"""Numbers and signs as they are read aloud."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.normalise import sentences, speakable, speakable_en, speakable_zh, spoken_sentences
from voice.numerals_zh import digits_zh, grouped_zh, quantity_zh

CHINESE = [
    # quantities, and 两 where something is counted
    ("40 元", "四十元"),
    ("15 个工作日", "十五个工作日"),
    ("１５个工作日", "十五个工作日"),
    ("2 份", "两份"),
    ("2 小时", "两小时"),
    ("2 至 4 周", "两到四周"),
    ("2-3 天", "两到三天"),
    ("12 张照片", "十二张照片"),
    ("2 日内办结", "两日内办结"),
    ("1 月 2 日", "一月二日"),
    ("2 至 4 月", "二到四月"),
    ("第2项", "第二项"),
    ("2类账户", "二类账户"),
    ("20000 人", "两万人"),
    ("5000 美元", "五千美元"),
    ("120 平方米", "一百二十平方米"),
    ("年满 120 岁", "年满一百二十岁"),
    ("80 岁以上", "八十岁以上"),
    ("100+ 项", "一百以上项"),
    ("-5℃", "负五摄氏度"),
    # windows, floors, rooms, tickets
    ("3号窗口", "三号窗口"),
    ("一楼 3 号窗口", "一楼三号窗口"),
    ("12-15号窗口", "十二到十五号窗口"),
    ("2-3 号窗口", "二到三号窗口"),
    ("2 号、3 号窗口", "二号、三号窗口"),
    ("2楼2号窗口", "二楼二号窗口"),
    ("A12窗口", "A幺二窗口"),
    ("请 A012 号到窗口", "请 A零幺二号到窗口"),
    ("B1 层", "B一层"),
    ("301 室", "三零幺室"),
    ("江岸路 90 号", "江岸路九十号"),
    ("乘 302 路", "乘三零二路"),
    # money
    ("¥20.5", "二十点五元"),
    ("¥1,200.50", "一千二百点五元"),
    ("￥1.5万", "一点五万元"),
    ("US$300", "三百美元"),
    ("1,000元", "一千元"),
    ("2000元", "两千元"),
    ("10000元", "一万元"),
    ("1.5万元", "一点五万元"),
    ("12 万元", "十二万元"),
    ("20元/本", "二十元每本"),
    ("50元/张", "五十元每张"),
    # dates and times
    ("2026-01-01", "二零二六年一月一日"),
    ("2026/12/31 起", "二零二六年十二月三十一日起"),
    ("2026.11.21", "二零二六年十一月二十一日"),
    ("2026年3月2日", "二零二六年三月二日"),
    ("11月21日", "十一月二十一日"),
    ("2026 年度", "二零二六年度"),
    ("2026、2027 年购置", "二零二六、二零二七年购置"),
    ("2025-2026 学年", "二零二五到二零二六学年"),
    ("8:30", "八点三十分"),
    ("9:05", "九点零五分"),
    ("10:00", "十点"),
    ("14:00", "十四点"),
    ("2:00", "两点"),
    ("8:30-12:00", "八点三十分到十二点"),
    ("9:00–17:30", "九点到十七点三十分"),
    ("9：00～17：30", "九点到十七点三十分"),
    ("周一至周五 9:00—17:00，中午不休息", "周一至周五九点到十七点，中午不休息"),
    ("7×24 小时", "七乘二十四小时"),
    # telephones and other numbers that only name
    ("请拨打12345", "请拨打幺二三四五"),
    ("12345 热线", "幺二三四五热线"),
    ("0571-88888888", "零五七幺，八八八八，八八八八"),
    ("010-12345678", "零幺零，幺二三四，五六七八"),
    ("13812345678", "幺三八，幺二三四，五六七八"),
    ("138 1234 5678", "幺三八，幺二三四，五六七八"),
    ("+86 13812345678", "幺三八，幺二三四，五六七八"),
    ("400-800-1234", "四零零，八零零，幺二三四"),
    ("拨打 110 报警", "拨打幺幺零报警"),
    ("着火打 119，受伤打 120", "着火打幺幺九，受伤打幺二零"),
    ("每本 120 元", "每本一百二十元"),
    ("收费 120。", "收费一百二十"),
    ("尾号 6789", "尾号六七八九"),
    ("11010119900307123X", "幺幺零幺零幺，幺九九零，零三零七，幺二三 X"),
    ("110101199003071234", "幺幺零幺零幺，幺九九零，零三零七，幺二三四"),
    ("6222 0212 3456 7890", "六二二二，零二幺二，三四五六，七八九零"),
    # shares, ratios, ranges
    ("10%", "百分之十"),
    ("3.5%", "百分之三点五"),
    ("5%-10%", "百分之五到百分之十"),
    ("5-10%", "百分之五到百分之十"),
    ("3‰", "千分之三"),
    ("1/3", "三分之一"),
    ("1:1", "一比一"),
    ("3-5个工作日", "三到五个工作日"),
    ("35×45mm", "三十五乘四十五毫米"),
    ("140㎡ 以上", "一百四十平方米以上"),
    ("≥3 个月", "不少于三个月"),
    # letters and signs
    ("ETC 卡", "E T C 卡"),
    ("ATM 机", "A T M 机"),
    ("POS 机", "pos 机"),
    ("手机 APP", "手机 app"),
    ("4S 店", "四S 店"),
    ("A4 纸", "A四纸"),
    ("居住证/身份证", "居住证或身份证"),
    ("登录 www.gov.cn 办理", "登录 w w w 点 gov 点 c n 办理"),
    ("按 # 键", "按井号键"),
    ("“掌上12333”App", "掌上幺二三三三App"),
    ("利率（LPR）加点", "利率，L P R，加点"),
    ("信用卡—分期", "信用卡，分期"),
    ("要多久：2 天", "要多久：两天"),
    ("国务院令第663号", "国务院令第六百六十三号"),
    ("请带身份证。", "请带身份证。"),
    ("", ""),
]

ENGLISH = [
    ("Window 3, ground floor", "Window 3, ground floor"),
    ("Call 12345 now.", "Call 1 2 3 4 5 now."),
    ("Call 0571-88888888.", "Call 0 5 7 1, 8 8 8 8 8 8 8 8."),
    ("call 110, 119 or 120", "call 1 1 0, 1 1 9 or 1 2 0"),
    ("costs 120 yuan", "costs 120 yuan"),
    ("13812345678", "1 3 8, 1 2 3 4, 5 6 7 8"),
    ("¥40", "40 yuan"),
    ("¥1,200.50", "1,200.50 yuan"),
    ("US$300", "300 dollars"),
    ("3-5 working days", "3 to 5 working days"),
    ("15 working days", "15 working days"),
    ("Monday to Friday 9:00–17:30", "Monday to Friday 9 a m to 5 30 p m"),
    ("until 12:00", "until 12 noon"),
    ("at 8:05 a.m. today", "at 8 oh 5 a m today"),
    ("9 am to 5 pm", "9 a m to 5 p m"),
    ("2026-11-21", "21 November 20 26"),
    ("Since 2025 the fee is 2,000 yuan.", "Since 20 25 the fee is 2,000 yuan."),
    ("in 2026 and 2027", "in 20 26 and 20 27"),
    ("2000 yuan", "2000 yuan"),
    ("15 %", "15 percent"),
    ("Class I and II accounts", "Class one and two accounts"),
    ("No. 3, etc.", "number 3, and so on."),
    ("disability etc. are free", "disability and so on are free"),
    ("e.g. a passport", "for example a passport"),
    ("Your ID card", "Your I D card"),
    ("two IDs", "two I D's"),
    ("US dollars", "U S dollars"),
    ("the ETC lane", "the E T C lane"),
    ("Level B1;", "Level B 1;"),
    ("on the website txffp.com.", "on the website t x f f p dot com."),
    ("Wi-Fi - free (upstairs)", "Wi-Fi, free, upstairs"),
    ("20 yuan/copy", "20 yuan per copy"),
    ("passport/visa", "passport or visa"),
    ("the “12333” app", "the 1 2 3 3 3 app"),
    ("Jiang'an Road", "Jiang'an Road"),
    ("11010119900307123X", "1 1 0 1 0 1 1 9 9 0 0 3 0 7 1 2 3 X"),
]


@pytest.mark.parametrize(("written", "spoken"), CHINESE)
def test_chinese(written: str, spoken: str) -> None:
    assert speakable_zh(written).removesuffix("。") == spoken.removesuffix("。")


@pytest.mark.parametrize(("written", "spoken"), ENGLISH)
def test_english(written: str, spoken: str) -> None:
    assert speakable_en(written) == spoken


@pytest.mark.parametrize("written", [written for written, _ in CHINESE])
def test_reading_a_spoken_text_again_changes_nothing(written: str) -> None:
    assert speakable_zh(speakable_zh(written)) == speakable_zh(written)


@given(st.text(alphabet="0123456789.-/:,%¥元年月日号楼个份第到 A办理证。—（）+×≥#", max_size=40))
def test_no_digit_and_no_sign_is_left_in_chinese_and_nothing_fails(text: str) -> None:
    assert not re.search(r"[\d%¥+×≥#/（）—]", speakable_zh(text))


@given(st.text(max_size=60), st.sampled_from(["zh", "en"]))
def test_any_text_can_be_read(text: str, lang: str) -> None:
    for sentence in spoken_sentences(text, lang):
        assert sentence.strip()


@given(st.integers(0, 10**12 - 1))
def test_quantities_have_no_digits_and_differ(number: int) -> None:
    assert re.fullmatch("[零一二三四五六七八九十百千万亿两]+", quantity_zh(str(number)))


def test_very_long_numbers_are_read_digit_by_digit() -> None:
    assert quantity_zh("1234567890123") == "一二三四五六七八九零一二三"
    assert digits_zh("101") == "幺零幺"
    assert grouped_zh("6222 02") == "六二二二，零二"


def test_sentences_are_cut_where_one_breathes() -> None:
    assert sentences("您好。请到三号窗口！带身份证；再见") == [
        "您好。",
        "请到三号窗口！",
        "带身份证；",
        "再见",
    ]
    assert sentences("Hello. The fee is 3.5 yuan. Bye!") == ["Hello.", "The fee is 3.5 yuan.", "Bye!"]
    assert sentences("…… 。\n！") == []


def test_an_abbreviation_ends_no_sentence() -> None:
    assert spoken_sentences("Go to No. 3. Bring e.g. a passport.", "en") == (
        "Go to number 3.",
        "Bring for example a passport.",
    )


def test_each_language_has_its_own_rules() -> None:
    assert speakable("10%", "zh") == "百分之十"
    assert speakable("10%", "en") == "10 percent"
