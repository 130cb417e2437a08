"""Fitting the two linear heads: labels and facets over the same n-grams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.intent.features import Features
from models.intent.samples import Samples, matrix
from models.intent.vectors import Vocabulary

ABSENT = -2.0
"""The margin of a label that had no sentence to learn from: surely not."""
REGULARISATION = 1.0
NEAR_COPY = 0.7
"""Cosine from which two questions of one label count as the same question."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear head. `table` float32 [n-grams, classes], `bias` float32 [classes]."""

    table: NDArray[np.float32]
    bias: NDArray[np.float32]

    def margins(self, vectors: Any) -> NDArray[np.float32]:
        """Signed distances. [documents, classes]"""
        return np.asarray(vectors @ self.table + self.bias, np.float32)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Heads fitted to some of the samples. `vectors` are those sentences' own, `owner` their labels."""

    vocabulary: Vocabulary
    label: Linear
    facet: Linear
    vectors: Any
    owner: NDArray[np.int64]

    def nearness(self, vectors: Any, labels: int) -> NDArray[np.float32]:
        """Cosine of each vector to the nearest fitted sentence of each label. [documents, labels]"""
        order = np.argsort(self.owner, kind="stable")
        present, starts = np.unique(self.owner[order], return_index=True)
        nearest = np.zeros((vectors.shape[0], labels), np.float32)
        transposed = self.vectors[order].T.tocsr()
        for first in range(0, vectors.shape[0], 500):  # bounds the memory of the dense product
            cosines = np.asarray((vectors[first : first + 500] @ transposed).todense())
            nearest[first : first + 500, present] = np.maximum.reduceat(cosines, starts, axis=1)
        return nearest


def fit(samples: Samples, rows: NDArray[np.int64], seed: int) -> Fitted:
    """Fit both heads to the given rows and to their misheard twins."""
    clean: list[tuple[Features, Features]] = [samples.clean[row] for row in rows]
    twins = [(row, twin) for row in rows if (twin := samples.misheard[row]) is not None]
    vocabulary = Vocabulary.learn(clean)
    vectors = matrix(vocabulary, clean)
    from scipy.sparse import vstack

    both = vstack([vectors, matrix(vocabulary, [twin for _, twin in twins])]).tocsr() if twins else vectors
    sources = np.concatenate([rows, np.array([row for row, _ in twins], np.int64)])
    label = _linear(both, samples.label[sources], len(samples.labels), seed)
    asked = samples.facet[sources]
    facet = _linear(both[asked >= 0], asked[asked >= 0], len(samples.facets), seed)
    return Fitted(vocabulary, label, facet, vectors, samples.label[rows])


def _linear(vectors: Any, classes: NDArray[np.int64], count: int, seed: int) -> Linear:
    """One-against-all support vectors (squared hinge), by liblinear. Needs scikit-learn, which is in `[train]`."""
    from sklearn.svm import LinearSVC

    table = np.zeros((vectors.shape[1], count), np.float32)
    bias = np.full(count, ABSENT, np.float32)
    present = np.unique(classes)
    if len(present) < 2:
        bias[present] = 0.0
        return Linear(table, bias)
    machine = LinearSVC(C=REGULARISATION, tol=1e-2, random_state=seed).fit(vectors, classes)
    coefficients, intercepts = np.asarray(machine.coef_), np.asarray(machine.intercept_)
    if len(present) == 2:  # liblinear then gives one line: for the second class
        coefficients = np.concatenate((-coefficients, coefficients))
        intercepts = np.concatenate((-intercepts, intercepts))
    table[:, present] = coefficients.T
    bias[present] = intercepts
    return Linear(table, bias)


def split(samples: Samples, folds: int, seed: int) -> Sequence[NDArray[np.int64]]:
    """The judged rows in `folds` parts, each label spread over all of them, near-copies kept together.

    A question that differs from another by a particle must not be asked of a model that has learned the other:
    the figures would flatter.
    """
    chance = np.random.default_rng(seed)
    vectors = matrix(Vocabulary.learn(samples.clean), samples.clean)
    parts: list[list[int]] = [[] for _ in range(folds)]
    for place in range(len(samples.labels)):
        rows = np.flatnonzero((samples.label == place) & samples.judged)
        groups = [rows[group] for group in near_copies(vectors[rows])]
        taken = [0] * folds
        for group in sorted((groups[n] for n in chance.permutation(len(groups))), key=len, reverse=True):
            part = min(range(folds), key=lambda part: (taken[part], len(parts[part])))
            taken[part] += len(group)
            parts[part].extend(int(row) for row in group)
    return [np.array(sorted(part), np.int64) for part in parts]


def near_copies(vectors: Any) -> list[NDArray[np.int64]]:
    """Groups of vectors that are nearly the same as another one of their group (cosine of NEAR_COPY and more)."""
    from scipy.sparse.csgraph import connected_components

    cosines = (vectors @ vectors.T).tocsr()
    cosines.data[cosines.data < NEAR_COPY] = 0.0
    cosines.eliminate_zeros()
    count, group = connected_components(cosines, directed=False)
    return [np.flatnonzero(group == number) for number in range(count)]
