"""Decoding text files as offices save them: UTF-8 with and without a mark, UTF-16, GB18030."""

from __future__ import annotations

import codecs
import re
import unicodedata

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]|_x000[dD]_")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ue000-\uf8ff]")


def decode(raw: bytes, declared: str | None = None) -> str | None:
    """The text of a file, or None when it is in none of the usual encodings."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _try(raw, encoding)
    if b"\0" in raw[:4096]:
        return None
    names = [declared] if declared else []
    return next(
        (text for name in (*names, "utf-8", "gb18030") if (text := _try(raw, name)) is not None), None
    )


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def clean(text: str) -> str:
    """A text without what nobody sees: control characters, direction marks, spaces at the ends of lines.

    Full-width letters and digits become plain ones, as does the wide space, and radicals the characters that look
    like them; Chinese punctuation stays.
    """
    text = _INVISIBLE.sub("", _BREAKS.sub("\n", text))
    kept = (
        _narrow(c)
        for c in text
        if c == "\n" or c == "\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cn")
    )
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(kept).split("\n"))
    return "\n".join(lines).strip("\n")


def _narrow(character: str) -> str:
    if (
        "⼀" <= character <= "⿕" or "豈" <= character <= "﫿"
    ):  # radicals, which PDFs have in the place of characters
        return unicodedata.normalize("NFKC", character)
    if "０" <= character <= "９" or "Ａ" <= character <= "Ｚ" or "ａ" <= character <= "ｚ":
        return chr(ord(character) - 0xFEE0)
    return " " if character in "\u3000\u00a0\t" else character
