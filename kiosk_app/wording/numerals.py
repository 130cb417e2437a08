"""Chinese numerals as numbers: the one place that reads them. Pure."""

from __future__ import annotations

import re

DIGITS = "零一二三四五六七八九"
SIGNS = DIGITS + "〇两十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
"""Everything that a numeral is made of."""

SHORT_YEAR = re.compile(
    rf"(?<![{SIGNS}幺0-9])(?:(?P<said>[零〇一二][零〇一二三四五六七八九])年(?!半)"
    r"|(?P<zero>0[0-9])年|(?P<figures>[12][0-9])年(?=上|买|生|办|出))"
)
"""A year without its century: 一五年 is one, 十五年 is a length of time."""

_NUMERAL = re.compile(f"[{SIGNS}]{{1,16}}(?:点[{SIGNS}]{{1,4}})?")
_FIGURES = {**{sign: str(number) for number, sign in enumerate(DIGITS)}, "〇": "0", "幺": "1", "两": "2"}


def value_of(numeral: str) -> float | None:
    """The number that a row of numerals is ("一百二十": 120, "三点五": 3.5); None when it is none."""
    if not _NUMERAL.fullmatch(numeral):
        return None
    import cn2an

    # Not cn2an.transform: it warns, with the citizen's words, on standard error.
    try:
        return float(cn2an.cn2an(numeral, "smart"))
    except (
        ValueError,
        KeyError,
    ):  # what it raises for a row of numerals that is no number depends on the row
        return None


def figures_of(said: str) -> str:
    """Numerals said one by one, as figures: 一三八零零 is 13800; 幺 is one."""
    return "".join(_FIGURES.get(sign, sign) for sign in said)


def full_year(match: re.Match[str]) -> str:
    """What SHORT_YEAR found, with its century."""
    return f"20{match['zero'] or match['figures'] or figures_of(match['said'])}年"


_WRITTEN = re.compile(r"(?<![A-Za-z0-9.])[0-9]{1,16}(?:\.[0-9]{1,4})?(?![A-Za-z0-9.])(?P<percent>%)?")
_SHORT_NUMBERS = ("110", "119", "120", "122")
_CODE = 5
"""Figures from which on a number is one of telephones or documents, and read figure by figure, unless it is round."""
_LONGEST_SUM = 8


def in_numerals(text: str) -> str:
    """Chinese text with its figures as they are said (3500块: 三千五百块, 打120: 打一二零, 5%: 百分之五)."""
    return _WRITTEN.sub(lambda match: _said(match, text[match.end() : match.end() + 1]), text)


def _said(match: re.Match[str], after: str) -> str:
    import cn2an

    written = match[0].removesuffix("%")
    code = written.isdecimal() and (
        len(written) > _LONGEST_SUM
        or (len(written) >= _CODE and not written.endswith("00"))
        or written in _SHORT_NUMBERS
        or (written.startswith("0") and len(written) > 1)
        or (len(written) == len("2026") and after == "年")
    )
    if code:
        return "".join(DIGITS[int(figure)] for figure in written)
    said = str(cn2an.an2cn(written))
    said = re.sub(r"^一(?=十)", "", re.sub(r"^二(?=[千万亿])", "两", said))
    if said == "二" and after and after in "万亿千个张份位种次块元天年":
        said = "两"
    return f"百分之{said}" if match["percent"] else said
