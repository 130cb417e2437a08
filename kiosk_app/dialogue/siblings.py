"""Matters of one family (``gov.id_card.first`` and ``gov.id_card.renew``), and the subject that they share. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import cache

from kiosk_app.dialogue.cues import Words, read
from kiosk_app.reply import Language
from models.knowledge.content import Matter

_SHORTEST = {"zh": 2, "en": 3}
"""Characters; a shorter piece that two titles share is no subject."""


def family_of(name: str) -> str:
    """What the ids of a family begin with; "" for a matter without a family ("gov.notary")."""
    family, _, _ = name.rpartition(".")
    return f"{family}." if "." in family else ""


def siblings_of(name: str, matters: Mapping[str, Matter]) -> tuple[str, ...]:
    """The other matters of the family, in the pack's order."""
    family = family_of(name)
    return tuple(other for other in matters if family and other != name and other.startswith(family))


def names_subject(words: Words, matters: Mapping[str, Matter]) -> bool:
    """Whether the words are what some matter is about, and no mere doing: 护照, not 补办.

    Chinese titles begin with it (护照办理), English ones end with it (Apply for a passport).
    """
    named = words.rest.replace(" ", "") if words.lang == "zh" else words.rest
    titles = (_title(matter.title.get(words.lang, "")).text for matter in matters.values())
    if len(named) < _SHORTEST[words.lang]:
        return False
    return any(title.startswith(named) if words.lang == "zh" else title.endswith(named) for title in titles)


def subject_of(matter: Matter, matters: Mapping[str, Matter], lang: Language) -> str:
    """What the titles of a family have in common (居住证 of 居住证办理), else the title without its filler."""
    title = _title(matter.title.get(lang, "")).text
    shared = (
        _shared(title, _title(matters[name].title.get(lang, "")).text, lang)
        for name in siblings_of(matter.id, matters)
    )
    longest = max(shared, key=len, default="")
    return longest if len(longest) >= _SHORTEST[lang] else _title(title).rest


@cache
def _title(text: str) -> Words:
    """A title as the patterns know it; titles only, so that nothing of a citizen's is kept."""
    return read(text)


@cache
def _shared(one: str, other: str, lang: Language) -> str:
    """The longest piece that stands in both: of characters in Chinese, of whole words in English."""
    parts, others = (list(one), list(other)) if lang == "zh" else (one.split(), other.split())
    match = SequenceMatcher(None, parts, others, autojunk=False).find_longest_match()
    gap = "" if lang == "zh" else " "
    return read(gap.join(parts[match.a : match.a + match.size])).rest
