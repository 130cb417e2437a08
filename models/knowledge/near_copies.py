"""Questions that differ only by filler words: under two matters nobody can tell them apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources

from models.knowledge.document import Document, Location
from models.knowledge.plain import plain_form
from models.knowledge.problems import Problem

Phrase = tuple[Document, str, Location, str]
"""Where it stands, the id it stands under, its location, the sentence."""
_SHORTEST = 4


@cache
def _fillers() -> re.Pattern[str]:
    text = resources.files("models.knowledge").joinpath("fillers.tsv").read_text(encoding="utf-8")
    rows = {
        language: words.split("|") for language, words in (row.split("\t") for row in text.splitlines()[1:])
    }
    zh = "|".join(sorted(rows["zh"], key=len, reverse=True))
    en = "|".join(sorted(rows["en"], key=len, reverse=True))
    return re.compile(rf"{zh}|\b(?:{en})\b")


def bare_form(sentence: str) -> str:
    """The plain form without filler words, or the whole when hardly anything is left."""
    whole = plain_form(sentence)
    rest = " ".join(_fillers().sub(" ", whole).split())
    return rest if len(rest) >= _SHORTEST else whole


def between_matters(phrases: Iterable[Phrase]) -> Iterator[tuple[Document, Location, str]]:
    """The second of two near-copies under different ids, with what to do. Full copies are told elsewhere."""
    seen: dict[str, tuple[str, str, str]] = {}
    for document, owner, location, sentence in phrases:
        plain = plain_form(sentence)
        here = f"{document.file}:{document.line(location)}"
        known = seen.setdefault(bare_form(sentence), (owner, plain, f"“{sentence}”, {here}"))
        if known[0] != owner and known[1] != plain:
            yield (
                document,
                location,
                (
                    f"“{sentence}” differs only by filler words from a question of `{known[0]}` ({known[2]}): "
                    "keep one of them, or say what sets them apart"
                ),
            )


def within_matters(phrases: Iterable[Phrase]) -> Iterator[Problem]:
    """Near-copies under the same id: notes, for they do no harm."""
    seen: dict[tuple[str, str], str] = {}
    for document, owner, location, sentence in phrases:
        first = seen.setdefault((owner, bare_form(sentence)), sentence)
        if first != sentence and plain_form(first) != plain_form(sentence):
            yield Problem(
                document.file,
                document.line(location),
                f"“{sentence}” is nearly “{first}”: a different way to ask would teach more",
            )
