"""From written Chinese to spoken syllables."""

import re
import unicodedata

_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿")
_PAIRS = "个张份位种次名套本件天元块"  # before these, two is 两
_NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
_LONGEST_QUANTITY = 8  # longer digit strings are read digit by digit, like telephone numbers
# Of offices, banks and towns (12345, 95588, 96123): read digit by digit.
_HOTLINE = re.compile(r"(?:12|95|96)\d{3}")
_COUNTED = "元块万人份个名张次年天"  # but not where something is counted

# Characters that pypinyin and a speaker may read differently; the lexicon gets both readings.
OTHER_READINGS: dict[str, tuple[str, ...]] = {
    "长": ("chang", "zhang"),
    "得": ("de", "dei"),
    "还": ("hai", "huan"),
    "重": ("chong", "zhong"),
    "行": ("hang", "xing"),
    "调": ("diao", "tiao"),
    "谁": ("shei", "shui"),
}


def is_hanzi(character: str) -> bool:
    """Whether a character is a unified Chinese ideograph."""
    return "\u4e00" <= character <= "\u9fff" or character == "〇"


def spoken_text(sentence: str) -> str | None:
    """The sentence as it is spoken: hanzi only, numbers spelled out, punctuation dropped.

    None when it holds letters of another script (``ETC``), which nobody here can read out.
    """
    text = unicodedata.normalize("NFKC", sentence)
    text = _NUMBER.sub(lambda match: _spoken_number(match.group(), text[match.end() : match.end() + 1]), text)
    if any(character.isalpha() and not is_hanzi(character) for character in text):
        return None
    return "".join(character for character in text if is_hanzi(character))


def _spoken_number(written: str, following: str) -> str:
    percent = written.endswith("%")
    whole, _, fraction = written.removesuffix("%").partition(".")
    spelled = "".join(_DIGITS[int(digit)] for digit in whole)
    is_year = following == "年" and len(whole) == 4
    is_code = len(whole) > _LONGEST_QUANTITY or (len(whole) > 1 and whole.startswith("0"))
    is_hotline = _HOTLINE.fullmatch(whole) is not None and (not following or following not in _COUNTED)
    if not (is_year or is_code or is_hotline):
        spelled = _quantity(int(whole))
    if fraction:
        spelled += "点" + "".join(_DIGITS[int(digit)] for digit in fraction)
    elif spelled == "二" and following and following in _PAIRS:
        spelled = "两"
    return f"百分之{spelled}" if percent else spelled


def _quantity(number: int) -> str:
    """A whole number in words: 205 → 二百零五, 16 → 十六."""
    if number == 0:
        return _DIGITS[0]
    spelled = ""
    gap = False
    digits = str(number)
    for index, digit in enumerate(digits):
        place = len(digits) - 1 - index
        if digit == "0":
            gap = True
        else:
            spelled += ("零" if gap and spelled else "") + _DIGITS[int(digit)] + _UNITS[place % 4]
            gap = False
        if place % 4 == 0 and place and int(digits[max(0, index - 3) : index + 1]):
            spelled += _GROUPS[place // 4]
            gap = False
    return spelled.removeprefix("一") if spelled.startswith("一十") else spelled


def spoken_syllable(reading: str) -> str:
    """pypinyin's syllable as espeak-ng wants it: ``v`` for ``ü``, ``er`` for the erhua ending."""
    syllable = reading.replace("ü", "v")
    return f"er{syllable[1:]}" if syllable.rstrip("12345") == "r" else syllable


def toneless(text: str) -> tuple[str, ...]:
    """One toneless syllable per character of a hanzi text, polyphones by phrase (银行 → yin hang)."""
    from pypinyin import Style, lazy_pinyin

    return tuple(spoken_syllable(reading) for reading in lazy_pinyin(text, style=Style.NORMAL, v_to_u=False))
