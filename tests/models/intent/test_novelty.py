"""The judgement of what is ours: its signs, and what it is learned from."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.intent.judge import Blend, Evidence, scores, softmax
from models.intent.novelty import OF_FOREIGN, OF_STRANGERS, SIGNS, logistic, novelty_signs
from models.intent.novelty_fit import fit_novelty

LABELS = 6


def evidence(count: int, *, understood: bool = True, seed: int = 1) -> Evidence:
    chance = np.random.default_rng(seed)
    share = 1.0 if understood else 0.0
    return Evidence(
        margins=chance.normal(-0.8, 0.3, (count, LABELS)),
        sense=share * chance.normal(0.0, 2.0, (count, LABELS)),
        nearness=chance.uniform(0.0, 1.0, (count, LABELS)),
        closeness=share * chance.uniform(0.0, 1.0, (count, LABELS)),
        holding=np.zeros((count, LABELS)),
    )


def signs_of(found: Evidence, outside: int | None) -> NDArray[np.floating]:
    score = scores(found, Blend(0.3, 0.5, 0.5, 0.4))
    return novelty_signs(found, score, softmax(score / 0.4), outside)


@pytest.mark.parametrize("outside", [None, 0, LABELS - 1])
@pytest.mark.parametrize("understood", [True, False])
def test_one_sentence_has_the_signs_that_it_has_among_others(outside: int | None, understood: bool) -> None:
    found = evidence(5, understood=understood)
    together = signs_of(found, outside)
    assert together.shape == (5, SIGNS)
    for row in range(5):
        assert signs_of(found[row], outside) == pytest.approx(together[row])


@pytest.mark.parametrize("understood", [True, False])
def test_what_the_encoder_understands_and_what_it_does_not_are_judged_apart(understood: bool) -> None:
    found = signs_of(evidence(5, understood=understood), None)
    half = SIGNS // 2
    used, idle = (found[:, :half], found[:, half:]) if understood else (found[:, half:], found[:, :half])
    assert not idle.any()
    assert (used[:, -1] == 1.0).all()


def test_the_best_label_is_one_of_ours() -> None:
    found = evidence(1)
    found.margins[0, 2] = 50.0  # the outside label claims it
    found.closeness[0] = [0.1, 0.2, 0.9, 0.3, 0.4, 0.5]
    best = int(np.argmax(np.delete(scores(found, Blend(0.3, 0.5, 0.5, 0.4))[0], 2)))
    assert signs_of(found, 2)[0, 11] == pytest.approx(np.delete(found.closeness[0], 2)[best])


def test_equal_scores_have_signs_too() -> None:
    flat = Evidence(*(np.zeros((1, LABELS)) for _ in range(5)))
    assert np.isfinite(signs_of(flat, None)).all()
    assert np.isfinite(signs_of(flat, 0)).all()


def _judged(kind: str) -> tuple[NDArray[np.floating], NDArray[np.bool_], NDArray[np.bool_]]:
    chance = np.random.default_rng(3)
    ours = np.arange(400) < 300
    signs = chance.normal(0.0, 1.0, (400, SIGNS)) + 1.5 * ours[:, None]
    foreign = ~ours if kind == "foreign" else np.zeros(400, bool)
    return signs, ours, foreign


@pytest.mark.parametrize(("kind", "used"), [("foreign", OF_FOREIGN), ("strangers", OF_STRANGERS)])
def test_it_learns_from_foreign_sentences_or_else_from_left_out_labels(
    kind: str, used: tuple[int, ...]
) -> None:
    signs, ours, foreign = _judged(kind)
    novelty = fit_novelty(signs, ours, foreign, ours)
    weights = np.array(novelty.weights)
    assert set(np.flatnonzero(weights)) <= set(used)
    known = logistic(signs, weights, novelty.bias) >= novelty.threshold
    assert known[ours].mean() > 0.9
    assert known[~ours].mean() < 0.1


def test_without_anything_foreign_the_nearest_sentence_decides() -> None:
    signs = np.abs(np.random.default_rng(3).normal(0.5, 0.1, (100, SIGNS)))
    everything = np.ones(100, bool)
    novelty = fit_novelty(signs, everything, ~everything, everything)
    known = logistic(signs, np.array(novelty.weights), novelty.bias) >= novelty.threshold
    assert known.mean() == pytest.approx(0.98, abs=0.01)
