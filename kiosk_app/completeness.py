"""Whether a half-heard sentence is already a whole question, judged from the knowledge in use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import yaml

from kiosk_app.dialogue.cues import language_of, plain, read
from kiosk_app.reply import Language
from models.knowledge import Knowledge
from models.knowledge.phrases import CHOOSING_ZH, LEANING_ZH
from voice.completeness import Completeness

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class KnownQuestions:
    """A Judge that knows the questions of a pack, and how sentences end that are not over.

    About 0.1 ms a call on the machine of the measurements; nothing of what it judges is kept.

    A sentence of the pack is complete, unless another one goes on from it ("居住证", "居住证怎么办"). Others are
    complete when they end with what is asked for and name a subject before it.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        known = frozenset(filter(None, map(plain, _sentences(knowledge))))
        ordered = sorted(known)
        self._whole = known - {line for line, after in pairwise(ordered) if after.startswith(line)}

    def __call__(self, text: str) -> Completeness:
        """Judge a partial text."""
        words = plain(text)
        if not words:
            return Completeness.NOTHING
        if words in self._whole:
            return Completeness.COMPLETE
        lang = language_of(words)
        endings = _endings(lang)
        if endings.digits.search(words):
            return Completeness.DIGITS
        if endings.is_open(words):
            return Completeness.OPEN
        if lang == "zh" and _asks_at_its_end(words, endings):
            return Completeness.COMPLETE
        return Completeness.NOTHING


def _sentences(knowledge: Knowledge) -> Iterable[str]:
    for lang in knowledge.languages:
        yield from knowledge.sentences(lang)
    yield from CHOOSING_ZH
    yield from LEANING_ZH


def _asks_at_its_end(words: str, endings: _Endings) -> bool:
    """Chinese asks last: "居住证要带什么材料". What is asked for, or a particle after it, is the end."""
    found = read(words)
    last = max((span.end for span in found.spans), default=0)
    return bool(found.rest) and last > 0 and endings.ending.fullmatch(words, last) is not None


@dataclass(frozen=True, slots=True)
class _Endings:
    """The patterns of one language."""

    open: re.Pattern[str]
    doing: re.Pattern[str] | None
    asking: re.Pattern[str] | None
    digits: re.Pattern[str]
    ending: re.Pattern[str]

    def is_open(self, words: str) -> bool:
        """Something has to follow."""
        if self.open.search(words):
            return True
        if self.doing is None or self.asking is None:
            return False
        return self.doing.search(words) is not None and self.asking.search(words) is None


@cache
def _endings(lang: Language) -> _Endings:
    text = resources.files("kiosk_app").joinpath("completeness.yaml").read_text(encoding="utf-8")
    given: dict[str, str] = yaml.load(text, _LOADER)[lang]  # noqa: S506  a safe loader
    patterns = {name: re.sub(r"\|\s+", "|", pattern) for name, pattern in given.items()}
    return _Endings(
        open=_at_the_end(patterns["open"]),
        doing=_at_the_end(patterns["doing"]) if patterns["doing"] else None,
        asking=re.compile(patterns["asking"]) if patterns["asking"] else None,
        digits=_at_the_end(patterns["digits"]),
        ending=re.compile(patterns["ending"]),
    )


def _at_the_end(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})$")
