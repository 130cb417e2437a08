"""What a recogniser knows of a set of sentences: their words, how these are read, and a grammar.

Nothing here depends on an acoustic model: readings are pinyin. So an artefact can carry it, and any weights can be
put under it later.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.speech.backoff import Continuations, estimate
from models.speech.compact import compact_grammar
from models.speech.errors import SpeechModelError
from models.speech.graph import FILLER
from models.speech.lexicon import Reading, readings_of
from models.speech.readings import spoken_text
from models.speech.settings import MEASURED, GraphSettings
from models.speech.words import cut_all

logger = logging.getLogger(__name__)

_FORMAT = 2  # raise it when the same sentences give another language


@dataclass(frozen=True, slots=True)
class Language:
    """Words with their readings, in the order of their numbers from 1, and the file of their grammar.

    A reading is one toneless syllable a character. The filler's number follows the last word's.
    """

    words: Mapping[str, tuple[Reading, ...]]
    grammar: bytes
    source: str
    """What :func:`source_of` said of the sentences it was made from."""

    def symbols(self) -> list[str]:
        """All symbols in the order of their numbers from 0."""
        return ["<eps>", *self.words, FILLER, "#0"]


def language_of(
    sentences: Sequence[str], terms: Iterable[str] = (), settings: GraphSettings = MEASURED
) -> Language:
    """The language of written Chinese sentences without blanks between words; the same input, the same bytes.

    Digits are spelled out, sentences with letters of other scripts are left out. ``terms`` are words that must stay
    whole. Raises SpeechModelError ``no_sentences`` or ``not_chinese``.
    """
    terms = tuple(terms)
    source = source_of(sentences, terms, settings)
    cut = cut_all(sorted(_spoken(sentences)), terms)
    words = readings_of(cut)
    numbers = {word: number for number, word in enumerate(words, start=1)}
    model = dict(
        estimate(
            ([numbers[word] for word in sentence] for sentence in cut),
            settings.order,
            settings.discount,
            settings.fewest,
        )
    )
    anywhere = model[()]
    filler = math.exp(-settings.filler_cost)
    model[()] = Continuations(anywhere.backoff, {**anywhere.words, len(words) + 1: filler})
    return Language(words, compact_grammar(model), source)


def source_of(sentences: Iterable[str], terms: Iterable[str] = (), settings: GraphSettings = MEASURED) -> str:
    """A hash over everything a language is made from, and how: another hash, another language."""
    parts = [str(_FORMAT), repr(settings), *sorted(sentences), "", *sorted(terms)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _spoken(sentences: Sequence[str]) -> list[str]:
    if not sentences:
        raise SpeechModelError("no_sentences", "no sentences to understand; give the pack example questions")
    spoken = [text for sentence in sentences if (text := spoken_text(sentence))]
    if not spoken:
        raise SpeechModelError(
            "not_chinese",
            f"none of the {len(sentences)} sentences is all Chinese; the embedded recogniser knows only Mandarin",
        )
    if len(spoken) < len(sentences):
        logger.info(
            "%d of %d sentences left out: other scripts", len(sentences) - len(spoken), len(sentences)
        )
    return spoken
