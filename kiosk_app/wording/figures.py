"""Inverse text normalisation of Chinese: what is said in numerals, written in figures where one would write them so.

Years, dates, hours, money, ages, windows, floors, percentages, telephone and document numbers become figures. What is a
word does not (一下, 万一, 千万, 十分, 星期三, 二手房, 三亚, 第一次), nor what is only about so much (两三千, 十几).
When in doubt the words stay: the dialogue reads numerals as well as figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kiosk_app.wording.numerals import figures_of, value_of

_SMALL = "一二三四五六七八九"
_SPELT = f"零〇幺{_SMALL}"
_SIGN = f"{_SPELT}两十百千万亿"
_RUN = re.compile(f"[{_SIGN}]+(?:点[{_SIGN}]+)?(?: ?[{_SIGN}]+)*")
_ROW = re.compile(f"[{_SPELT}]{{2,}}")
_ABOUT = re.compile(f"[{_SMALL}两]{{2}}|^[百千万亿]")
"""Two numerals side by side are a range (三四十); a scale without a number is a word (千万)."""
_SHORTENED = re.compile(rf".*[百千万亿][{_SMALL}]")
_PERCENT = re.compile(f"(?P<of>[百千])分之(?P<n>[{_SIGN}]+(?:点[{_SIGN}]+)?)")

_WORD = re.compile(
    "(?:周|星期|礼拜)[一二三四五六](?!年)|[五六七八]一(?=放假|假期|长假|小长假|期间|节)|双十[一二]"
    "|十一(?=放假|假期|长假|小长假|期间|国庆)|[一二三四五六七八九十]+分之[一二三四五六七八九十]+"
    "|[成上]千上万|十分(?!钟)|三元[桥里区]|一层(?=意思|关系|皮)|十全十美|一五一十"
)
"""Words that are made of numerals."""
_NOT_BEFORE = re.compile(r"[几数第初0-9.]$|(?<!每|这)周$")
_NOT_AFTER = re.compile("[几来]")
_DAYTIME = re.compile("(?:上午|下午|中午|晚上|早上|早晨|凌晨|夜里|傍晚|今天|明天|后天|到|至|从)$")
_CLOCK = re.compile(f"点(?:半|钟|整|[一三]刻|前|后|以前|以后|之前|之后|开门|关门|上班|下班|到[{_SIGN}])")
_MINUTE = re.compile(f"[二三四五]?十[{_SMALL}]?|零[{_SMALL}]")
_MONTH = re.compile("月(?![饼亮球租薪供票卡子嫂经光台])")
_DAY_OF_MONTH = re.compile(r"[0-9]月(?:份的?)?$")
_LABEL = re.compile("号|楼(?!盘)|层|岁|周岁|元|块(?!儿)|单元|室")
"""Before these even a single numeral is written as a figure."""
_COUNTERS = "个张份次天年月本位人户周件套页名家条项种笔遍里斤"
_UNIT = re.compile(
    f"(?:多|余)?(?:[{_COUNTERS}块元楼层栋号室路米平克排台辆间岁]|周岁|公里|公斤|小时|分钟|秒|单元|毛钱|日(?:内|以内|之内))"
)
_END = re.compile("$|了|吗|吧|呢|左右|上下|以上|以下|以内|之内|出头")
_LONG = 3
"""Signs of a numeral that is one even where nothing is counted (一百二十)."""
_CERTAIN_ROW = 4


def in_figures(text: str, keep: re.Pattern[str] | None = None) -> str:
    """``text`` with figures; what ``keep`` finds (the hall's own words) stays as it is."""
    text = _PERCENT.sub(_percent, text)
    pieces: list[str] = []
    done = 0
    for run in _runs(text, keep):
        written = _written(run, "".join((*pieces, text[done : run.start()])), text[run.end() :])
        pieces += (text[done : run.start()], run[0] if written is None else written)
        done = run.end()
    return "".join((*pieces, text[done:]))


def _runs(text: str, keep: re.Pattern[str] | None) -> Iterator[re.Match[str]]:
    """The rows of numerals outside the words that stay."""
    spans = [found.span() for found in _WORD.finditer(text)]
    if keep is not None:
        spans += [found.span() for found in keep.finditer(text)]
    done = 0
    for start, end in [*sorted(spans), (len(text), len(text))]:
        if start >= done:
            yield from _RUN.finditer(text, done, start)
        done = max(done, end)


def _written(run: re.Match[str], before: str, after: str) -> str | None:
    """How one row of numerals is written between what stands before and after it; None where it stays."""
    said = run[0]
    if _NOT_BEFORE.search(before) or _NOT_AFTER.match(after):
        return None
    if _ROW.fullmatch(said.replace(" ", "")):
        row = _row(said.replace(" ", ""), after)
        if row is not None:
            return row
    if " " in said:
        return None
    if "点" in said:
        return _clock_or_decimal(said, before, after)
    if after.startswith("点"):
        return _hour(said, before, after)
    if _MONTH.match(after) and not before.endswith("个"):
        return _up_to(12, said)
    if after.startswith(("日", "号")) and _DAY_OF_MONTH.search(before):
        return _up_to(31, said)
    if len(said) == 1 and said != "十":
        return _single(said, after)
    return _counted(said, before, after)


def _percent(match: re.Match[str]) -> str:
    value = value_of(match["n"])
    return match[0] if value is None else f"{value:.10g}{'%' if match['of'] == '百' else '‰'}"


def _row(said: str, after: str) -> str | None:
    """Numerals said one by one: a year, a number of telephone or document; 一二三四 only counts."""
    figures = figures_of(said)
    if len(figures) == 2:
        return _year(figures, said) if after.startswith("年") and not after.startswith("年半") else None
    rises = all(int(right) - int(left) == 1 for left, right in pairwise(figures))
    if rises and len(figures) <= _CERTAIN_ROW + 1:
        return None
    sure = len(figures) >= _CERTAIN_ROW or any(sign in said for sign in "零〇幺") or figures in ("119", "122")
    return figures if sure else None


def _year(figures: str, said: str) -> str | None:
    """A year without its century; 八九年 may be eight or nine years."""
    if said[0] in "零〇一二" and said != "一二":
        return f"20{figures}"
    return f"19{figures}" if figures[0] in "56789" and int(figures[1]) != int(figures[0]) + 1 else None


def _clock_or_decimal(said: str, before: str, after: str) -> str | None:
    whole, _, rest = said.partition("点")
    number = _number(whole)
    if number is None:
        return None
    if _MINUTE.fullmatch(rest) and (
        "十" in rest or (rest.startswith("零") and after.startswith("分")) or _DAYTIME.search(before)
    ):
        return f"{number}点{'0' if rest.startswith('零') else ''}{_number(rest.lstrip('零'))}"
    if after.startswith(("分", "刻")) or _DAYTIME.search(before) or set(rest) & set("十百千两"):
        hour = _number(whole)
        return f"{hour}点{rest}" if hour is not None and whole != "一" else None
    fraction = re.fullmatch(f"(?P<figures>[{_SPELT}]{{1,4}})(?P<scale>[万亿]?)", rest)
    return f"{number}.{figures_of(fraction['figures'])}{fraction['scale']}" if fraction else None


def _hour(said: str, before: str, after: str) -> str | None:
    """What the clock says; 一点 and 两点 may also be a little, or two things."""
    told = _DAYTIME.search(before) or _CLOCK.match(after)
    return _up_to(24, said) if told or said not in ("一", "两", "三") else None


def _up_to(most: int, said: str) -> str | None:
    value = value_of(said)
    return f"{value:.0f}" if value is not None and 1 <= value <= most and not _ABOUT.search(said) else None


def _single(said: str, after: str) -> str | None:
    """One numeral: a label, an age, a sum; everything else is written as it is said."""
    if not _LABEL.match(after) or said not in f"{_SMALL}两十":
        return None
    together = said == "一" and after.startswith("块") and not after.startswith("块钱")
    return None if together else _number(said)


def _counted(said: str, before: str, after: str) -> str | None:
    """A number of ten and more; in 两千一个月 the last numeral counts what follows."""
    if _SHORTENED.fullmatch(said) and after[:1] and after[0] in _COUNTERS:
        number = _number(said[:-1])
        return None if number is None else number + said[-1]
    large = any(sign in said for sign in "百千万亿")
    told = _UNIT.match(after) or large or len(said) >= _LONG or (_END.match(after) and said != "十一")
    return _number(said) if told else None


def _number(numeral: str) -> str | None:
    """The figures of a numeral; None for what is none or only about so much."""
    if _ABOUT.search(numeral):
        return None
    value = value_of(numeral)
    if value is None or not value.is_integer():
        return None
    for size, name in ((100_000_000, "亿"), (10_000, "万")):
        if value >= size and value % size == 0:
            return f"{value / size:.0f}{name}"
    return f"{value:.0f}"
