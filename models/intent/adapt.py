"""Training with an encoder that is fine-tuned to the model's own sentences.

An encoder must not be judged on sentences that it was tuned to: they all come out right. So it is tuned twice, once
without a part of the sentences and without some labels, to calibrate on what it then makes of them, and once to all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.intent.crossvalidate import FOLDS, Unseen, learned_rows, look
from models.intent.encoders import AdaptableEncoder, Encoder
from models.intent.fit import Fitted, split
from models.intent.judge import Evidence
from models.intent.samples import Samples, vectors

Progress = Callable[[float], None]
HEAD_SHARE, HEAD_SHARE_OF_FEW, FEW = 4.0, 30.0, 20
"""What the head that an encoder was tuned with weighs beside the regression on its vectors; with fewer than so many
sentences a label it weighs more, because the handful of unseen ones chooses too small a share for it."""


class Tuned(NamedTuple):
    """An encoder tuned to samples. `head` float32 [dimension, labels]: zero for a label that it was not tuned to."""

    encoder: AdaptableEncoder
    head: NDArray[np.float32]

    def evidence(self, found: Evidence, dense: NDArray[np.float32]) -> Evidence:
        """What is known of sentences with these vectors, with what the head says of them."""
        return replace(found, sense=found.sense + dense @ self.head)

    def fitted(self, found: Fitted) -> Fitted:
        """The fitted heads, with the head that the encoder was tuned with."""
        return replace(found, sense=(found.sense + self.head).round(3))


def look_at_unseen(samples: Samples, encoder: AdaptableEncoder, seed: int, progress: Progress) -> Unseen:
    """Tune without one part of the sentences, look at that part."""
    parts = split(samples, FOLDS, seed)
    tuned = adapt(
        samples, encoder, learned_rows(samples, parts, 0), seed, lambda share: progress(0.9 * share)
    )
    seen = encoded(samples, tuned.encoder)
    found = look(seen, parts, 0, seed)
    progress(1.0)
    return replace(
        found,
        evidence=tuned.evidence(found.evidence, seen.dense[found.row]),
        misheard_evidence=tuned.evidence(found.misheard_evidence, seen.dense_misheard[found.row]),
    )


def adapt(
    samples: Samples, encoder: AdaptableEncoder, rows: NDArray[np.int64], seed: int, progress: Progress
) -> Tuned:
    """The encoder tuned to some of the samples and to the words in their labels' names.

    Sentences from outside have no subject in common that could be learned: they are left out.
    """
    ours = [int(row) for row in rows if samples.label[row] != samples.outside]
    texts = [samples.texts[row] for row in ours]
    labels = [samples.labels[samples.label[row]] for row in ours]
    names = sorted(set(labels))
    adapted = encoder.adapted([*texts, *spoken(names)], [*labels, *names], seed, progress)
    head = np.zeros((adapted.encoder.dimension, len(samples.labels)), np.float32)
    centred = adapted.head - adapted.head.mean(axis=1, keepdims=True)
    share = HEAD_SHARE_OF_FEW if len(ours) < FEW * len(names) else HEAD_SHARE
    head[:, [samples.labels.index(label) for label in adapted.labels]] = share * centred
    return Tuned(adapted.encoder, head)


def spoken(labels: Sequence[str]) -> list[str]:
    """The words that labels are made of: `card_arrival` says what it is about."""
    return [" ".join(label.replace(".", " ").replace("_", " ").replace("-", " ").split()) for label in labels]


def encoded(samples: Samples, encoder: Encoder) -> Samples:
    """The samples as another encoder sees them."""
    dense, misheard = vectors(encoder, samples.texts, samples.twins)
    return replace(samples, dense=dense, dense_misheard=misheard)
