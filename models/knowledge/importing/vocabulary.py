"""Which heading means what: the words of labels.tsv and affixes.tsv, and how headings are reduced to them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources

from models.knowledge.importing.found import Label

KEYED = re.compile(r"(?:^|\n)\[([a-z_]+(?:\.[a-z_]+)*)\]\s*$")
"""The key in a heading of a workbook that `kiosk pack export` wrote, such as `[facets.fee.zh]`."""

HAN_NUMBER = "一二三四五六七八九十百"
NUMBERING = re.compile(
    rf"^\s*(?:第\s*[{HAN_NUMBER}\d]+\s*[章节部分条步项]+[、.．:：]?|[{HAN_NUMBER}]+\s*[、.．]"
    rf"|[(（]\s*(?:[{HAN_NUMBER}]+|\d{{1,3}})\s*[)）][、.．]?"
    r"|\d{1,3}(?:\.\d{1,3})*\s*[、．)）]|\d{1,3}(?:\.\d{1,3})*\.(?!\d)|\d{1,3}(?:\.\d{1,3})+(?=\s)"
    r"|[①-⑳㈠-㈩❶-❿]\s*[、.．]?|[•·●○■□◆◇▪►※★☆*–—-]\s+|[•·●○■□◆◇▪►※])\s*"
)
"""A number or a bullet at the beginning of a line, as people and word processors write them."""
_REMARK = re.compile(r"\s*\([^()]*\)$")


@cache
def _table(name: str) -> dict[str, list[str]]:
    text = resources.files("models.knowledge.importing").joinpath(name).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line.strip())
    return {key: words.split("|") for key, words in rows}


@cache
def words(kind: str) -> tuple[str, ...]:
    """The words of one kind in affixes.tsv, the longest first."""
    return tuple(sorted(_table("affixes.tsv")[kind], key=len, reverse=True))


@cache
def _fields() -> dict[str, str]:
    return {plain(word): field for field, known in _table("labels.tsv").items() for word in known}


@cache
def notes() -> dict[str, tuple[str, str]]:
    """The sentences that stand in drafts: key → Chinese, English."""
    text = resources.files("models.knowledge.importing").joinpath("notes.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line.strip())
    return {key: (zh, en) for key, zh, en in rows}


def note(key: str, **values: object) -> str:
    """One of these sentences in both languages."""
    zh, en = notes()[key]
    return f"{zh.format(**values)} · {en.format(**values)}"


def plain(text: str) -> str:
    """A heading without width, case, spaces, numbers and punctuation around it."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = NUMBERING.sub("", folded, count=1)
    folded = re.sub(r"\s+", " ", folded).strip(" :：*＊。.、,，【】[]《》<>“”\"'")
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", folded)


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return any("㐀" <= character <= "鿿" or character >= "\U00020000" for character in text)


def language_of(text: str) -> str | None:
    """zh with a Chinese character in it, en with letters only, None for bare numbers and signs."""
    if has_han(text):
        return "zh"
    return "en" if any(character.isalpha() for character in text) else None


def keyed(heading: str) -> Label | None:
    """The label of a heading that `kiosk pack export` wrote."""
    found = KEYED.search(heading.strip())
    if found is None:
        return None
    key = found.group(1).removeprefix("facets.")
    stem, _, last = key.rpartition(".")
    return Label(stem, last, exact=True) if last in ("zh", "en") else Label(key, None, exact=True)


def column_label(heading: str) -> Label | None:
    """What a column stands for; a known word inside a longer heading is enough."""
    exact = keyed(heading) or line_label(heading)
    if exact is not None:
        return exact
    text, lang = _without_language(plain(heading))
    if not 2 <= len(text) <= 20:
        return None
    inside = [word for word in _fields() if len(word) >= 2 and has_han(word) and word in text]
    best = max(inside, key=lambda word: (len(word), text.endswith(word)), default="")
    return Label(_fields()[best], lang) if len(best) * 2 >= len(text) else None


def line_label(heading: str) -> Label | None:
    """What a heading in a document stands for: a known word, at most with the usual words around it."""
    if len(heading) > 60:
        return None
    text, lang = _without_language(plain(heading))
    found = _known(text) or _known(_REMARK.sub("", text).strip())
    return Label(found, lang) if found else None


def unit(heading: str) -> str:
    """What stands in brackets behind a heading, such as 元 in "费用（元）"."""
    found = _REMARK.search(plain(heading))
    return found.group(0).strip(" ()") if found and bare_language(found.group(0)) is None else ""


def _known(text: str) -> str | None:
    fields = _fields()
    if text in fields:
        return fields[text]
    for word in words("before"):
        if text.startswith(word) and len(text) > len(word):
            return _known(text[len(word) :].strip())
    for word in words("after"):
        if text.endswith(word) and len(text) > len(word):
            return _known(text[: -len(word)].strip(" (（"))
    return None


@cache
def _marks(lang: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    known = "|".join(re.escape(word) for word in words(lang))
    behind = re.compile(rf"(?:[(（\[/_.\-:]\s*|(?<=[^\x00-\x7f])|\s)(?:{known})\s*[)）\]]?$")
    before = re.compile(rf"^(?:{known})(?:[\s:._-]+|(?=[^\x00-\x7f]))")
    return behind, before


def _without_language(text: str) -> tuple[str, str | None]:
    """A plain heading without the language that it names, and that language."""
    for lang in ("zh", "en"):
        for pattern in _marks(lang):
            rest = pattern.sub("", text, count=1)
            if rest != text and rest.strip():
                return rest.strip(" ()（）[]/_.-:"), lang
    return text, None


def bare_language(text: str) -> str | None:
    """The language that a cell names and nothing else, as in the second row of a two-row heading."""
    folded = plain(text)
    return next((lang for lang in ("zh", "en") if folded in words(lang)), None)


def without_guide(title: str) -> str:
    """A matter's name without "办事指南" and the like behind it, and without a number before it."""
    text = NUMBERING.sub("", title.strip(), count=1).strip("《》 ")
    for word in words("guide"):
        if text.endswith(word) and len(text) > len(word) + 1:
            return text[: -len(word)].rstrip("》 的-—（(")
    return text
