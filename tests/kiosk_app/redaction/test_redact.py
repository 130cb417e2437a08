"""What must go and what must stay, sentence by sentence."""

from __future__ import annotations

from itertools import chain

import pytest

from kiosk_app.redaction import redact
from models.knowledge import Knowledge


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我的身份证号是11010519491231002X能办吗", "我的身份证号是[id]能办吗"),
        ("一一零一零五一九四九一二三一零零二叉", "[id]"),
        ("身份证是 １１０１０５ １９４９１２３１ ００２Ｘ", "身份证是 [id]"),
        ("幺幺零幺零五，嗯，一九四九那个一二三一，然后零零二X", "[id]"),
        ("老身份证110105491231002", "老身份证[id]"),
        ("号码是110105194912310029啊", "号码是[id]啊"),
        ("4111 1111 1111 1111丢了", "[card]丢了"),
        ("卡号6222 0212 3456 7890 123", "卡号[number]"),
        ("我手机是幺三八零零一三八零零零", "我手机是[mobile]"),
        ("手机138-0013-8000", "手机[mobile]"),
        ("+86 138 0013 8000", "+[mobile]"),
        ("一三八两个零一三八三个零", "[mobile]"),
        ("要三八零零一三八零零零", "[mobile]"),
        ("我要一三八零零一三八零零零", "我要[mobile]"),
        ("电话0571-87654321", "电话[phone]"),
        ("电话是87654321", "电话是[phone]"),
        ("发到zhang.san@qq.com", "发到[email]"),
        ("邮箱zhangsan艾特qq点com", "邮箱[email]"),
        ("email me at john at gmail dot com", "email me at [email]"),
        ("浙A12345违章了", "[plate]违章了"),
        ("浙 A D 一二三四五", "[plate]"),
        ("车牌京A·D12345", "车牌[plate]"),
        ("护照E12345678到期", "护照[passport]到期"),
        ("护照是 E 一二三四五六七八", "护照是 [passport]"),
        ("密码是123456", "密码是[number]"),
        ("微信号abc_12345", "微信号[account]"),
        ("我叫张三要办居住证", "我叫[name]要办居住证"),
        ("我叫王小明，卡丢了", "我叫[name]，卡丢了"),
        ("你好我是李建国，来取证", "你好我是[name]，来取证"),
        ("我女儿叫欧阳娜娜今年八岁", "我女儿叫[name]今年八岁"),
        ("免贵姓张", "免贵姓[name]"),
        ("找李女士", "找[name]女士"),
        ("my name is John Smith and I lost my card", "my name is [name] and I lost my card"),
        ("my number is one three eight oh oh one three eight triple oh", "my number is [mobile]"),
        ("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0", "[mobile]"),
        ("1\u200b3\u200b8\u200b00138000", "[mobile]"),
    ],
)
def test_what_points_at_a_person_is_masked(said: str, kept: str) -> None:
    assert redact(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "",
        "窗口 11 号在哪",
        "120元够吗",
        "取10000000元要预约吗",
        "一百二十块钱",
        "2026年11月21日可以办吗",
        "二〇二六年十一月二十一号",
        "办理时间 2026-11-21 到 2026-11-30",
        "9点到12点，下午1点到5点30分，3楼4楼5号窗口",
        "上午9:00-11:30,下午13:30-17:00",
        "15日以前",
        "身份证2026年到期",
        "12345热线和12333热线",
        "电话400-820-8888是你们的吗",
        "三二一一二三",
        "我是外地人，我是高中毕业，我是江苏的，我是方便的时候来",
        "我叫号没听见",
        "我叫什么你不用管",
        "单身女士能申请吗",
        "卫生间在三栋二楼",
        "I'd like to go to window 11 on 21 November 2026",
        "is 12345678 yuan too much",
        "my name is misspelt in the register",
    ],
)
def test_what_points_at_nobody_stays_as_it_is(said: str) -> None:
    assert redact(said) == said


def test_the_questions_of_the_shipped_packs_stay_as_they_are(gov: Knowledge) -> None:
    sentences = list(chain(gov.sentences("zh"), gov.sentences("en")))
    touched = [line for line in sentences if redact(line) != line]
    assert len(touched) <= len(sentences) // 2000, touched  # "my name is <anything>" is a name to it
