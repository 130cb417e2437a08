"""A written answer as it is read aloud: each language by its own rules, then cut into sentences. Pure."""

from __future__ import annotations

import re

from voice.normalise_en import speakable_en
from voice.normalise_zh import speakable_zh

__all__ = ["sentences", "speakable", "speakable_en", "speakable_zh", "spoken_sentences"]


def speakable(text: str, lang: str) -> str:
    """A text of a language (``zh`` or ``en``) as it is read aloud."""
    return speakable_zh(text) if lang == "zh" else speakable_en(text)


def spoken_sentences(text: str, lang: str) -> tuple[str, ...]:
    """The sentences of a text as they are read aloud, in order."""
    return tuple(sentences(speakable(text, lang)))


def sentences(text: str) -> list[str]:
    """A text cut after 。！？；… and line ends, and after . ! ? ; before a blank; empty ones are left out."""
    cut = re.split(r"(?<=[。！？；!?;…])\s*|(?<=\.)\s+|\n+", text)
    return [piece.strip() for piece in cut if any(c.isalnum() for c in piece)]
