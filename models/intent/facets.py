"""Which facet of a matter a training sentence asks for, and sentences that ask for each facet of each matter."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from models.facets import FACETS
from models.intent.words import has_han


@dataclass(frozen=True, slots=True)
class _Cues:
    match: tuple[re.Pattern[str], ...]
    ask: tuple[str, ...]


@cache
def _cues() -> Mapping[str, Mapping[str, _Cues]]:
    text = resources.files("models.intent").joinpath("facet_cues.yaml").read_text(encoding="utf-8")
    return {
        facet: {
            language: _Cues(
                tuple(re.compile(pattern, re.IGNORECASE) for pattern in part["match"]), tuple(part["ask"])
            )
            for language, part in languages.items()
        }
        for facet, languages in yaml.safe_load(text).items()
    }


def asked_facet(sentence: str) -> str:
    """The facet that a sentence asks for by the cue words of its language; `summary` when by none."""
    language = "zh" if has_han(sentence) else "en"
    for facet, languages in _cues().items():
        if any(pattern.search(sentence) for pattern in languages[language].match):
            return facet
    return "summary"


def facet_questions(
    title: str, language: str, chance: random.Random, each: int = 1
) -> Iterator[tuple[str, str]]:
    """For every facet, `each` ways to ask for it of the matter with this title: (sentence, facet)."""
    for facet in FACETS:
        forms = _cues()[facet][language].ask
        for form in chance.sample(forms, min(each, len(forms))):
            yield form.format(title=title), facet
