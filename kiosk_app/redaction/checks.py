"""Check digits and plausible shapes of the numbers that people carry. Pure."""

from __future__ import annotations

import re

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643-1999, appendix A (ISO 7064 MOD 11-2)."""
_ID_CHECKS = "10X98765432"

_LONG_ID = re.compile(
    r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", re.ASCII
)
_SHORT_ID = re.compile(r"[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}", re.ASCII)
_MOBILE = re.compile(r"(?:00)?(?:86)?1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(?:(?:00)?86)?0(?:10|2\d|[3-9]\d{2})\d{7,8}", re.ASCII)
CARD_DIGITS = range(13, 20)


def resident_check(seventeen: str) -> str:
    """The check character that belongs to the first 17 digits of a resident ID number."""
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, seventeen, strict=True))
    return _ID_CHECKS[total % 11]


def is_resident_id(number: str) -> bool:
    """Whether ``number`` (17 digits and a digit or ``X``) carries the right check character."""
    return len(number) == 18 and number[:17].isdigit() and resident_check(number[:17]) == number[17]


def is_luhn(number: str) -> bool:
    """Whether the digits of ``number`` fulfil the Luhn formula (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def kind_of(number: str) -> str | None:
    """What ``number`` (digits, at the end perhaps ``X``) is: id, mobile, phone or card; None when it is none."""
    if is_resident_id(number) or _LONG_ID.fullmatch(number) or _SHORT_ID.fullmatch(number):
        return "id"
    if _MOBILE.fullmatch(number):
        return "mobile"
    if _LANDLINE.fullmatch(number):
        return "phone"
    if len(number) in CARD_DIGITS and number.isdigit() and is_luhn(number):
        return "card"
    return None
