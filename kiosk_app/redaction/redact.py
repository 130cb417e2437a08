"""Masks what points at a person in a citizen's words. Pure; well under a millisecond for a spoken sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kiosk_app.redaction.names import names_in
from kiosk_app.redaction.numbers import Span, numbers_in
from kiosk_app.redaction.spelling import coded_of, plain_of

PLACEHOLDERS = {
    kind: f"[{kind}]"
    for kind in ("id", "card", "mobile", "phone", "number", "passport", "plate", "email", "account", "name")
}
"""What stands in the place of each kind of masked words."""

_TOP_LEVEL = r"(?:com|cn|net|org|edu|gov|io|me|info|cc|top|vip)"
_EMAIL = re.compile(
    r"[a-z0-9][a-z0-9._%+\-]{0,63}\s{0,3}(?:@|艾特|圈a|(?<=\s)at(?=\s))\s{0,3}"
    rf"(?:[a-z0-9\-]{{1,63}}(?:\s{{0,2}}(?:\.|点|dot)\s{{0,2}}[a-z0-9\-]{{1,63}}){{0,4}}?\s{{0,2}}(?:\.|点|dot)\s{{0,2}}{_TOP_LEVEL}(?![a-z0-9])"
    rf"(?:\s?(?:\.|点|dot)\s?{_TOP_LEVEL}(?![a-z0-9]))?)",
)
_ADDRESS = re.compile(r"[^\s@，。,;；\u4e00-\u9fff]{1,64}@[^\s@，。,;；]{1,64}\.[a-z]{2,}")


def redact(text: str) -> str:
    """``text`` with a placeholder for every number, address and name of a person; the rest as it was.

    Masked are resident ID numbers, bank cards, mobile and landline numbers, e-mail addresses, number plates,
    passports, any number of 11 digits or more (right or wrong), shorter ones after words like 密码 and 卡号, and
    names that are introduced (我叫…, 我是…, …女士, my name is …). A name that is merely mentioned cannot be told from
    any other word.
    """
    plain = plain_of(text)
    spans = [*_addresses(plain), *numbers_in(coded_of(plain)), *names_in(plain)]
    if not spans:
        return text
    spans.sort(key=lambda span: (span.start, -span.end))
    pieces: list[str] = []
    done = 0
    for span in spans:
        if span.start >= done:
            pieces += (text[done : span.start], PLACEHOLDERS[span.kind])
        done = max(done, span.end)
    return "".join((*pieces, text[done:]))


def _addresses(plain: str) -> Iterator[Span]:
    for pattern in (_EMAIL, _ADDRESS):
        for found in pattern.finditer(plain):
            yield Span(found.start(), found.end(), "email")
