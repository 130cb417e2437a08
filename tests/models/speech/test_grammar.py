"""The n-gram grammar."""

import math

import pytest

from models.speech.fst import Fst
from models.speech.grammar import END, START, NGrams, grammar

SENTENCES = [["我", "要", "取号"], ["我", "要", "转账"], ["怎么", "取号"]]
NUMBERS = {"我": 1, "要": 2, "取号": 3, "转账": 4, "怎么": 5, "[unk]": 6}


@pytest.fixture
def built() -> Fst:
    return grammar(SENTENCES, NUMBERS, "[unk]", 6.0)


def cheapest(fst: Fst, words: list[str]) -> float:
    """The cost of the best path over the words, following back-off arcs."""
    reached = {fst.start: 0.0}
    for word in [NUMBERS[word] for word in words]:
        reached = _with_backoff(fst, reached)
        after: dict[int, float] = {}
        for state, cost in reached.items():
            for arc in fst.arcs[state]:
                if arc.input == word:
                    after[arc.target] = min(after.get(arc.target, math.inf), cost + arc.cost)
        reached = after
    return min(
        (cost + fst.finals[state] for state, cost in _with_backoff(fst, reached).items()), default=math.inf
    )


def _with_backoff(fst: Fst, reached: dict[int, float]) -> dict[int, float]:
    closed = dict(reached)
    pending = list(reached)
    while pending:
        state = pending.pop()
        for arc in fst.arcs[state]:
            cost = closed[state] + arc.cost
            if arc.input == 0 and cost < closed.get(arc.target, math.inf):
                closed[arc.target] = cost
                pending.append(arc.target)
    return closed


@pytest.mark.parametrize("history", [(), (START,), (START, "我"), ("我", "要")])
def test_probabilities_sum_to_one(history: tuple[str, ...]) -> None:
    grams = NGrams(SENTENCES, order=4, discount=0.1)
    words = {word for sentence in SENTENCES for word in sentence} | {END}
    assert sum(grams.probability(word, history) for word in words) == pytest.approx(1.0)


def test_known_sentences_are_much_cheaper_than_new_ones(built: Fst) -> None:
    known = cheapest(built, ["我", "要", "取号"])
    assert known < 2.0
    assert known + 3 < cheapest(built, ["怎么", "转账"]) < math.inf


def test_new_orders_of_known_words_stay_possible(built: Fst) -> None:
    assert cheapest(built, ["取号", "我", "怎么"]) < math.inf


def test_the_filler_may_stand_anywhere_at_its_cost(built: Fst) -> None:
    assert cheapest(built, ["[unk]"]) > 6.0
    assert cheapest(built, ["我", "[unk]", "取号"]) < math.inf


def test_arcs_are_sorted_by_label(built: Fst) -> None:
    assert all(arcs == sorted(arcs, key=lambda arc: arc.input) for arcs in built.arcs)


def test_costs_are_never_negative(built: Fst) -> None:
    assert all(arc.cost >= 0 for arcs in built.arcs for arc in arcs)
