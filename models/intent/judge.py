"""From the network's probabilities to a judgement: is it ours, and how sure is each candidate?

Training and running share this file, so that what was calibrated is what happens.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]
SIGNS = 7


def share_within(probabilities: Numbers, outside: int | None) -> Numbers:
    """The probabilities with the outside label's share given to the rest. [..., labels]"""
    if outside is None:
        return probabilities
    within = probabilities.copy()
    within[..., outside] = 0.0
    return within / np.maximum(within.sum(axis=-1, keepdims=True), 1e-9)


def novelty_features(
    scores: Numbers, probabilities: Numbers, similarity: Numbers, outside: int | None
) -> Numbers:
    """What tells a foreign sentence from one of ours. Inputs [..., labels]; result [..., SIGNS].

    The best label's probability and its lead; the cosine to the nearest sentence of ours, and its lead over the
    nearest foreign one; the probability of the outside label; the best label's score and the outside label's,
    which say more than probabilities: when no label claims a sentence, one of them is still the likeliest.
    """
    within = share_within(probabilities, outside)
    top = (
        np.partition(within, -2, axis=-1)[..., -2:] if within.shape[-1] > 1 else np.repeat(within, 2, axis=-1)
    )
    near, best = similarity, scores
    foreign, away, claim = np.zeros((3, *similarity.shape[:-1]))
    if outside is not None:
        foreign, away, claim = similarity[..., outside], probabilities[..., outside], scores[..., outside]
        near, best = similarity.copy(), scores.copy()
        near[..., outside] = 0.0
        best[..., outside] = -np.inf
    nearest = near.max(axis=-1)
    signs = (
        top[..., 1],
        top[..., 1] - top[..., 0],
        nearest,
        nearest - foreign,
        away,
        best.max(axis=-1),
        claim,
    )
    return np.stack(signs, axis=-1)


def logistic(features: Numbers, weights: Numbers, bias: float) -> Numbers:
    """The probability of a logistic model. [..., SIGNS] → [...]"""
    return 1.0 / (1.0 + np.exp(-np.clip(features @ weights + bias, -60.0, 60.0)))


def softmax(scores: Numbers) -> Numbers:
    """Softmax along the last axis."""
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
