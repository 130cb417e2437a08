"""Numbers as Chinese speech reads them: as a quantity, digit by digit, or in the groups of a telephone number."""

from __future__ import annotations

from collections.abc import Sequence

_DIGITS = "零一二三四五六七八九"
_SPOKEN_ONE = "幺"  # how "one" is said inside telephone and ticket numbers
_MOST_DIGITS = 12  # beyond a hundred billion nobody reads a quantity

_GROUPS: dict[int, Sequence[int]] = {
    7: (3, 4),
    8: (4, 4),
    10: (3, 3, 4),
    11: (3, 4, 4),
    12: (4, 4, 4),
    16: (4, 4, 4, 4),
    17: (6, 4, 4, 3),
    18: (6, 4, 4, 4),
    19: (4, 4, 4, 4, 3),
}
"""Where one breathes in a long number: mobile 3-4-4, identity number 6-4-4-4, bank card in fours."""


def digits_zh(digits: str, *, one: str = _SPOKEN_ONE) -> str:
    """A string of digits read one by one."""
    return "".join(one if c == "1" else _DIGITS[int(c)] for c in digits if c.isdigit())


def grouped_zh(digits: str) -> str:
    """A long number read one by one with a pause between its groups; blanks and dashes in it make the groups."""
    parts = digits.replace("-", " ").split()
    if len(parts) == 1:
        parts = _cut(parts[0], _GROUPS.get(len(parts[0]), (len(parts[0]),)))
    elif len(parts) == 2:  # an area code, then the number itself
        parts = [parts[0], *_cut(parts[1], _GROUPS.get(len(parts[1]), (len(parts[1]),)))]
    return "，".join(digits_zh(part) for part in parts)


def quantity_zh(number: str) -> str:
    """A number as a quantity: ``40`` 四十, ``3.5`` 三点五. More than twelve digits are read one by one."""
    if len(number.split(".", maxsplit=1)[0]) > _MOST_DIGITS:
        return digits_zh(number, one="一")
    import cn2an

    whole, _, fraction = number.partition(".")
    reading = str(cn2an.an2cn(str(int(whole)), "low"))
    if reading[:2] in ("二千", "二万", "二亿"):
        reading = "两" + reading[1:]
    return f"{reading}点{digits_zh(fraction, one='一')}" if fraction else reading


def _cut(digits: str, sizes: Sequence[int]) -> list[str]:
    parts, at = [], 0
    for size in sizes:
        parts.append(digits[at : at + size])
        at += size
    return parts
