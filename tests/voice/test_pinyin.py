"""Chinese characters as syllables with tones."""

from __future__ import annotations

import pytest

from voice.pinyin import Pinyin


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("银行", "yin2 hang2"),
        ("重庆银行行长", "chong2 qing4 yin2 hang2 hang2 zhang3"),
        ("绿色女士", "lv4 se4 nv3 shi4"),
        ("办好了吗", "ban4 hao3 le5 ma5"),
        ("您好，请坐。", "nin2 hao3, qing3 zuo4."),
        ("费用：二十元；免费", "fei4 yong4, er4 shi2 yuan2, mian3 fei4"),
    ],
)
def test_characters_are_read_by_phrase(text: str, pinyin: str) -> None:
    assert Pinyin().spell(text) == pinyin


@pytest.mark.parametrize(
    ("text", "pinyin"),
    [
        ("一个", "yi2 ge4"),
        ("一年", "yi4 nian2"),
        ("一起", "yi4 qi3"),
        ("一百", "yi4 bai3"),
        ("一万", "yi2 wan4"),
        ("第一次", "di4 yi1 ci4"),
        ("一楼一号", "yi1 lou2 yi1 hao4"),
        ("一月一日", "yi1 yue4 yi1 ri4"),
        ("十一个", "shi2 yi1 ge4"),
        ("二零一九年", "er4 ling2 yi1 jiu3 nian2"),
        ("周一至周五", "zhou1 yi1 zhi4 zhou1 wu3"),
        ("之一", "zhi1 yi1"),
        ("不是", "bu2 shi4"),
        ("不行", "bu4 xing2"),
        ("不一样", "bu4 yi2 yang4"),
    ],
)
def test_one_and_not_take_their_tone_from_what_follows(text: str, pinyin: str) -> None:
    assert Pinyin().spell(text) == pinyin


def test_readings_of_the_caller_win_and_the_longest_first() -> None:
    spelled = Pinyin({"行长": "xing2 zhang3", "行长室": "hang2 zhang3 shi4"}).spell("去行长室找行长")
    assert spelled == "qu4 hang2 zhang3 shi4 zhao3 xing2 zhang3"
