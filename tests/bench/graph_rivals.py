"""The rival of the n-grams: the smallest automaton of all sentences, or else a pruned trigram."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.speech import MEASURED, Language, language_of
from models.speech.backoff import END, START, Backoff, History
from models.speech.compact import CompactGrammar
from models.speech.fst import Fst
from models.speech.readings import spoken_text
from models.speech.words import cut_all

_TRIGRAM = replace(MEASURED, order=3, discount=0.3, fewest=(1, 1, 2))
_SHARE = 0.5  # of the probability, for whole sentences

Sentence = tuple[int, ...]


def sentence_language(sentences: Sequence[str], terms: Iterable[str]) -> Language:
    """Words as ever, and a grammar that begins with a choice between the automaton and the trigram."""
    terms = tuple(terms)
    language = language_of(sentences, terms, _TRIGRAM)
    numbers = {word: number for number, word in enumerate(language.words, start=1)}
    cut = cut_all(sorted(text for sentence in sentences if (text := spoken_text(sentence))), terms)
    fst, start = _plain(CompactGrammar(language.grammar).model())
    whole = _Automaton(fst, sorted({tuple(numbers[word] for word in words) for words in cut})).root()
    choice = fst.add_state()
    fst.add_arc(choice, whole, cost=-math.log(_SHARE))
    fst.add_arc(choice, start, cost=-math.log(1 - _SHARE))
    fst.start = choice
    fst.sort(lambda arc: (arc.input, arc.target))
    return replace(language, grammar=fst.to_bytes())


def _plain(model: Backoff) -> tuple[Fst, int]:
    """The back-off grammar with a transition for everything, and its start."""
    fst = Fst()
    states = {history: fst.add_state() for history in model}
    for history, own in model.items():
        for word, share in own.words.items():
            if word == END:
                fst.finals[states[history]] = -math.log(share)
            else:
                fst.add_arc(
                    states[history], states[_known((*history, word), model)], word, word, -math.log(share)
                )
        if history:
            fst.add_arc(states[history], states[history[1:]], cost=-math.log(own.backoff))
    return fst, states[START,]


def _known(history: History, model: Backoff) -> History:
    while history not in model:
        history = history[1:]
    return history


class _Automaton:
    """The smallest deterministic automaton of sorted sentences; equal ends share their states."""

    def __init__(self, fst: Fst, sentences: Sequence[Sentence]) -> None:
        self._fst = fst
        self._sentences = sentences
        self._states: dict[tuple[float, tuple[tuple[int, float, int], ...]], int] = {}

    def root(self) -> int:
        return self._state(0, len(self._sentences), 0)

    def _state(self, low: int, high: int, depth: int) -> int:
        """The state of sentences ``low`` to ``high``, which begin with the same ``depth`` words."""
        total, at, final = high - low, low, math.inf
        if len(self._sentences[at]) == depth:
            at, final = at + 1, math.log(total)
        branches: list[tuple[int, float, int]] = []
        while at < high:
            word, first = self._sentences[at][depth], at
            while at < high and self._sentences[at][depth] == word:
                at += 1
            cost = -math.log((at - first) / total)
            branches.append((word, round(cost, 2), self._state(first, at, depth + 1)))
        key = (round(final, 2), tuple(branches))
        if key not in self._states:
            state = self._states[key] = self._fst.add_state(final)
            for word, cost, target in branches:
                self._fst.add_arc(state, target, word, word, cost)
        return self._states[key]
