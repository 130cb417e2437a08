"""A language as two files that an artefact carries, read back without trusting them."""

from __future__ import annotations

from collections.abc import Mapping

from models.speech.compact import CompactGrammar
from models.speech.errors import SpeechModelError
from models.speech.language import Language
from models.speech.lexicon import Reading
from models.speech.openfst import OpenFstError

WORDS = "speech.tsv"
"""A first line with the format and the source; then a word and its readings a line, in the order of their numbers."""
GRAMMAR = "speech.fst"
"""The grammar in OpenFst's ``ngram`` format (:mod:`models.speech.compact`)."""
FORMAT = "yingbin-speech-1"
_MOST_WORDS = 200_000


def write_language(language: Language) -> dict[str, bytes]:
    """The files, by name."""
    lines = [f"{FORMAT}\t{language.source}"]
    lines += [
        f"{word}\t{'|'.join(' '.join(reading) for reading in readings)}"
        for word, readings in language.words.items()
    ]
    return {GRAMMAR: language.grammar, WORDS: "".join(f"{line}\n" for line in lines).encode()}


def read_language(files: Mapping[str, bytes]) -> Language:
    """What :func:`write_language` wrote; a native library will read the grammar, so that it is checked whole.

    Raises SpeechModelError ``language_damaged``.
    """
    try:
        first, *lines = files[WORDS].decode("utf-8").splitlines()
        form, source = first.split("\t")
        words = dict(_word(line) for line in lines)
    except (KeyError, ValueError) as error:
        raise _damaged(f"{WORDS} is no word list ({error})") from error
    if form != FORMAT:
        raise _damaged(f"{WORDS} has the format {form[:40]!r}, this program reads {FORMAT}")
    if not 0 < len(words) == len(lines) <= _MOST_WORDS:
        raise _damaged(f"{WORDS} has no words, too many, or one twice")
    grammar = files.get(GRAMMAR, b"")
    try:
        CompactGrammar(grammar).check(len(words) + 1)
    except OpenFstError as error:
        raise _damaged(f"{GRAMMAR}: {error}") from error
    return Language(words, grammar, source)


def _word(line: str) -> tuple[str, tuple[Reading, ...]]:
    word, readings = line.split("\t")
    if not word or word.split() != [word]:
        raise ValueError(f"the word {word[:20]!r} is empty or has blanks")
    return word, tuple(tuple(reading.split(" ")) for reading in readings.split("|"))


def _damaged(why: str) -> SpeechModelError:
    return SpeechModelError("language_damaged", f"{why}; build the knowledge again")
