"""Back-off n-gram probabilities of sentences, with what is rare left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

START = 0
"""Stands before the first word in a history; 0 is no word's number."""
END = -1
"""Follows the last word."""

History = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Continuations:
    """What may follow a history.

    ``words`` has probabilities by word number (:data:`END` for the end of the sentence), lower orders mixed in.
    ``backoff`` scales the probabilities of the next shorter history for every other word.
    """

    backoff: float
    words: Mapping[int, float]


Backoff = Mapping[History, Continuations]
"""By history, oldest word first; every history's shorter histories are there, the empty one included."""


def estimate(
    sentences: Iterable[Sequence[int]],
    order: int,
    discount: float,
    fewest: Sequence[int] = (),
    general: Mapping[int, float] | None = None,
    general_share: float = 0.0,
) -> Backoff:
    """Interpolated absolute discounting (Ney, Essen and Kneser 1994), pruned by counts.

    p(w | h) = max(c(h w) - D, 0) / c(h) + b(h) · p(w | h'), where h' is h without its oldest word, and b(h) is
    what is left of 1. N-grams of n words seen fewer than ``fewest[n - 1]`` times are left out (1 where
    ``fewest`` ends), and the longer ones over them; their share goes to b(h).

    Args:
        sentences: word numbers from 1.
        order: words of the longest n-grams.
        discount: D, between 0 and 1.
        fewest: see above.
        general: probabilities of words without history that are mixed in at ``general_share``.
        general_share: between 0 and 1.
    """
    counts = _counts(sentences, order)
    limits = [*fewest, *[1] * order][:order]
    model: dict[History, Continuations] = {
        (): _unigrams(counts[0].get((), Counter()), general, general_share)
    }
    for length in range(1, order):
        limit = limits[length]
        for history, followers in counts[length].items():
            if history[1:] not in model:
                continue
            kept = {word: count for word, count in followers.items() if count >= limit}
            if not kept:
                continue
            total = followers.total()
            own = {word: (count - discount) / total for word, count in kept.items()}
            backoff = 1.0 - sum(own.values())
            lower = history[1:]
            words = {word: share + backoff * probability(model, word, lower) for word, share in own.items()}
            model[history] = Continuations(backoff, words)
    model.setdefault((START,), Continuations(1.0, {}))
    return model


def probability(model: Backoff, word: int, history: History) -> float:
    """p(word | history), 0.0 for a word that was never seen. Unknown histories are shortened."""
    factor = 1.0
    while True:
        found = model.get(history)
        if found is not None:
            if word in found.words:
                return factor * found.words[word]
            factor *= found.backoff
        if not history:
            return 0.0
        history = history[1:]


def _counts(sentences: Iterable[Sequence[int]], order: int) -> list[dict[History, Counter[int]]]:
    """By length of the history: what followed each history, and how often."""
    counts: list[dict[History, Counter[int]]] = [{} for _ in range(order)]
    for words in sentences:
        padded = (START, *words, END)
        for position in range(1, len(padded)):
            word = padded[position]
            for length in range(min(order, position + 1)):
                history = padded[position - length : position]
                followers = counts[length].get(history)
                if followers is None:
                    followers = counts[length][history] = Counter()
                followers[word] += 1
    return counts


def _unigrams(
    followers: Counter[int], general: Mapping[int, float] | None, general_share: float
) -> Continuations:
    total = max(1, followers.total())
    own = {word: count / total for word, count in followers.items()}
    if general:
        own = {
            word: (1 - general_share) * own.get(word, 0.0) + general_share * general.get(word, 0.0)
            for word in {*own, *general}
        }
    return Continuations(0.0, own)
