"""What every kiosk's dialogue understands beside the packs' own sentences; a recogniser has to know it too."""

from __future__ import annotations

CHOOSING_ZH = (
    *(f"第{number}个" for number in "一二三四五六七八"),
    "最后一个",
    "是的",
    "对",
    "对的",
    "没错",
    "要",
    "好的",
)
"""Answers to a choice."""

LEANING_ZH = (
    "不是",
    "不是这个",
    "不用",
    "不知道",
    "都说说",
    "多少钱",
    "那要多少钱",
    "几号窗口",
    "在哪里",
    "要带什么",
    "要带什么材料",
    "要多久",
    "多久能拿到",
    "多久能办好",
    "网上能办吗",
    "能代办吗",
    "周末上班吗",
    "回到上一个",
)
"""What leans on the answer before it."""

STOPPING_ZH = (
    "停",
    "停一下",
    "先停一下",
    "别说了",
    "不用说了",
    "安静一下",
    "等一下",
)
"""What silences the kiosk; the whole list of what is taken for it is the ears' own."""
