"""Fitting the judgement of what is ours: against foreign sentences, or else against subjects that were left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.intent.files import Novelty
from models.intent.novelty import OF_FOREIGN, OF_STRANGERS, SIGNS

LOST_LIMIT = 0.04
"""Share of the questions with the right best label that may be taken for foreign."""
STRANGER_SHARE = 0.1
"""What sentences of left-out labels weigh against truly foreign ones. Few signs can tell them from ours."""
TRUST_IN_FOREIGN, TRUST_IN_STRANGERS = 1e4, 7.0
"""Inverse strength of the ridge. Left-out labels are not the subjects that people will ask about: what is learned
from them is held near to the signs' plain means."""
ENOUGH = 20
"""So many foreign sentences are enough to set the threshold by."""

Mask = NDArray[np.bool_]


def fit_novelty(signs: NDArray[np.floating], ours: Mask, foreign: Mask, right: Mask) -> Novelty:
    """A logistic model of ours against foreign sentences and, with less weight, strangers.

    `signs` [sentences, SIGNS] of sentences the model has not seen; `ours`, `foreign` (the others are strangers) and
    `right` (the best label is the right one) [sentences].
    """
    if not ours.any() or ours.all():
        return _by_nearness(signs)
    weights, bias = _logistic_weights(signs, ours, foreign)
    judged = signs @ weights + bias
    edge = _edge(judged, ours, foreign if foreign.sum() >= ENOUGH else ~ours, right)
    return Novelty(tuple(weights.tolist()), bias, round(float(1.0 / (1.0 + np.exp(-edge))), 6))


def _by_nearness(signs: NDArray[np.floating]) -> Novelty:
    """Nothing foreign to learn from: trust the nearest sentence, and lose one of our own in fifty."""
    nearest = signs[:, 2] + signs[:, 2 + SIGNS // 2]
    edge = float(np.quantile(nearest, 0.02)) if len(signs) else 0.2
    weights = [0.0] * SIGNS
    weights[2] = weights[2 + SIGNS // 2] = 20.0
    return Novelty(tuple(weights), -20.0 * edge, 0.5)


def _logistic_weights(
    signs: NDArray[np.floating], ours: Mask, foreign: Mask
) -> tuple[NDArray[np.floating], float]:
    """Weights [SIGNS] and bias. Both kinds of sentences weigh the same, however many there are."""
    from sklearn.linear_model import LogisticRegression

    strangers = ~ours & ~foreign
    part = STRANGER_SHARE if foreign.any() else 1.0
    against = np.where(foreign, (1.0 - part) / max(foreign.sum(), 1), part / max(strangers.sum(), 1))
    shares = np.maximum(np.where(ours, 1.0 / ours.sum(), against), 1e-9) / 2
    chosen, trust = (OF_FOREIGN, TRUST_IN_FOREIGN) if foreign.any() else (OF_STRANGERS, TRUST_IN_STRANGERS)
    columns = signs[:, chosen]
    spread = np.maximum(columns.std(axis=0), 1e-6)
    # The sum of shares is 1: the penalty does not depend on the number of sentences.
    model = LogisticRegression(C=trust, max_iter=1000).fit(columns / spread, ours, sample_weight=shares)
    weights = np.zeros(SIGNS)
    weights[list(chosen)] = (model.coef_[0] / spread).round(4)
    return weights, round(float(model.intercept_[0]), 4)


def _edge(judged: NDArray[np.floating], ours: Mask, reference: Mask, right: Mask) -> float:
    """The sum from which a sentence counts as ours: fewest mistakes, while few right answers are lost."""
    found = ours & right if (ours & right).any() else ours
    allowed = float(np.quantile(judged[found], LOST_LIMIT))
    steps = np.unique(np.concatenate(([allowed], judged[reference][judged[reference] < allowed])))
    costs = [(judged[ours] < step).mean() + (judged[reference] >= step).mean() for step in steps]
    edge = float(steps[int(np.argmin(costs))])
    # Halfway to the nearest sentence that is refused: with few sentences there is a wide gap to choose from.
    refused = judged[reference][judged[reference] < edge]
    return (edge + float(refused.max())) / 2 if len(refused) else edge
