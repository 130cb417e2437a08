"""From written Chinese to syllables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.speech.readings import is_hanzi, spoken_text, toneless


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("3号窗口在哪里？", "三号窗口在哪里"),
        ("你好，我想 办居住证！", "你好我想办居住证"),
        ("2个人要15个工作日", "两个人要十五个工作日"),
        ("2026年12月", "二零二六年十二月"),
        ("105元", "一百零五元"),
        ("10005块", "一万零五块"),
        ("20300", "二万零三百"),
        ("100000", "十万"),
        ("3.5%的利息", "百分之三点五的利息"),
        ("打12345678901", "打一二三四五六七八九零一"),
        ("007", "零零七"),
        ("打12345投诉", "打一二三四五投诉"),
        ("12123上怎么办", "一二一二三上怎么办"),
        ("12500元", "一万二千五百元"),
        ("0元", "零元"),
        ("３楼", "三楼"),
        ("……", ""),
    ],
)
def test_numbers_and_punctuation(written: str, spoken: str) -> None:
    assert spoken_text(written) == spoken


@pytest.mark.parametrize("written", ["ETC怎么办", "我要办 visa", "オンライン"])
def test_other_scripts_cannot_be_said(written: str) -> None:
    assert spoken_text(written) is None


@given(st.text())
def test_spoken_text_is_hanzi_only(written: str) -> None:
    assert all(map(is_hanzi, spoken_text(written) or ""))


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("银行", "yin hang"),
        ("重新", "chong xin"),
        ("还要", "hai yao"),
        ("女儿", "nv er"),
        ("一会儿", "yi hui er"),
        ("绿色", "lv se"),
    ],
)
def test_polyphones_are_read_by_phrase(text: str, syllables: str) -> None:
    assert toneless(text) == tuple(syllables.split())
