"""WordPiece as the BERT family uses it: a sentence in, numbers of word pieces out.

Our own hundred lines instead of the package `tokenizers`, which brings a download client, an HTTP stack and a native
library to every kiosk (ADR 7); the tests hold that both give the same pieces. After Devlin et al. 2019 (uncased).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from models.errors import IntentError

LONGEST_WORD = 100
"""Characters; a longer run without a space is one unknown word, as in BERT."""
MAX_CHARACTERS = 1_000
"""Longer texts are cut before any work is done on them; far more than MAX_PIECES pieces ever need."""
_CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)
_NEEDED = ("[UNK]", "[CLS]", "[SEP]")


class WordPiece:
    """A vocabulary and the rule of the longest match."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        """`vocabulary` are the pieces in order of their numbers. Raises IntentError when it is none of BERT's."""
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}
        missing = [piece for piece in _NEEDED if piece not in self._numbers]
        if missing or len(self._numbers) != len(vocabulary):
            raise IntentError("model_damaged", "the encoder's vocabulary is damaged: build it again")
        self._unknown, self._first, self._last = (self._numbers[piece] for piece in _NEEDED)

    def encode(self, text: str, limit: int) -> list[int]:
        """The pieces' numbers with their frame, at most `limit`; empty for a text with nothing in it."""
        pieces: list[int] = []
        for word in _words(text[:MAX_CHARACTERS]):
            pieces.extend(self._pieces(word))
            if len(pieces) >= limit - 2:
                break
        return [self._first, *pieces[: limit - 2], self._last] if pieces else []

    def _pieces(self, word: str) -> list[int]:
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                number = self._numbers.get(prefix + word[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return [self._unknown]
        return found


def _words(text: str) -> Iterator[str]:
    """Runs of letters and digits, single signs and single Chinese characters; lower case, without accents."""
    word: list[str] = []
    for character in unicodedata.normalize("NFD", "".join(_clean(text)).lower()):
        category = unicodedata.category(character)
        if category == "Mn":
            continue
        alone = _is_sign(character, category) or _is_chinese(character)
        if (alone or character == " ") and word:
            yield "".join(word)
            word = []
        if alone:
            yield character
        elif character != " ":
            word.append(character)
    if word:
        yield "".join(word)


def _clean(text: str) -> Iterator[str]:
    """Every kind of space becomes a space; control characters go."""
    for character in text:
        category = unicodedata.category(character)
        if character in "\t\n\r" or category == "Zs":
            yield " "
        elif character not in "\0\ufffd" and not category.startswith("C"):
            yield character


def _is_sign(character: str, category: str) -> bool:
    return category.startswith("P") or (character.isascii() and category.startswith("S"))


def _is_chinese(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in _CHINESE)
