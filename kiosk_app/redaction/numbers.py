"""Where in a text numbers stand that point at a person, however they are written or spoken. Pure.

A number is a run of digits with nothing between them but spaces, pauses, fillers and what recognisers make of a
spoken digit. Units (年 月 日 元 号 点 楼 :) end a run, so that dates, prices, hours and windows are never joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kiosk_app.redaction.checks import kind_of
from kiosk_app.redaction.spelling import MISHEARD, REST_OF_WORD

LONGEST_READABLE = 10
"""Digits; from 11 on a number is masked whether its check digit is right or wrong."""
_SURE_DIGITS = 8
"""So many digits of a masked run have to be real ones, the rest may be misheard."""
_SPELT_AFTER_NAME = 4
_CALLED_AFTER_NAME = 7

_FILLERS = (
    r"那个|这个|就是|然后|还有|接着|接下来|下面|后面|前面|后边|再来|再|对|的|嗯|呃|啊|额|哦|喔|唔|诶|欸|哎|呢|嘛|哈|"
    r"等1?下|我看1?看|我想1?想|看1下|下1[个位]|空格|横?杠|减号?|u[mh]+|e[rh]+m?|and|then|dash|space"
)
_MARKS = r"\-‐-―−~·•・.,，。、;；/\\()\[\]<>《》【】_+*|!?'\"“”‘’…"
GAP = rf"(?:[\s{REST_OF_WORD}]+|[{_MARKS}]|{_FILLERS})"
_GAPS = re.compile(GAP)
_SOUNDS = "".join(MISHEARD)
_LEAD = "要腰妖吆邀"

_RUN = re.compile(
    rf"(?P<lead>(?:[{_LEAD}]{GAP}?){{0,2}})(?P<run>[0-9](?:(?:{GAP}|[{_SOUNDS}]|个){{0,9}}+[0-9])*+{REST_OF_WORD}*+)"
    rf"(?P<check>{GAP}{{0,4}}+(?:[x叉×]|艾克斯)(?![a-z]))?",
    re.ASCII,
)
_DATE = r"(?:19|20)[0-9]{2}(?P<a>[-./])(?:1[0-2]|0?[1-9])(?P=a)(?:[12][0-9]|3[01]|0?[1-9])"
_DATES = re.compile(rf"{_DATE}(?:[\s\-~,，、到至]+{_DATE.replace('<a>', '<b>').replace('=a', '=b')})?")
_SPOKEN_OF = re.compile(r"[0-9]")

_IS = r"(?:就?是|为|:|\s|的|is|[，,]){0,4}"
_SECRET = re.compile(
    r"(?:身份证号?码?|证件号?码?|护照号?码?|卡号|银行卡号?码?|[账帐]号|尾号|[前后][1-8]位数?|密码|验证码|社保号|编号|"
    r"(?:id|card|account|passport)(?: number| no\.?)?|password|pin(?: code)?|verification code)"
    rf"{_IS}$"
)
_CALLED = re.compile(
    rf"(?:手机号?码?|电话号?码?|联系方式|座机|号码|(?:phone|mobile|cell|telephone)(?: number)?|call me (?:at|on)){_IS}$"
)
_HANDLE = re.compile(rf"(?:微信号?|qq号?|wechat(?: id)?){_IS}(?P<handle>[a-z0-9][a-z0-9_\-]{{4,}})")
_UNIT = re.compile(r"\s*(?:[年月日号元块万千百十亿个张岁楼层点分秒米套份次人位]|yuan|rmb|%)")
_HOTLINE = re.compile(r"[48]00[0-9]{7}")
_LETTERS = re.compile(r"(?<![a-z0-9])(?P<letters>[a-z]{1,2})[\s\-:]{0,2}$", re.ASCII)
_SHORT_WORD = re.compile(r"a|i[fnst]?|a[mnst]|at|be|by|do|go|he|[mn][eoy]|o[fknr]|[sw][eo]|to|u[ps]|pm|hi")
"""English words and no series of a passport."""
_PASSPORT_DIGITS = range(7, 11)

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    rf"{GAP}{{0,3}}+[a-hj-np-z](?:{GAP}{{0,3}}+[0-9a-z]){{4,5}}(?:{GAP}{{0,3}}+[0-9a-z挂学警港澳使领])(?![0-9a-z])",
    re.ASCII,
)
_PLATE_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text and what is in it."""

    start: int
    end: int
    kind: str


def numbers_in(coded: str) -> Iterator[Span]:
    """The numbers of ``coded`` (as `spelling.coded_of` makes it) that are to be masked; they may overlap."""
    for found in _PLATE.finditer(coded):
        if len(_SPOKEN_OF.findall(found[0])) >= _PLATE_DIGITS:
            yield Span(found.start(), found.end(), "plate")
    for found in _HANDLE.finditer(coded):
        yield Span(found.start("handle"), found.end(), "account")
    for found in _RUN.finditer(coded):
        span = _judge(coded, found)
        if span is not None:
            yield span


def _judge(coded: str, found: re.Match[str]) -> Span | None:
    start, run = found.start("run"), found["run"]
    sure, heard = _spelt(run), _spelt(run, misheard=True)
    check = "X" if found["check"] else ""
    end = found.end() if check and len(heard) > LONGEST_READABLE else found.end("run")
    if not check and _DATES.fullmatch(run):
        return None
    lead = "".join(MISHEARD[letter] for letter in found["lead"] if letter in MISHEARD)
    for number in (sure + check, heard + check, sure, heard):
        if kind := kind_of(number):
            return Span(start, end, kind)
    if lead and (kind := kind_of(lead[-1] + heard)) == "mobile":
        return Span(found.start(), end, kind)
    if len(lead + heard) > LONGEST_READABLE and len(sure) >= _SURE_DIGITS:
        return Span(start if len(heard) > LONGEST_READABLE else found.start(), end, "number")
    return _named(coded, found, sure)


def _named(coded: str, found: re.Match[str], sure: str) -> Span | None:
    """A shorter number that is what the words or the letters before it say."""
    start, end = found.span("run")
    before = coded[max(0, start - 30) : start]
    letters = _LETTERS.search(before) if len(sure) in _PASSPORT_DIGITS else None
    if letters and not _SHORT_WORD.fullmatch(letters["letters"]):
        return Span(start - len(before) + letters.start(), end, "passport")
    if _UNIT.match(coded, end):
        return None
    if len(sure) >= _SPELT_AFTER_NAME and _SECRET.search(before):
        return Span(start, end, "number")
    if len(sure) >= _CALLED_AFTER_NAME and _CALLED.search(before) and not _HOTLINE.fullmatch(sure):
        return Span(start, end, "phone")
    return None


def _spelt(run: str, *, misheard: bool = False) -> str:
    """The digits of a run; 三个零 is three zeros. With ``misheard`` the doubtful ones too."""
    digits: list[str] = []
    times = 1
    for character in _GAPS.sub("", run):
        digit = character if character in "0123456789" else MISHEARD.get(character) if misheard else None
        if digit is not None:
            digits.append(digit * times)
            times = 1
        elif character == "个" and digits and digits[-1][-1] in "23456789":
            times = int(digits[-1][-1])
            digits[-1] = digits[-1][:-1]
    return "".join(digits)
