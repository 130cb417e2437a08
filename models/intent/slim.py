"""A model that carries its encoder has 17 MB less for everything else: the rarest n-grams and some sentences go.

With a tuned encoder the n-grams say little that the vectors do not, and a label's sentences lie close together.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.intent.fit import Fitted

TABLE = 5_500_000
"""Numbers in the table of n-grams and labels, one byte each."""
NEIGHBOURS = 4_096
"""Encoded sentences for comparison, equally many of each label."""


def slimmed(fitted: Fitted) -> Fitted:
    """The same heads over the commonest n-grams, with fewer sentences to compare with."""
    labels = fitted.label.table.shape[1]
    kept = np.sort(np.argsort(fitted.vocabulary.rarity, kind="stable")[: TABLE // labels])
    keys, rarity = fitted.vocabulary.keys[kept], fitted.vocabulary.rarity[kept]
    rank = np.arange(len(fitted.kin)) - np.searchsorted(fitted.kin, fitted.kin)
    near = rank < max(1, NEIGHBOURS // max(1, len(np.unique(fitted.kin))))
    return replace(
        fitted,
        vocabulary=replace(fitted.vocabulary, keys=keys, rarity=rarity),
        label=replace(fitted.label, table=fitted.label.table[kept]),
        facet=replace(fitted.facet, table=fitted.facet.table[kept]),
        vectors=fitted.vectors[:, kept],
        neighbours=fitted.neighbours[near],
        kin=fitted.kin[near],
    )
