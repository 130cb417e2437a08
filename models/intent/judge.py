"""From what the model sees of a sentence to how sure each candidate is.

Training and running share this file, so that what was calibrated is what happens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating]
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
    shared = (ours > 0).sum(axis=-1, keepdims=True) > 1
    weight = shared * BARE * total / (total + BARE_SENTENCES / 100.0)
    return (1.0 - weight) * within + weight * ours / np.maximum(total, 1e-9)


def softmax(values: Numbers) -> Numbers:
    """Softmax along the last axis."""
    shifted = np.exp(values - values.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)
