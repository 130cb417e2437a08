"""A back-off n-gram grammar of a set of sentences, as a transducer (``Gr.fst``)."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from models.speech.fst import Fst

START, END = "<s>", "</s>"

History = tuple[str, ...]


class NGrams:
    """Interpolated n-gram probabilities with absolute discounting (Ney, Essen and Kneser 1994).

    p(w | h) = max(c(h w) - D, 0) / c(h) + D N(h) / c(h) · p(w | h'), where N(h) counts the different words
    after h, and h' is h without its oldest word.
    """

    def __init__(self, sentences: Sequence[Sequence[str]], order: int, discount: float) -> None:
        self.discount = discount
        self.counts: dict[History, Counter[str]] = defaultdict(Counter)
        for words in sentences:
            padded = [START, *words, END]
            for position in range(1, len(padded)):
                for length in range(order):
                    if position - length >= 0:
                        self.counts[tuple(padded[position - length : position])][padded[position]] += 1

    def backoff(self, history: History) -> float:
        """The share of probability left to shorter histories."""
        words = self.counts[history]
        return self.discount * len(words) / words.total()

    def probability(self, word: str, history: History) -> float:
        """p(word | history)."""
        words = self.counts[history]
        if not history:
            return words[word] / words.total()
        own = max(words[word] - self.discount, 0.0) / words.total()
        return own + self.backoff(history) * self.probability(word, history[1:])


def grammar(
    sentences: Sequence[Sequence[str]],
    numbers: Mapping[str, int],
    filler: str,
    filler_cost: float,
    order: int = 4,
    discount: float = 0.1,
) -> Fst:
    """The grammar of segmented sentences over numbered words; ``filler`` may stand anywhere at its cost.

    The small discount suits a closed set of questions; word order outside it stays possible through back-off.
    Arcs are sorted by label.
    """
    grams = NGrams(sentences, order, discount)
    fst = Fst()
    states = {history: fst.add_state() for history in sorted(grams.counts)}
    fst.start = states[(START,)]
    for history, state in states.items():
        for word in sorted(grams.counts[history]):
            cost = -math.log(grams.probability(word, history))
            if word == END:
                fst.finals[state] = cost
            else:
                target = _longest_known((*history, word), states, order)
                fst.add_arc(state, states[target], numbers[word], numbers[word], cost)
        if history:
            fst.add_arc(state, states[history[1:]], cost=-math.log(grams.backoff(history)))
    fst.add_arc(states[()], states[()], numbers[filler], numbers[filler], filler_cost)
    fst.sort(lambda arc: (arc.input, arc.target))
    return fst


def _longest_known(history: History, states: Mapping[History, int], order: int) -> History:
    """The history after a word, cut to ``order - 1`` words and to one that has a state."""
    history = history[-(order - 1) :] if order > 1 else ()
    while history not in states:
        history = history[1:]
    return history
