"""Back-off grammars in OpenFst's ``ngram`` format: half the bytes of plain transitions.

The format is that of OpenFst's extension "ngram" (``ngram-fst.h``), which follows Sorensen and Allauzen, "Unary
data structures for language models", Interspeech 2011. Histories form a tree whose root is the empty one and whose
branches grow into the past; the tree's shape and the number of words after each history are bit strings, everything
else are plain arrays. Which state a transition leads to is not stored: it follows from the histories. Vosk reads this
format beside plain transducers. All numbers are little endian.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.speech.backoff import END, START, Backoff, Continuations, History
from models.speech.openfst import Header, OpenFstError

KIND = "ngram"
_VERSION = 4
_LARGEST_GAIN = 700.0
"""exp() of more overflows; real costs are positive, but for the backoff of rare histories."""
_COUNTS = struct.Struct("<QQQ")  # states, words after all histories, final states
_NO_LABEL = -1

# fst/properties.h: expanded, acceptor, deterministic and sorted on both sides, with epsilons and weights, cyclic,
# but never back to the start; every state reachable and useful.
_PROPERTIES = (
    0x1 | 0x10000 | 0x40000 | 0x100000 | 0x400000 | 0x1000000 | 0x4000000 | 0x10000000 | 0x40000000
    | 0x100000000 | 0x400000000 | 0x2000000000 | 0x8000000000 | 0x10000000000 | 0x40000000000 | 0x200000000000
)  # fmt: skip


@dataclass(slots=True)
class _Tree:
    """Histories in the order of their states, with the bits and arrays of the file."""

    context_bits: list[int]
    future_bits: list[int]
    final_bits: list[int]
    context_words: list[int]
    future_words: list[int]
    backoff: list[float]
    finals: list[float]
    futures: list[float]


def compact_grammar(model: Backoff) -> bytes:
    """The file of a grammar, in which the history (START,) has to be. Costs are negative natural logarithms."""
    tree = _tree(model)
    states, futures, finals = len(tree.final_bits), len(tree.future_words), len(tree.finals)
    parts = [
        Header(KIND, "standard", _VERSION, 0, _PROPERTIES, 1, states, 0).to_bytes(),
        _COUNTS.pack(states, futures, finals),
        *(_bits(bits) for bits in (tree.context_bits, tree.future_bits, tree.final_bits)),
        np.asarray([*tree.context_words, 0], "<i4").tobytes(),
        np.asarray(tree.future_words, "<i4").tobytes(),
        np.asarray([*tree.backoff, 0.0], "<f4").tobytes(),
        np.asarray(tree.finals, "<f4").tobytes(),
        np.asarray([*tree.futures, 0.0], "<f4").tobytes(),
    ]
    return b"".join(parts)


def _tree(model: Backoff) -> _Tree:
    children: dict[History, list[History]] = {}
    for history in model:
        if history:
            children.setdefault(history[1:], []).append(history)
    tree = _Tree([1, 0], [0], [], [_NO_LABEL], [], [math.inf], [], [])
    waiting: list[History] = [()]
    for history in waiting:  # grows while it is walked: breadth first
        own = model[history]
        branches = sorted(children.get(history, ()))
        waiting.extend(branches)
        tree.context_bits += [*[1] * len(branches), 0]
        tree.context_words += [branch[0] for branch in branches]
        tree.backoff += [_cost(model[branch].backoff) for branch in branches]
        words = sorted((word, share) for word, share in own.words.items() if word != END and share > 0)
        tree.future_words += [word for word, _ in words]
        tree.futures += [_cost(share) for _, share in words]
        tree.future_bits += [*[1] * len(words), 0]
        tree.final_bits.append(int(END in own.words))
        if END in own.words:
            tree.finals.append(_cost(own.words[END]))
    return tree


def _cost(share: float) -> float:
    return -math.log(share) if share > 0 else math.inf


def _bits(bits: list[int]) -> bytes:
    """A bit string as 64-bit words, the first bit lowest."""
    packed = np.packbits(np.asarray(bits, np.uint8), bitorder="little").tobytes()
    return packed + bytes(-len(packed) % 8)


class CompactGrammar:
    """A file of this format, read. Raises OpenFstError when it is none."""

    def __init__(self, data: bytes) -> None:
        header, at = Header.read(data)
        if (header.kind, header.arcs_of) != (KIND, "standard") or header.version != _VERSION:
            raise OpenFstError(
                f"a {header.kind}/{header.arcs_of} transducer, version {header.version}, is no {KIND}"
            )
        at = header.after_symbols(data, at)
        try:
            self.counts: tuple[int, int, int] = _COUNTS.unpack_from(data, at)
            self.states, self._futures, finals = self.counts
            at += _COUNTS.size
            self._context_bits, at = _read_bits(data, at, 2 * self.states + 1)
            self._future_bits, at = _read_bits(data, at, self._futures + self.states + 1)
            self._final_bits, at = _read_bits(data, at, self.states)
            self._context_words, at = _read(data, at, "<i4", self.states + 1)
            self._future_words, at = _read(data, at, "<i4", self._futures)
            self._backoff, at = _read(data, at, "<f4", self.states + 1)
            self._finals, at = _read(data, at, "<f4", finals)
            self._costs, at = _read(data, at, "<f4", self._futures + 1)
        except (struct.error, ValueError) as error:
            raise OpenFstError(f"the grammar ends too early: {error}") from error

        self._end, self._size = at, len(data)

    def check(self, words: int) -> None:
        """Raise OpenFstError when a reader that trusts the file would go astray, or a word is above ``words``."""
        if (
            self._end != self._size
            or not np.isfinite(self._costs).all()
            or not np.isfinite(self._finals).all()
        ):
            raise OpenFstError("the grammar has another length than it says, or costs that are no numbers")
        least = min(float(np.min(costs, initial=0.0)) for costs in (self._costs, self._finals, self._backoff))
        if least < -_LARGEST_GAIN:
            raise OpenFstError("the grammar has costs whose probabilities are no numbers")
        if self.states < 2 or self._final_bits.sum() != len(self._finals):
            raise OpenFstError("the grammar has no start, or other final states than it counts")
        branches, followers = self._runs(self._context_bits[2:]), self._runs(self._future_bits[1:])
        if len(branches) != self.states or branches.sum() != self.states - 1 or branches[0] == 0:
            raise OpenFstError("the grammar's histories are no tree")
        if (np.cumsum(branches)[:-1] < np.arange(1, self.states)).any():
            raise OpenFstError("the grammar's histories are no tree from their root")
        if len(followers) != self.states or followers.sum() != self._futures:
            raise OpenFstError("the grammar's words do not fit its histories")
        if not (np.isfinite(self._backoff[1 : self.states]).all() and self._context_words[1] == START):
            raise OpenFstError("the grammar has a history that leads nowhere")
        _check_labels(self._context_words[1 : self.states], branches, START, words)
        _check_labels(self._future_words, followers, 1, words)

    @staticmethod
    def _runs(bits: NDArray[np.uint8]) -> NDArray[np.int64]:
        """How many ones stand before each zero."""
        ends = np.flatnonzero(bits == 0)
        return np.diff(ends, prepend=-1) - 1

    def unigrams(self) -> Mapping[int, float]:
        """Probabilities of the words without history."""
        count = int(np.argmin(self._future_bits[1:]))
        shares = np.exp(-self._costs[:count].astype(np.float64))
        return dict(zip(self._future_words[:count].tolist(), shares.tolist(), strict=True))

    def model(self) -> Backoff:
        """The whole grammar; for small ones, since it makes an object of every number."""
        histories = list(self._histories())
        ends = np.flatnonzero(self._future_bits == 0)
        model: dict[History, Continuations] = {}
        first = final = 0
        for state, (history, (begin, end)) in enumerate(zip(histories, pairwise(ends.tolist()), strict=True)):
            count = end - begin - 1
            labels = self._future_words[first : first + count].tolist()
            shares = np.exp(-self._costs[first : first + count].astype(np.float64)).tolist()
            first += count
            words = dict(zip(labels, shares, strict=True))
            if self._final_bits[state]:
                words[END] = math.exp(-float(self._finals[final]))
                final += 1
            model[history] = Continuations(math.exp(-float(self._backoff[state])), words)
        return model

    def _histories(self) -> Iterator[History]:
        """The history of every state, in the order of their numbers."""
        known: list[History] = [()]
        bits = self._context_bits[2:].tolist()
        state = parent = 0
        for bit in bits:
            if bit:
                state += 1
                known.append((int(self._context_words[state]), *known[parent]))
            else:
                parent += 1
        yield from known


def _check_labels(labels: NDArray[np.generic], runs: NDArray[np.int64], lowest: int, highest: int) -> None:
    """Labels have to lie within bounds and to rise inside every run."""
    if not len(labels):
        return
    rising = np.diff(labels.astype(np.int64)) > 0
    begins = np.cumsum(runs)[:-1]
    rising[begins[(begins > 0) & (begins < len(labels))] - 1] = True
    if labels.min() < lowest or labels.max() > highest or not rising.all():  # type: ignore[operator]
        raise OpenFstError("the grammar has a word outside the list, or words out of order")


def _read(data: bytes, at: int, kind: str, count: int) -> tuple[NDArray[np.generic], int]:
    values = np.frombuffer(data, kind, count, at)
    return values, at + values.nbytes


def _read_bits(data: bytes, at: int, count: int) -> tuple[NDArray[np.uint8], int]:
    size = 8 * -(-count // 64)
    packed = np.frombuffer(data, np.uint8, size, at)
    return np.unpackbits(packed, count=count, bitorder="little"), at + size
