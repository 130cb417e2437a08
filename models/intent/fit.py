"""Fitting the linear heads: labels and facets over the same n-grams, and labels over the encoder's vectors.

The two kinds of label head err differently: support vectors over n-grams are best with many sentences a label, a
softmax over the encoder's vectors with few. Cross-validation weighs them (calibrate.py).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.intent.features import Features
from models.intent.judge import Evidence
from models.intent.samples import Samples, matrix
from models.intent.vectors import Vocabulary, closeness

ABSENT = -2.0
"""The margin of a label that had no sentence to learn from: surely not."""
REGULARISATION = 2.0
SENSE_REGULARISATION = 10.0
SENSE_STEPS = 50
AXES = 64
"""Directions of the encoder's vectors that the label head is shown: with all of them it takes twice as long to fit
and is 0.1 points better."""
NEIGHBOURS = 8_192
"""As many vectors are kept for comparison."""
NEAR_COPY = 0.7
"""Cosine from which two questions of one label count as the same question."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear head over n-grams and, for labels, the encoder's vector.

    `table` float32 [n-grams, classes], `beside` float32 [dimension, classes], `bias` float32 [classes].
    """

    table: NDArray[np.float32]
    beside: NDArray[np.float32]
    bias: NDArray[np.float32]

    def margins(self, vectors: Any, dense: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Signed distances. [documents, classes]"""
        sums = vectors @ self.table + self.bias
        return np.asarray(sums if dense is None else sums + dense @ self.beside, np.float32)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Heads fitted to some of the samples. `vectors` are those sentences' own, `owner` their labels.

    `sense` float32 [dimension, labels]: the head over the encoder's vectors, without bias, so that a vector of zeros
    says nothing. `neighbours` float32 [n, dimension] are encoded sentences, `kin` int64 [n] their labels, rising.
    """

    vocabulary: Vocabulary
    label: Linear
    facet: Linear
    sense: NDArray[np.float32]
    vectors: Any
    owner: NDArray[np.int64]
    neighbours: NDArray[np.float32]
    kin: NDArray[np.int64]

    def evidence(self, vectors: Any, dense: NDArray[np.float32]) -> Evidence:
        """What is to be seen of sentences: n-gram vectors [documents, n-grams], encoded [documents, dimension]."""
        labels = self.sense.shape[1]
        return Evidence(
            margins=self.label.margins(vectors, dense),
            sense=np.asarray(dense @ self.sense, np.float32),
            nearness=self.nearness(vectors, labels),
            closeness=closeness(self.neighbours, self.kin, dense, labels),
            holding=self._holding(vectors, labels),
        )

    def _holding(self, vectors: Any, labels: int) -> NDArray[np.float32]:
        """Share of each label's sentences in which all known n-grams of a sentence stand. [documents, labels]"""
        from scipy.sparse import csr_matrix

        count = len(self.owner)
        owners: Any = csr_matrix(
            (np.ones(count, np.float32), (np.arange(count), self.owner)), (count, labels)
        )
        sizes = np.maximum(np.asarray(owners.sum(axis=0)).ravel(), 1.0)
        here, there = _ones(vectors), _ones(self.vectors).T.tocsr()
        wanted = np.diff(vectors.indptr)
        holding = np.zeros((vectors.shape[0], labels), np.float32)
        for first in range(0, vectors.shape[0], 500):
            common = (here[first : first + 500] @ there).tocoo()
            kept = common.data >= wanted[first + common.row] - 0.5
            held: Any = csr_matrix(
                (np.ones(int(kept.sum()), np.float32), (common.row[kept], common.col[kept])), common.shape
            )
            holding[first : first + 500] = (held @ owners).toarray() / sizes
        return holding

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
    dense = np.concatenate([samples.dense[rows], samples.dense_misheard[[row for row, _ in twins]]])
    label = _linear(both, dense, samples.beside, samples.label[sources], len(samples.labels), seed)
    asked = samples.facet[sources]
    ours = asked >= 0
    facet = _linear(both[ours], dense[ours], 0.0, asked[ours], len(samples.facets), seed)
    sense = _softmax_head(samples.dense[rows], samples.label[rows], len(samples.labels))
    neighbours, kin = _neighbours(samples, rows)
    return Fitted(vocabulary, label, facet, sense, vectors, samples.label[rows], neighbours, kin)


def _softmax_head(dense: NDArray[np.float32], classes: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """Logistic regression over the encoder's vectors, centred over the labels. [dimension, labels]"""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    table = np.zeros((dense.shape[1], count), np.float32)
    understood = np.abs(dense).max(axis=1, initial=0.0) > 0
    present = np.unique(classes[understood])
    if len(present) < 2:
        return table
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # a few steps are enough, and keep it from overfitting
        head = LogisticRegression(C=SENSE_REGULARISATION, max_iter=SENSE_STEPS, fit_intercept=False).fit(
            dense[understood].astype(np.float64), classes[understood]
        )
    # Rounded, because the last bits depend on how many threads the linear algebra was started with.
    coefficients = np.asarray(head.coef_, np.float64).round(3).astype(np.float32)
    if len(present) == 2:
        coefficients = np.concatenate((-coefficients, coefficients)) / 2
    table[:, present] = coefficients.T
    table[:, present] -= table[:, present].mean(axis=1, keepdims=True)
    return table.round(3)


def _neighbours(samples: Samples, rows: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The encoded sentences that people would say, by label; of too many, the first of each label."""
    chosen = rows[samples.judged[rows] & (np.abs(samples.dense[rows]).max(axis=1, initial=0.0) > 0)]
    chosen = chosen[np.argsort(samples.label[chosen], kind="stable")]
    kin = samples.label[chosen]
    if len(kin) > NEIGHBOURS:
        rank = np.arange(len(kin)) - np.searchsorted(kin, kin)
        kept = rank < max(1, NEIGHBOURS // len(np.unique(kin)))
        chosen, kin = chosen[kept], kin[kept]
    return samples.dense[chosen], kin


def _ones(vectors: Any) -> Any:
    ones = vectors.astype(np.float32)
    ones.data[:] = 1.0
    return ones


def _linear(
    vectors: Any,
    dense: NDArray[np.float32],
    beside: float,
    classes: NDArray[np.int64],
    count: int,
    seed: int,
) -> Linear:
    """One-against-all support vectors (squared hinge), by liblinear. Needs scikit-learn, which is in `[train]`.

    `dense` has the encoder's vectors of the same sentences, `beside` is what they weigh.
    """
    from scipy.sparse import csr_matrix, hstack
    from sklearn.svm import LinearSVC

    grams = int(vectors.shape[1])
    axes = beside * _main_axes(dense)
    # Rounded for the same reason as the other head.
    weighed: Any = csr_matrix((dense @ axes).round(4))
    known: Any = hstack([vectors, weighed]).tocsr()
    table = np.zeros((known.shape[1], count), np.float32)
    bias = np.full(count, ABSENT, np.float32)
    present = np.unique(classes)
    if len(present) < 2:
        bias[present] = 0.0
        return Linear(table[:grams], np.zeros((dense.shape[1], count), np.float32), bias)
    machine = LinearSVC(C=REGULARISATION, tol=1e-2, random_state=seed).fit(known, classes)
    coefficients, intercepts = np.asarray(machine.coef_), np.asarray(machine.intercept_)
    if len(present) == 2:  # liblinear then gives one line: for the second class
        coefficients = np.concatenate((-coefficients, coefficients))
        intercepts = np.concatenate((-intercepts, intercepts))
    table[:, present] = coefficients.T
    bias[present] = intercepts
    return Linear(table[:grams], np.asarray(axes @ table[grams:], np.float32).round(4), bias)


def _main_axes(dense: NDArray[np.float32]) -> NDArray[np.float64]:
    """The directions in which vectors are longest. [dimension, at most AXES]"""
    wide = dense.astype(np.float64)
    return np.linalg.eigh(wide.T @ wide)[1][:, -AXES:]


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
