"""Latin letters as they are read: which stand for themselves, which are a word, and addresses on the net."""

from __future__ import annotations

import re

_WORDS = frozenset(
    {"APP", "NASA", "PIN", "POS", "SIM", "SWIFT", "VISA", "WIFI", "OK", "NO", "AND", "OR", "NOT", "TO"}
)
"""Words in capitals that are spoken as a word; every other is spelled."""
_CAPITALS = re.compile(r"(?<![A-Za-z])[A-Z]{2,6}(?![A-Za-z])")
_PLURAL = re.compile(r"(?<![A-Za-z])([A-Z]{2,5})s(?![A-Za-z])")


def acronyms_spaced(text: str) -> str:
    """Letters that are read one by one stand apart: ``ETC`` becomes ``E T C``, for a voice may take it for a word."""
    text = _PLURAL.sub(lambda m: m[0] if m[1] in _WORDS else f"{' '.join(m[1])}'s", text)
    return _CAPITALS.sub(lambda m: m[0].lower() if m[0] in _WORDS else " ".join(m[0]), text)


def address_spoken(address: str, dot: str) -> str:
    """A web address with its dots as a word; ``www`` and labels without a vowel letter by letter, digits one by one."""
    address = re.sub(r"^https?://", "", address).rstrip("/")
    labels = [_label(label) for label in re.split(r"\.", address)]
    return f" {f' {dot} '.join(labels)} "


def _label(label: str) -> str:
    pieces = re.findall(r"[A-Za-z]+|\d+", label)
    return " ".join(piece if re.search("[aeiouyAEIOUY]", piece) else " ".join(piece) for piece in pieces)
