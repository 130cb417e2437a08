"""From what cross-validation saw: temperatures, the judgement of what is ours, and the thresholds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.intent.crossvalidate import Unseen
from models.intent.files import Novelty, Thresholds
from models.intent.judge import Blend, Evidence, scores, share_within, softmax
from models.intent.novelty import logistic, novelty_signs
from models.intent.novelty_fit import fit_novelty

WRONG_LIMIT = 0.018
"""Share of our own questions that may be answered wrongly without asking back: a little less than the 2 % promised."""
FOREIGN_ANSWER_LIMIT = 0.05
"""Share of foreign sentences that may be answered at all."""

_SHARES: dict[str, tuple[float, ...]] = {
    "sense": (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0),
    "nearness": (0.0, 0.25, 0.5, 1.0, 1.5),
    "closeness": (0.0, 0.5, 1.0, 2.0, 5.0, 10.0),
}
_LOOKED_AT = 4_000
"""So many sentences are enough to choose the shares by."""
_TEMPERATURES = tuple(float(value) for value in np.geomspace(0.05, 2.0, 30))
_COARSE = _TEMPERATURES[2::5]
_MARGINS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the fitted heads are to be read."""

    blend: Blend
    facet_temperature: float
    novelty: Novelty
    thresholds: Thresholds


def calibrate(unseen: Unseen, outside: int | None) -> Calibration:
    """Choose everything that is chosen on sentences the model has not seen."""
    ours = (unseen.label != outside) & ~unseen.stranger
    blend = _sharpest_blend(unseen.evidence[~unseen.stranger], unseen.label[~unseen.stranger])
    asked = unseen.facet >= 0
    facet_temperature = _sharpest(unseen.facet_margins[asked], unseen.facet[asked])[1]
    score = scores(unseen.evidence, blend)
    probabilities = softmax(score / blend.temperature)
    signs = novelty_signs(unseen.evidence, score, probabilities, outside)
    own = share_within(probabilities, outside, unseen.evidence.holding)
    novelty = fit_novelty(signs, ours, unseen.label == outside, own.argmax(axis=1) == unseen.label)
    within = own * logistic(signs, np.array(novelty.weights), novelty.bias)[:, None]
    thresholds = _thresholds(within, unseen.label, ours, unseen.label == outside)
    return Calibration(blend, facet_temperature, novelty, thresholds)


def _sharpest_blend(evidence: Evidence, label: NDArray[np.int64]) -> Blend:
    """The shares, chosen one after the other, twice, that make the right labels likeliest."""
    step = max(1, len(label) // _LOOKED_AT)
    seen, wanted = evidence[::step], label[::step]
    blend = Blend(0.2, 0.5, 0.0, 1.0)
    for _ in range(2):
        for name, shares in _SHARES.items():
            tried = [replace(blend, **{name: share}) for share in shares]
            losses = [_sharpest(scores(seen, candidate), wanted, _COARSE)[0] for candidate in tried]
            blend = tried[int(np.argmin(losses))]
    return replace(blend, temperature=_sharpest(scores(seen, blend), wanted)[1])


def _sharpest(
    values: NDArray[np.floating], classes: NDArray[np.int64], temperatures: tuple[float, ...] = _TEMPERATURES
) -> tuple[float, float]:
    """The smallest loss, and the temperature that makes the right classes likeliest."""
    if not len(classes):
        return 0.0, 1.0
    rows = np.arange(len(classes))
    losses = [
        float(-np.log(np.maximum(softmax(values / temperature)[rows, classes], 1e-9)).mean())
        for temperature in temperatures
    ]
    best = int(np.argmin(losses))
    return losses[best], temperatures[best]


def _thresholds(
    within: NDArray[np.floating],
    label: NDArray[np.int64],
    ours: NDArray[np.bool_],
    foreign: NDArray[np.bool_],
) -> Thresholds:
    """The thresholds that answer most questions rightly while the limits on wrong answers hold."""
    order = np.sort(within, axis=1)
    top, lead = order[:, -1], order[:, -1] - (order[:, -2] if within.shape[1] > 1 else 0.0)
    right = within.argmax(axis=1) == label
    best = (-1.0, 0.95, 0.4)
    for answer in np.linspace(0.05, 0.95, 46):
        for margin in _MARGINS:
            answered = (top >= answer) & (lead >= margin)
            wrong = (answered & ours & ~right).sum() / max(ours.sum(), 1)
            strayed = (answered & foreign).sum() / max(foreign.sum(), 1)
            gained = (answered & ours & right).sum() / max(ours.sum(), 1)
            if wrong <= WRONG_LIMIT and strayed <= FOREIGN_ANSWER_LIMIT:
                best = max(best, (float(gained), float(answer), margin))
    found = top[ours & right]
    clarify = min(best[1], float(np.quantile(found, 0.02)) if len(found) else 0.1)
    return Thresholds(answer=round(best[1], 4), clarify=round(clarify, 4), margin=best[2])
