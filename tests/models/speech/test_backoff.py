"""Back-off probabilities of sentences."""

from __future__ import annotations

import math

import pytest

from models.speech.backoff import END, START, Backoff, History, estimate, probability

WORDS = {"我": 1, "要": 2, "取号": 3, "转账": 4, "怎么": 5}
SENTENCES = [["我", "要", "取号"], ["我", "要", "转账"], ["怎么", "取号"]]


def numbered(*sentences: list[str]) -> list[list[int]]:
    return [[WORDS[word] for word in sentence] for sentence in sentences]


@pytest.fixture
def model() -> Backoff:
    return estimate(numbered(*SENTENCES), 4, 0.1)


def cost(model: Backoff, words: list[str], order: int = 4) -> float:
    padded = (START, *(WORDS[word] for word in words), END)
    shares = (
        probability(model, padded[at], padded[max(0, at - order + 1) : at]) for at in range(1, len(padded))
    )
    return -sum(math.log(share) if share else -math.inf for share in shares)


@pytest.mark.parametrize("fewest", [(), (1, 2), (1, 1, 2)])
@pytest.mark.parametrize("history", [(), (START,), (START, 1), (1, 2), (2, 3), (5,)])
def test_probabilities_sum_to_one(history: History, fewest: tuple[int, ...]) -> None:
    model = estimate(numbered(*SENTENCES), 4, 0.1, fewest)
    assert sum(probability(model, word, history) for word in (*WORDS.values(), END)) == pytest.approx(1.0)


def test_known_sentences_are_much_cheaper_than_new_ones(model: Backoff) -> None:
    known = cost(model, ["我", "要", "取号"])
    assert known < 2.0
    assert known + 3 < cost(model, ["怎么", "转账"]) < math.inf


def test_new_orders_of_known_words_stay_possible(model: Backoff) -> None:
    assert cost(model, ["取号", "我", "怎么"]) < math.inf


def test_every_history_has_its_shorter_ones() -> None:
    for fewest in ((), (1, 2), (1, 1, 2), (1, 2, 1, 1)):
        model = estimate(numbered(*SENTENCES), 4, 0.1, fewest)
        assert all(history[1:] in model for history in model if history)


def test_what_is_rare_is_left_out() -> None:
    whole = estimate(numbered(*SENTENCES), 3, 0.1)
    pruned = estimate(numbered(*SENTENCES), 3, 0.1, (1, 2))
    assert set(pruned[1,].words) == {2}, "我 要 came twice"
    assert (5,) in whole
    assert (5,) not in pruned


def test_general_words_are_mixed_in_without_history() -> None:
    model = estimate(numbered(["我", "要"]), 2, 0.1, general={4: 0.75, 1: 0.25}, general_share=0.2)
    assert probability(model, 4, ()) == pytest.approx(0.15)
    assert probability(model, 1, ()) == pytest.approx(0.8 / 3 + 0.05)
    assert probability(model, 4, (1,)) == pytest.approx(0.1 * 0.15)
