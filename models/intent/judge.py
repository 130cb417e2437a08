"""From what the model sees of a sentence to a judgement: is it ours, and how sure is each candidate?

Training and running share this file, so that what was calibrated is what happens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]
_SIGNS = 11
SIGNS = 2 * _SIGNS
"""One set for sentences that the encoder understands, another for those that it does not."""
BARE = 0.8
"""How much the training sentences that hold the whole question count against the model's own opinion."""
BARE_SENTENCES = 4.0
"""So many of them make half of that."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of sentences, for each label. All arrays [..., labels].

    `margins`: the linear head over n-grams. `sense`: the linear head over the encoder's vectors. `nearness`,
    `closeness`: cosine to the nearest training sentence, by n-grams and by the encoder. `holding`: share of the
    label's training sentences in which the whole sentence stands.
    """

    margins: Numbers
    sense: Numbers
    nearness: Numbers
    closeness: Numbers
    holding: Numbers

    def __getitem__(self, rows: object) -> Evidence:
        """The same of some of the sentences."""
        parts = (self.margins, self.sense, self.nearness, self.closeness, self.holding)
        return Evidence(*(part[rows] for part in parts))  # type: ignore[index]


@dataclass(frozen=True, slots=True)
class Blend:
    """How much each kind of evidence counts beside the margins, and the temperature of the whole."""

    sense: float
    nearness: float
    closeness: float
    temperature: float


def scores(evidence: Evidence, blend: Blend) -> Numbers:
    """The labels' scores before the softmax. [..., labels]"""
    return (
        evidence.margins
        + blend.sense * evidence.sense
        + blend.nearness * evidence.nearness
        + blend.closeness * evidence.closeness
    )


def share_within(probabilities: Numbers, outside: int | None, holding: Numbers | None = None) -> Numbers:
    """The probabilities among our own labels. [..., labels]

    The outside label's share is given to the rest. Where the whole sentence stands in training sentences of several
    labels, as a bare 身份证 does, they share the probability as often as they hold it: such a question is open.
    """
    within = probabilities
    if outside is not None:
        within = probabilities.copy()
        within[..., outside] = 0.0
        within = within / np.maximum(within.sum(axis=-1, keepdims=True), 1e-9)
    if holding is None:
        return within
    ours = holding.copy()
    if outside is not None:
        ours[..., outside] = 0.0
    total = ours.sum(axis=-1, keepdims=True)
    weight = BARE * total / (total + BARE_SENTENCES / 100.0)
    return (1.0 - weight) * within + weight * ours / np.maximum(total, 1e-9)


def novelty_features(
    evidence: Evidence, score: Numbers, probabilities: Numbers, outside: int | None
) -> Numbers:
    """What tells a foreign sentence from one of ours. [..., SIGNS]

    The best label's probability and its lead; the cosine to the nearest sentence of ours and its lead over the
    nearest foreign one, by n-grams and by the encoder; the probability of the outside label; the best label's score
    and the outside label's, which say more than probabilities: when no label claims a sentence, one of them is
    still the likeliest; the energy of the encoder's head (Liu et al. 2020), and the best margin.
    """
    within = share_within(probabilities, outside)
    top = (
        np.partition(within, -2, axis=-1)[..., -2:] if within.shape[-1] > 1 else np.repeat(within, 2, axis=-1)
    )
    nothing = np.zeros(score.shape[:-1])
    away = claim = nothing
    if outside is not None:
        away, claim = probabilities[..., outside], score[..., outside]
    nearest, foreign = _nearest(evidence.nearness, outside, 0.0)
    closest, strange = _nearest(evidence.closeness, outside, 0.0)
    signs = np.stack(
        (
            top[..., 1],
            top[..., 1] - top[..., 0],
            nearest,
            nearest - foreign,
            away,
            _nearest(score, outside, -np.inf)[0],
            claim,
            closest,
            closest - strange,
            0.2 * _energy(evidence.sense, outside),
            _nearest(evidence.margins, outside, -np.inf)[0],
        ),
        axis=-1,
    )
    understood = np.abs(evidence.sense).max(axis=-1, keepdims=True) > 0
    return np.concatenate((np.where(understood, signs, 0.0), np.where(understood, 0.0, signs)), axis=-1)


def _nearest(values: Numbers, outside: int | None, least: float) -> tuple[Numbers, Numbers]:
    """The best value among our own labels, and the outside label's."""
    if outside is None:
        return values.max(axis=-1), np.zeros(values.shape[:-1])
    ours = values.copy()
    ours[..., outside] = least
    return ours.max(axis=-1), values[..., outside]


def _energy(values: Numbers, outside: int | None) -> Numbers:
    ours = values
    if outside is not None:
        ours = values.copy()
        ours[..., outside] = -np.inf
    peak = ours.max(axis=-1)
    return peak + np.log(np.exp(ours - peak[..., None]).sum(axis=-1))


def logistic(features: Numbers, weights: Numbers, bias: Numbers | float) -> Numbers:
    """The probability of a logistic model. [..., SIGNS] → [...]"""
    return 1.0 / (1.0 + np.exp(-np.clip(features @ weights + bias, -60.0, 60.0)))


def softmax(values: Numbers) -> Numbers:
    """Softmax along the last axis."""
    shifted = np.exp(values - values.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
