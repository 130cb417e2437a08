"""Written Chinese as a person would read it aloud: numbers, dates, times, amounts, telephones, signs.

Pure. What reading a number needs (a quantity, a year, a string of digits) is decided from what stands around it;
each rule takes what it knows out of the digits, and what no rule took is a quantity.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from voice.latin import acronyms_spaced, address_spoken
from voice.numerals_zh import digits_zh, grouped_zh, quantity_zh

# 2 is 两 before these, 二 elsewhere (二月, 二楼, 二号窗口, 二类).
_COUNTED = "个份张位项天年次条件套本页步名户笔种间台点分秒周元块寸小人口只把辆家斤公米角美欧倍成岁封联面行字"
_ORDINAL_AFTER = "号楼层月日路级档类室栋幢期线"
"""What stands after a number that only names: a range before these begins with 二, not 两."""
_HOTLINES = frozenset({"110", "119", "120", "122"})
_CALLING = re.compile(r"打|拨|电话|热线|报警|急救|火警|求助")
_NAMED_BEFORE = re.compile(r"(尾号|验证码|号码|编号|密码|卡号|代码|账号)(?:是|为|：|:)?\s*$")
_IS_QUANTITY = frozenset("万亿人米公克平美欧港日元块")
"""Before these even a number of five digits and more is a quantity (10000 人, 20000 美元)."""

_TO = r"[-－–—~～至到]"
_NUMBER = r"\d+(?:\.\d+)?"
_YEARS = r"(?:19|20)\d{2}"
_TIME = r"(?<!\d)([01]?\d|2[0-4])[:：]([0-5]\d)(?:[:：]([0-5]\d))?(?!\d)"
_CURRENCY = {"¥": "元", "￥": "元", "US$": "美元", "HK$": "港元", "$": "美元", "€": "欧元", "£": "英镑"}
_UNITS = {
    "km/h": "公里每小时", "km": "公里", "cm": "厘米", "mm": "毫米", "m²": "平方米", "m2": "平方米", "㎡": "平方米",
    "m³": "立方米", "m3": "立方米", "m": "米", "kg": "公斤", "mg": "毫克", "g": "克", "ml": "毫升", "mL": "毫升",
    "L": "升", "kWh": "度", "℃": "摄氏度", "°C": "摄氏度", "°": "度", "s": "秒", "min": "分钟", "h": "小时",
}  # fmt: skip
_UNIT = re.compile(
    rf"(?<=\d)\s*({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![A-Za-z0-9])"
)
_SIGNS = {
    "≥": "不少于", "≤": "不超过", ">": "大于", "<": "小于", "＞": "大于", "＜": "小于", "=": "等于", "＝": "等于",
    "≈": "约", "±": "正负", "＋": "加", "+": "加", "&": "和", "＆": "和", "@": "艾特", "#": "井号", "＃": "井号",
    "*": "星号", "＊": "星号", "×": "乘", "÷": "除以", "°": "度", "№": "号", "℃": "摄氏度", "㎡": "平方米",
    "¥": "元", "￥": "元", "$": "美元", "€": "欧元", "£": "英镑", "%": "百分号", "％": "百分号", "‰": "千分号",
}  # fmt: skip
_LIST_MARKS = re.compile(r"^\s*(?:[*•·●○◆■□※★☆→]|-(?=\s))\s*", re.MULTILINE)
_QUOTES = re.compile(r"[“”‘’\"「」『』《》〈〉]|(?<![A-Za-z])'|'(?![A-Za-z])")
_PAUSED = re.compile(r"[()（）\[\]［］【】{}〔〕—–―|｜•●○◆■□※★☆→~～_…]+")
_KEPT = re.compile(r"[^㐀-鿿〇A-Za-z'\- ，。！？；：、\n,.!?;:]")
_SPACE_IN_CHINESE = re.compile(r"(?<=[㐀-鿿〇，。！？；：、])[ \t]+(?=[㐀-鿿〇，。！？；：、])")
_DOUBLED = re.compile(r"[，、：,:\s]*([。！？；])[，、：,:\s]*|[，、：,:](?:\s*[，、：,:])+")
_PER = re.compile(r"(?<=[元角分次天人份张本页时年月日里户笔])\s*/\s*(?=[㐀-鿿])")


def speakable_zh(text: str) -> str:
    """Chinese text with every number and sign written as it is read: ``3 号窗口`` becomes ``三号窗口``.

    Latin words stay, letters that are read one by one stand apart (``E T C``); what is left are words and
    the punctuation that one breathes at. Reading twice changes nothing.
    """
    text = _LIST_MARKS.sub("", _narrow(text))
    for pattern, reading in _RULES:
        text = pattern.sub(reading, text)
    text = _PER.sub("每", text)
    text = re.sub(r"(?<=[㐀-鿿])\s*[/／]\s*(?=[㐀-鿿])", "或", text)
    text = acronyms_spaced(text)
    text = _QUOTES.sub("", text)
    text = _PAUSED.sub("，", text)
    text = "".join(_SIGNS.get(c, c) for c in text)
    text = _SPACE_IN_CHINESE.sub("", _KEPT.sub(" ", text))
    text = _DOUBLED.sub(lambda m: m[1] or "，", text)
    return re.sub(r"[ \t]+", " ", text).strip(" ，、,")


def _narrow(text: str) -> str:
    """Full-width digits and letters, circled and Roman numbers as plain ones."""
    return "".join(unicodedata.normalize("NFKC", c) if c in _WIDE else c for c in text)


def _date(match: re.Match[str]) -> str:
    year, month, day = match[1], match[2], match[3]
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return grouped_zh(match[0].replace(".", "-").replace("/", "-"))
    return f"{digits_zh(year, one='一')}年{quantity_zh(month)}月{quantity_zh(day)}日"


def _year_month(match: re.Match[str]) -> str:
    return f"{digits_zh(match[1], one='一')}年{quantity_zh(match[2])}月"


def _years(match: re.Match[str]) -> str:
    """The first of several years, of which only the last says so (2026、2027 年)."""
    return digits_zh(match[1], one="一") + (match[2] if match[2] in "、和与或" else "到")


def _time(match: re.Match[str]) -> str:
    hour, minute, second = int(match[1]), int(match[2]), match[3]
    reading = ("两" if hour == 2 else quantity_zh(str(hour))) + "点"
    if minute or second:
        reading += ("零" if minute < 10 else "") + (quantity_zh(str(minute)) if minute else "") + "分"
    return reading + (quantity_zh(second) + "秒" if second else "")


def _percent(match: re.Match[str]) -> str:
    whole = "千分之" if match[3] == "‰" else "百分之"
    reading = f"{whole}{quantity_zh(match[1])}"
    return reading + (f"到{whole}{quantity_zh(match[2])}" if match[2] else "")


def _money(match: re.Match[str]) -> str:
    number = match["number"]
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return f"{quantity_zh(number)}{match['myriad']}{_CURRENCY[match['sign']]}"


def _identity(match: re.Match[str]) -> str:
    number = match[0].upper()
    return grouped_zh(number.rstrip("X")) + (" X" if number.endswith("X") else "")


def _ticket(match: re.Match[str]) -> str:
    return f"{match[1]}{digits_zh(match[2], one='幺' if len(match[2]) > 1 else '一')}"


def _range(match: re.Match[str]) -> str:
    counted = match["after"] in _COUNTED and match["after"] not in _ORDINAL_AFTER
    return ("两" if match["number"] == "2" and counted else quantity_zh(match["number"])) + "到"


def _quantity(match: re.Match[str]) -> str:
    number, following = match["number"], match["next"]
    before, after = match.string[: match.start()], match.string[match.end() :]
    if "." not in number and not following and _is_name(number, before, after):
        return grouped_zh(number)
    if "." not in number and number.startswith("0") and len(number) > 1:
        return digits_zh(number) + following
    reading = quantity_zh(number)
    if (
        reading == "二"
        and not before.rstrip().endswith("第")
        and (following or re.match("日(之?内|以内|之?后)", after))
    ):
        reading = "两"
    return reading + following


def _is_name(number: str, before: str, after: str) -> bool:
    """Whether a number only names something and is read digit by digit."""
    clause = re.split(r"[。；！？]", before)[-1]
    if _NAMED_BEFORE.search(clause) or (len(number) >= 3 and after[:1] in ("室", "房", "路")):
        return len(number) >= 3
    if number in _HOTLINES:
        return bool(_CALLING.search(clause[-20:]) or _CALLING.search(after[:6]))
    return len(number) >= 5 and after[:1] not in _IS_QUANTITY


_WIDE = frozenset("０１２３４５６７８９％，．／－") - {"，"} | frozenset(
    chr(code)
    for first, last in (("Ａ", "Ｚ"), ("ａ", "ｚ"), ("①", "⑳"), ("Ⅰ", "Ⅻ"))
    for code in range(ord(first), ord(last) + 1)
)

_ADDRESS = re.compile(r"(?:https?://)?(?:[A-Za-z0-9-]+\.)+[a-z]{2,}(?:/[\w./-]*)?")
_CARD = re.compile(r"(?<!\d)\d{4}(?: \d{4}){2,3}(?: \d{1,4})?(?!\d)")
_YEAR_MONTH = re.compile(rf"(?<!\d)({_YEARS})[-/.](0?[1-9]|1[0-2])(?![\d.])(?!\s*学?年)")
_SEVERAL_YEARS = re.compile(rf"(?<!\d)({_YEARS})\s*([、和与或]|{_TO})\s*(?={_YEARS}\s*学?年)")
_PHONE = re.compile(
    r"(?<![\d.])(?:\+?86[- ]?(?=1\d{10}|1\d{2}-))?"
    r"(?:0\d{2,3}[- ]\d{7,8}|[48]00-?\d{3}-?\d{4}|1\d{2}[- ]\d{4}[- ]\d{4}|1[3-9]\d{9})(?!\d)"
)
_PERCENT = re.compile(rf"({_NUMBER})\s*(?:[%％‰]?\s*{_TO}\s*({_NUMBER})\s*)?([%％‰])")
_MONEY = re.compile(rf"(?P<sign>US\$|HK\$|[¥￥$€£])\s*(?P<number>{_NUMBER})\s*(?P<myriad>[万亿]?)元?")
_FRACTION = re.compile(r"(?<![\d/])([1-9])/([2-9]|10)(?![\d/])(?!\s*[号楼层页])")
_RATIO = re.compile(rf"(?<![\d.:：])({_NUMBER})[:：](?={_NUMBER}(?![\d:：]))")
_RANGE = re.compile(rf"(?P<number>{_NUMBER})\s*{_TO}\s*(?={_NUMBER}\s*(?P<after>[^\d\s.]?))")

Reading = Callable[[re.Match[str]], str]
_RULES: tuple[tuple[re.Pattern[str], Reading], ...] = (
    (_ADDRESS, lambda m: address_spoken(m[0], "点")),
    (re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)"), lambda m: m[0].replace(",", "")),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])"), _identity),
    (_CARD, lambda m: grouped_zh(m[0])),
    (re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"), _date),
    (_YEAR_MONTH, _year_month),
    (_SEVERAL_YEARS, _years),
    (re.compile(r"(?<!\d)(\d{4})\s*(?=学?年)"), lambda m: digits_zh(m[1], one="一")),
    (re.compile(rf"({_TIME})\s*{_TO}\s*(?={_TIME})"), lambda m: f"{m[1]}到"),
    (re.compile(_TIME), _time),
    (_PHONE, lambda m: grouped_zh(re.sub(r"^\+?86[- ]?", "", m[0]))),
    (re.compile(r"(?<![A-Za-z])([A-Z]{1,2})-?(\d{1,4})(?![\d.])"), _ticket),
    (_UNIT, lambda m: _UNITS[m[1]]),
    (_PERCENT, _percent),
    (_MONEY, _money),
    (_FRACTION, lambda m: f"{quantity_zh(m[2])}分之{quantity_zh(m[1])}"),
    (_RATIO, lambda m: f"{quantity_zh(m[1])}比"),
    (re.compile(r"(?<=\d)\s*[×xX*]\s*(?=\d)"), lambda _: "乘"),
    (re.compile(r"(?<=[0-9])\+(?![0-9])"), lambda _: "以上"),
    (re.compile(r"(?<![\w㐀-鿿.)）])[-－−](?=\d)"), lambda _: "负"),
    (_RANGE, _range),
    (re.compile(rf"(?P<number>{_NUMBER})\s*(?P<next>[{_COUNTED}]?)"), _quantity),
)
