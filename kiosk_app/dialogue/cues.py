"""What a sentence leans on: the facets it asks for, and whether it has a subject of its own.

Nothing here knows any matter; the words stand in ``cues.yaml``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import yaml

from kiosk_app.reply import Language

LONGEST_QUESTION = 400
"""Characters; nobody says more in the ten seconds that are listened to."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HAN = re.compile(r"[\u3400-\u9fff]")
_ENDS = " \t，。！？、；：,.!?;:…~～\"'“”‘’"


@dataclass(frozen=True, slots=True)
class Span:
    """The place where a facet is asked for."""

    facet: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """A citizen's sentence in plain form: NFKC, case folded, no control characters, no punctuation at its ends.

    ``spans`` are the facets it asks for, in order, without overlaps; ``rest`` is what is left without them and
    without words that say nothing: its subject, "" when it has none.
    """

    text: str
    lang: Language
    spans: tuple[Span, ...]
    rest: str

    @property
    def facets(self) -> tuple[str, ...]:
        """The facets asked for, each once, in order."""
        return tuple(dict.fromkeys(span.facet for span in self.spans))

    @property
    def leans(self) -> bool:
        """Asks for a facet of something that was said before: it has no subject of its own."""
        return bool(self.spans) and not self.rest


@dataclass(frozen=True, slots=True)
class Cues:
    """The patterns of one language."""

    facets: Mapping[str, re.Pattern[str]]
    filler: re.Pattern[str]
    between: re.Pattern[str]
    joined: re.Pattern[str]
    patterns: Mapping[str, re.Pattern[str]]
    replace: tuple[re.Pattern[str], ...]

    def whole(self, name: str, text: str) -> re.Match[str] | None:
        """The match of a pattern that has to be the whole sentence."""
        return self.patterns[name].fullmatch(text)


@cache
def cues(lang: Language) -> Cues:
    """The patterns of a language, read once per process."""
    text = resources.files("kiosk_app.dialogue").joinpath("cues.yaml").read_text(encoding="utf-8")
    given: dict[str, Any] = yaml.load(text, _LOADER)[lang]  # noqa: S506  a safe loader
    person = str(given.get("person", ""))
    fillers = sorted(str(given.pop("filler")).split(), key=len, reverse=True)
    words = "|".join(re.escape(word) for word in fillers)
    return Cues(
        facets={
            name: re.compile(pattern.replace("<person>", person))
            for name, pattern in given.pop("facets").items()
        },
        filler=re.compile(rf"(?<![\w'])(?:{words})(?![\w'])" if lang == "en" else words),
        between=re.compile(given.pop("between")),
        joined=re.compile(given.pop("joined")),
        replace=tuple(re.compile(pattern) for pattern in given.pop("replace")),
        patterns={name: re.compile(pattern) for name, pattern in given.items()},
    )


def language_of(text: str) -> Language:
    """Chinese when any Chinese character stands in it, English otherwise."""
    return "zh" if _HAN.search(text) else "en"


def plain(text: str) -> str:
    """The sentence as the patterns know it."""
    folded = unicodedata.normalize("NFKC", text[:LONGEST_QUESTION]).casefold().replace("’", "'")
    shown = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in folded)
    return " ".join(shown.split()).strip(_ENDS)


def read(text: str) -> Words:
    """A sentence in plain form, with what it asks for."""
    words = plain(text)
    lang = language_of(words)
    patterns = cues(lang)
    left = words
    spans: list[Span] = []
    for facet, pattern in patterns.facets.items():
        for match in pattern.finditer(left):
            if match.end() > match.start():
                spans.append(Span(facet, *match.span()))
                left = left[: match.start()] + "\0" * (match.end() - match.start()) + left[match.end() :]
    return Words(words, lang, tuple(sorted(spans, key=lambda span: span.start)), _rest(left, patterns))


def _rest(text: str, patterns: Cues) -> str:
    kept = "".join(sign if sign.isalnum() or sign == "'" else " " for sign in text)
    return " ".join(patterns.filler.sub(" ", kept).split())


def pieces(words: Words) -> list[Words]:
    """The parts of a sentence, cut where one question ends and another begins.

    A part without a subject belongs to the one before it, or to the first that has one.
    """
    found = [piece for piece in (read(cut) for cut in _cuts(words)) if piece.text]
    merged: list[Words] = []
    for piece in found:
        if merged and (not piece.rest or not merged[-1].rest):
            merged[-1] = read(f"{merged[-1].text}{'，' if words.lang == 'zh' else ', '}{piece.text}")
        else:
            merged.append(piece)
    return merged


def _cuts(words: Words) -> list[str]:
    """Cut at what stands between questions, and after each facet that is followed by something else."""
    ends = {0, len(words.text)}
    for match in cues(words.lang).between.finditer(words.text):
        ends |= {match.start(), match.end()}
    if words.lang == "zh":  # speech has no punctuation
        ends |= {span.end for span in words.spans}
    places = sorted(ends)
    between = cues(words.lang).between
    cuts = (words.text[start:end].strip(_ENDS) for start, end in pairwise(places))
    return [cut for cut in cuts if cut and not between.fullmatch(cut)]
