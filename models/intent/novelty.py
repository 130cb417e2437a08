"""Is a sentence about anything of ours at all? The signs of it, and the logistic model that weighs them.

Training and running share this file, so that what was calibrated is what happens.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.intent.judge import Evidence, Numbers, share_within, softmax

_SIGNS = 16
SIGNS = 2 * _SIGNS
"""One set for sentences that the encoder understands, another for those that it does not."""
OF_FOREIGN = (*range(11), *range(_SIGNS, _SIGNS + 11))
"""The signs that tell ours from foreign sentences, when there are some to learn from."""
OF_STRANGERS = (7, *range(11, _SIGNS), _SIGNS + 2, *range(_SIGNS + 11, SIGNS))
"""The signs that tell ours from subjects near to ours: few and robust ones, whatever the subjects are."""
MARGIN_TEMPERATURE = 0.3
"""Makes probabilities of support vectors' margins."""


def novelty_signs(evidence: Evidence, score: Numbers, probabilities: Numbers, outside: int | None) -> Numbers:
    """What tells a foreign sentence from one of ours. [..., SIGNS]

    Of the whole: the best label's probability and its lead; the cosine to the nearest sentence of ours and its lead
    over the nearest foreign one, by n-grams and by the encoder; the probability of the outside label; the best
    label's score and the outside label's, which say more than probabilities: when no label claims a sentence, one of
    them is still the likeliest; the energy of the encoder's head (Liu et al. 2020), and the best margin.

    Of the best label alone: how near its sentences are; its probability in the head that doubts it more; by how many
    standard deviations its score stands out; the share of the readings that would choose it. And a one.
    """
    within = share_within(probabilities, outside)
    understood = np.abs(evidence.sense).max(axis=-1, keepdims=True) > 0
    signs = np.concatenate(
        (
            _of_the_whole(evidence, score, probabilities, within, outside),
            _of_the_best(evidence, score, within, understood[..., 0], outside),
            np.ones_like(score[..., :1]),
        ),
        axis=-1,
    )
    return np.concatenate((np.where(understood, signs, 0.0), np.where(understood, 0.0, signs)), axis=-1)


def logistic(signs: Numbers, weights: Numbers, bias: Numbers | float) -> Numbers:
    """The probability of a logistic model. [..., SIGNS] → [...]"""
    return 1.0 / (1.0 + np.exp(-np.clip(signs @ weights + bias, -60.0, 60.0)))


def _of_the_whole(
    evidence: Evidence, score: Numbers, probabilities: Numbers, within: Numbers, outside: int | None
) -> Numbers:
    top = (
        np.partition(within, -2, axis=-1)[..., -2:] if within.shape[-1] > 1 else np.repeat(within, 2, axis=-1)
    )
    away = claim = np.zeros(score.shape[:-1])
    if outside is not None:
        away, claim = probabilities[..., outside], score[..., outside]
    nearest, foreign = _nearest(evidence.nearness, outside, 0.0)
    closest, strange = _nearest(evidence.closeness, outside, 0.0)
    return np.stack(
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


def _of_the_best(
    evidence: Evidence, score: Numbers, within: Numbers, understood: Numbers, outside: int | None
) -> Numbers:
    best = _ours(within, outside).argmax(axis=-1)[..., None]
    margins, nearness, sense, closeness = (
        _ours(values, outside)
        for values in (evidence.margins, evidence.nearness, evidence.sense, evidence.closeness)
    )
    by_words = _at(softmax(margins / MARGIN_TEMPERATURE), best)
    by_sense = _at(softmax(sense), best)
    same = [values.argmax(axis=-1) == best[..., 0] for values in (margins, nearness, sense, closeness)]
    agreeing = np.where(understood, np.mean(same, axis=0), np.mean(same[:2], axis=0))
    ours = _ours(score, outside)
    spread = np.maximum(ours.std(axis=-1), 1e-6)
    return np.stack(
        (
            np.where(understood, _at(closeness, best), _at(nearness, best)),
            np.where(understood, np.minimum(by_words, by_sense), by_words),
            (_at(ours, best) - ours.mean(axis=-1)) / spread,
            agreeing,
        ),
        axis=-1,
    )


def _ours(values: Numbers, outside: int | None) -> Numbers:
    return values if outside is None else np.delete(values, outside, axis=-1)


def _at(values: Numbers, place: NDArray[np.intp]) -> Numbers:
    return np.take_along_axis(values, place, axis=-1)[..., 0]


def _nearest(values: Numbers, outside: int | None, least: float) -> tuple[Numbers, Numbers]:
    """The best value among our own labels, and the outside label's."""
    if outside is None:
        return values.max(axis=-1), np.zeros(values.shape[:-1])
    ours = values.copy()
    ours[..., outside] = least
    return ours.max(axis=-1), values[..., outside]


def _energy(values: Numbers, outside: int | None) -> Numbers:
    ours = _ours(values, outside)
    peak = ours.max(axis=-1)
    return peak + np.log(np.exp(ours - peak[..., None]).sum(axis=-1))
