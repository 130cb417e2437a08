"""Numerals become figures where one would write them so, and nowhere else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.dialogue.numerals import with_digits
from kiosk_app.redaction import redact
from kiosk_app.redaction.checks import resident_check
from kiosk_app.wording.figures import in_figures
from kiosk_app.wording.numerals import DIGITS, figures_of, in_numerals, value_of


@pytest.mark.parametrize(
    ("said", "written"),
    [
        # quantities
        ("一百二十", "120"),
        ("三千五百块", "3500块"),
        ("要交一百二十块钱", "要交120块钱"),
        ("五万元以上", "5万元以上"),
        ("三百二十万", "320万"),
        ("我要取一万五", "我要取15000"),
        ("三万两千块", "32000块"),
        ("两万", "2万"),
        ("一千零五十元", "1050元"),
        ("二十多个人", "20多个人"),
        ("快满十年了", "快满10年了"),
        ("二十四小时", "24小时"),
        ("十分钟", "10分钟"),
        ("五块钱", "5块钱"),
        ("一块钱", "1块钱"),
        ("他今年十六岁", "他今年16岁"),
        ("孩子三岁了", "孩子3岁了"),
        ("我六十了", "我60了"),
        ("满十六多久", "满十六多久"),
        # percentages and decimals
        ("百分之五", "5%"),
        ("百分之三点五", "3.5%"),
        ("千分之三", "3‰"),
        ("利率三点五", "利率3.5"),
        ("三点五万", "3.5万"),
        # years, dates, hours
        ("二零二六年十一月二十一号", "2026年11月21号"),
        ("二零二六年三月五日", "2026年3月5日"),
        ("一五年上的牌", "2015年上的牌"),
        ("九八年办的", "1998年办的"),
        ("九零年", "1990年"),
        ("十五年", "15年"),
        ("十二月到期", "12月到期"),
        ("九点半", "9点半"),
        ("下午一点", "下午1点"),
        ("九点到十七点", "9点到17点"),
        ("下午三点二十", "下午3点20"),
        ("八点零五分", "8点05分"),
        ("早上八点三十到十二点", "早上8点30到12点"),
        ("周二十点开门吗", "周二10点开门吗"),
        # labels and numbers said figure by figure
        ("三号窗口", "3号窗口"),
        ("二十一号窗口", "21号窗口"),
        ("在二楼吗", "在2楼吗"),
        ("三号楼二单元五零一室", "3号楼2单元501室"),
        ("我的电话是一三八零零一三八零零零", "我的电话是13800138000"),
        ("幺三八 零零幺三 八零零零", "13800138000"),
        ("打一二三三三", "打12333"),
        ("九五五八八", "95588"),
        ("拨幺二零", "拨120"),
        ("打一一九", "打119"),
        ("尾号是零七一八", "尾号是0718"),
    ],
)
def test_written_in_figures(said: str, written: str) -> None:
    assert in_figures(said) == written


@pytest.mark.parametrize(
    "text",
    [
        "等一下",
        "一定要本人来吗",
        "万一丢了怎么办",
        "我要去三亚",
        "十分着急",
        "千万别忘了",
        "星期一上班吗",
        "周六几点开门",
        "礼拜三",
        "一般多久",
        "第一次办",
        "第三个",
        "第二十条",
        "二手房过户",
        "一网通办",
        "补一张",
        "两个人一起来",
        "三个月",
        "两三千块",
        "三四十岁",
        "十五六岁",
        "十几万",
        "十来天",
        "几十万",
        "一两年",
        "七八个人",
        "三五年",
        "有一点贵",
        "快一点",
        "说两点",
        "三分之一",
        "十一放假吗",
        "五一期间上班吗",
        "双十一",
        "一五一十",
        "成千上万",
        "三三两两",
        "一二三四",
        "二三四楼都去了",
        "我们一块儿来",
        "夫妻一起办",
        "老百姓",
        "四川人",
        "科目二",
        "二代社保卡",
        "初一到初十",
        "how much is it",
        "",
    ],
)
def test_words_stay(text: str) -> None:
    assert in_figures(text) == text


def test_the_last_numeral_may_count_what_follows() -> None:
    assert in_figures("房租两千一个月") == "房租2000一个月"
    assert in_figures("两万五") == "25000"


def test_the_halls_own_words_are_not_touched() -> None:
    keep = re.compile("十五分钟办事圈|二十四小时自助区")
    assert in_figures("二十四小时自助区在三楼吗", keep) == "二十四小时自助区在3楼吗"


@given(st.integers(10, 99_999_999))
def test_every_quantity_is_written_as_its_number(number: int) -> None:
    written = in_figures(f"一共{_spoken(number)}元").removeprefix("一共").removesuffix("元")
    assert float(with_digits(written)) == number


@given(
    st.text(alphabet="零一二两三四五六七八九十百千万亿点半几多年月日号块岁个周第分之幺", max_size=24)
    | st.text(max_size=40)
)
def test_any_text_is_written_without_an_error_and_only_once(text: str) -> None:
    written = in_figures(text)
    assert in_figures(written) == written or any(sign in written for sign in "年月点号")


@given(st.text(alphabet="0123456789", min_size=17, max_size=17), st.sampled_from(["1", "幺"]))
def test_a_spoken_document_number_is_masked_as_before(digits: str, one: str) -> None:
    number = f"1101051{digits[7:10]}01{digits[12:14]}{digits[14:17]}"
    number = "11010519" + digits[8:10] + "0115" + digits[14:17]
    number += resident_check(number)
    spoken = "".join(DIGITS[int(sign)] if sign.isdigit() else sign for sign in number).replace(
        "一", "一" if one == "1" else one
    )
    for said in (spoken, f"我的身份证号是{spoken}", " ".join(re.findall(".{1,4}", spoken))):
        assert "[id]" in redact(in_figures(said)), said


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True))
def test_a_spoken_mobile_number_is_masked(number: str) -> None:
    spoken = "".join(DIGITS[int(sign)] for sign in number)
    for said in (f"我的手机号是{spoken}", f"{spoken[:3]} {spoken[3:7]} {spoken[7:]}"):
        masked = redact(in_figures(said))
        assert "[mobile]" in masked
        assert not re.search(r"\d", masked)


def test_numerals_are_read_in_one_place() -> None:
    assert value_of("一千两百零三") == 1203
    assert value_of("三点五") == 3.5
    assert value_of("千万") is None
    assert figures_of("幺三八〇两") == "13802"


def _spoken(number: int) -> str:
    from models.speech.readings import spoken_text

    spoken = spoken_text(str(number)) if number < 100_000_000 else None
    assert spoken is not None
    return spoken


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("打120", "打一二零"),
        ("2000块", "两千块"),
        ("10年驾照", "十年驾照"),
        ("88000", "八万八千"),
        ("30万", "三十万"),
        ("2015年", "二零一五年"),
        ("96110", "九六一一零"),
        ("13800138000", "一三八零零一三八零零零"),
        ("利率3.5", "利率三点五"),
        ("5%", "百分之五"),
        ("2个人", "两个人"),
        ("A2本", "A2本"),
        ("没有", "没有"),
    ],
)
def test_figures_as_they_are_said(written: str, said: str) -> None:
    assert in_numerals(written) == said
