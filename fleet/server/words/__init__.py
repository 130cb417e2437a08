"""The page's words, one file per language."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """Words of one language: ``words["key"]``, and ``words.of("act", name)`` for named values."""

    lang: str
    table: Mapping[str, Any]

    def __getitem__(self, key: str) -> str:
        return self.table[key]

    def of(self, group: str, name: str) -> str:
        """The word for a value that kiosks report; one we have no word for is shown as it is."""
        return self.table[group].get(name, name)


@cache
def load_words(lang: str) -> Words:
    """Load a language; Chinese for anything that is not listed."""
    chosen = lang if lang in LANGUAGES else LANGUAGES[0]
    text = resources.files("fleet.server.words").joinpath(f"{chosen}.toml").read_text(encoding="utf-8")
    return Words(chosen, tomllib.loads(text))
