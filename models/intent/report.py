"""What a model's own cross-validation says about it, in figures that people can act on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.intent.calibrate import Calibration
from models.intent.crossvalidate import Unseen
from models.intent.judge import Evidence, scores, share_within, softmax
from models.intent.novelty import logistic, novelty_signs
from models.intent.samples import Samples


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Cross-validated figures; shares are of the judged questions unless said otherwise."""

    questions: int
    accuracy: float
    """Share whose best label is the right one."""
    offered: float
    """Share whose three best labels have the right one: what asking back can still save."""
    answered: float
    """Share answered at once, rightly or wrongly."""
    wrong: float
    """Share answered at once and wrongly."""
    lost: float
    """Share taken for a foreign subject."""
    misheard_accuracy: float
    """The accuracy over the Chinese questions with a fifth of the characters misheard."""
    facet_accuracy: float
    foreign: int
    foreign_rejected: float
    """Share of the sentences from outside that were not taken for ours."""
    near_rejected: float
    """The same for matters that the model had never seen."""
    confused: tuple[tuple[str, str, int], ...]
    """(meant, understood, how often), the worst first."""


def evaluate_unseen(unseen: Unseen, samples: Samples, calibration: Calibration) -> Evaluation:
    """The figures of one cross-validation."""
    outside = samples.outside
    foreign = unseen.label == outside
    ours = ~foreign & ~unseen.stranger
    within, known = _judge(unseen.evidence, calibration, outside)
    heard, _ = _judge(unseen.misheard_evidence, calibration, outside)
    order = np.sort(within, axis=1)
    top, lead = order[:, -1], order[:, -1] - (order[:, -2] if within.shape[1] > 1 else 0.0)
    thresholds = calibration.thresholds
    answered = known & (top >= thresholds.answer) & (lead >= thresholds.margin)
    best = within.argmax(axis=1)
    right = best == unseen.label
    asked = unseen.facet >= 0
    pairs = Counter(zip(unseen.label[ours & ~right].tolist(), best[ours & ~right].tolist(), strict=True))
    return Evaluation(
        questions=int(ours.sum()),
        accuracy=_share(right, ours),
        offered=_share(_rank(within, unseen.label) < 3, ours),
        answered=_share(answered, ours),
        wrong=_share(answered & ~right, ours),
        lost=_share(~known, ours),
        misheard_accuracy=_share(heard.argmax(axis=1) == unseen.label, ours & unseen.misheard),
        facet_accuracy=_share(unseen.facet_margins.argmax(axis=1) == unseen.facet, asked),
        foreign=int(foreign.sum()),
        foreign_rejected=_share(~known, foreign),
        near_rejected=_share(~known, unseen.stranger),
        confused=tuple(
            (samples.labels[meant], samples.labels[understood], count)
            for (meant, understood), count in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))[:20]
        ),
    )


def _judge(
    evidence: Evidence, calibration: Calibration, outside: int | None
) -> tuple[NDArray[np.floating], NDArray[np.bool_]]:
    """Every candidate's probability, and whether the sentence counts as ours."""
    score = scores(evidence, calibration.blend)
    probabilities = softmax(score / calibration.blend.temperature)
    signs = novelty_signs(evidence, score, probabilities, outside)
    novelty = calibration.novelty
    judged = logistic(signs, np.array(novelty.weights), novelty.bias)
    within = share_within(probabilities, outside, evidence.holding)
    return within * judged[:, None], judged >= novelty.threshold


def _rank(within: NDArray[np.floating], label: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many labels are likelier than the right one."""
    return (within > within[np.arange(len(label)), label][:, None]).sum(axis=1)


def _share(hits: NDArray[np.bool_], of: NDArray[np.bool_]) -> float:
    return round(float((hits & of).sum() / of.sum()), 4) if of.any() else 0.0
