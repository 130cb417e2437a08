"""The built-in encoder: words, neighbouring words and pieces of words, each with a vector; a sentence is their sum.

It speaks English. Its table was made once (see builtin_training.py) so that the sum comes out as a large sentence
encoder would have placed the sentence. Chinese reaches it glossed (models.intent.glossary); as such it gives zeros.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib import resources
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from models.errors import IntentError
from models.intent.encoders import BUILTIN
from models.intent.words import latin_words

WEIGHTS = "builtin-1.npz"
WORD, PAIR, PIECE = 1.0, 0.7, 0.5
_FAMILY = {"w": WORD, "b": PAIR, "p": PIECE}


def pieces(text: str) -> list[str]:
    """What the encoder sees of a text: `w:word`, `b:word word`, `p:piece`, repeated as often as they occur."""
    words = latin_words(text)
    if not words:
        return []
    edged = ["^", *words, "$"]
    found = [f"w:{word}" for word in words]
    found += [f"b:{first} {second}" for first, second in pairwise(edged)]
    for word in words:
        marked = f"<{word}>"
        for size in (3, 4, 5):
            if len(marked) > size:
                found += [f"p:{marked[at : at + size]}" for at in range(len(marked) - size + 1)]
    return found


class BuiltinEncoder:
    """The table: sorted keys uint32 [n], rows int4 pairs uint8 [n, dimension / 2], their unit and rarity float [n]."""

    def __init__(
        self,
        keys: NDArray[np.uint32],
        rarity: NDArray[np.float32],
        unit: NDArray[np.float32],
        rows: NDArray[np.uint8],
    ) -> None:
        self._keys, self._rarity, self._unit, self._rows = keys, rarity, unit, rows

    @property
    def name(self) -> str:
        """The name in a model's head."""
        return BUILTIN

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return 2 * self._rows.shape[1]

    @property
    def reads_chinese(self) -> bool:
        """It speaks English."""
        return False

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors [texts, dimension]; zeros for a text without a known word."""
        return np.stack([self._one(text) for text in texts]) if texts else self._empty((0, self.dimension))

    def _one(self, text: str) -> NDArray[np.float32]:
        counts = Counter(pieces(text))
        if not counts:
            return self._empty(self.dimension)
        hashes = np.array([crc32(piece.encode()) for piece in counts], np.uint32)
        weights = np.array([_FAMILY[piece[0]] * min(count, 2) for piece, count in counts.items()], np.float32)
        places = np.searchsorted(self._keys, hashes)
        places[places == len(self._keys)] = 0
        hit = self._keys[places] == hashes
        if not hit.any():
            return self._empty(self.dimension)
        places = places[hit]
        halves = self._rows[places]
        rows = np.empty((len(places), self.dimension), np.float32)
        rows[:, 0::2] = halves >> 4
        rows[:, 1::2] = halves & 15
        rows -= 8.0
        vector = (weights[hit] * self._rarity[places] * self._unit[places]) @ rows
        length = math.sqrt(float(vector @ vector))
        return (vector / length).astype(np.float32) if length > 0 else self._empty(self.dimension)

    @staticmethod
    def _empty(shape: int | tuple[int, int]) -> NDArray[np.float32]:
        return np.zeros(shape, np.float32)


def load(name: str, weights: bytes | None) -> BuiltinEncoder:
    """The built-in encoder; raises IntentError (`encoder_missing`) when its file was not installed."""
    del weights  # it is the same for every model
    return _shipped(name)


@cache
def _shipped(name: str) -> BuiltinEncoder:
    file = resources.files("models.intent.encoders").joinpath(WEIGHTS)
    try:
        with file.open("rb") as raw, np.load(raw, allow_pickle=False) as arrays:
            return BuiltinEncoder(arrays["keys"], arrays["rarity"], arrays["unit"], arrays["rows"])
    except (OSError, ValueError, KeyError) as error:
        raise IntentError(
            "encoder_missing",
            f"the file of the sentence encoder `{name}` is missing or damaged: install again",
        ) from error
