"""Measuring a model on sentences that it has not seen: the ground for its calibration and its report."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.intent.fit import fit, split
from models.intent.judge import Evidence
from models.intent.samples import Samples, matrix

FOLDS = 4
ENOUGH = 5_000
"""So many unseen sentences tell what there is to tell: with many, not every part is looked at."""
STRANGERS = 8
"""In each fold, one label in this many is left out: its sentences show what a near but foreign subject looks like."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Judged sentences as seen by a model that was fitted without them. All arrays have one row for each."""

    row: NDArray[np.int64]
    label: NDArray[np.int64]
    facet: NDArray[np.int64]
    stranger: NDArray[np.bool_]  # its label was left out, too
    facet_margins: NDArray[np.float32]
    misheard: NDArray[np.bool_]  # whether there is a misheard twin
    evidence: Evidence
    misheard_evidence: Evidence  # about the twin, or the sentence itself


def cross_validate(samples: Samples, seed: int, progress: Callable[[float], None]) -> Unseen:
    """Fit on all but one part, look at that part; for each part.

    One after the other: liblinear draws from one generator for the whole process, so fits in several threads
    would not come out the same twice.
    """
    parts = split(samples, FOLDS, seed)
    looked_at = min(FOLDS, math.ceil(ENOUGH * FOLDS / max(1, int(samples.judged.sum()))))
    looks: list[Unseen] = []
    for number in range(looked_at):
        looks.append(look(samples, parts, number, seed))
        progress((number + 1) / looked_at)
    return Unseen(*(_joined([getattr(look, name) for look in looks]) for name in Unseen.__dataclass_fields__))


def _joined(parts: list[Any]) -> Any:
    if isinstance(parts[0], Evidence):
        names = Evidence.__dataclass_fields__
        return Evidence(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
    return np.concatenate(parts)


def learned_rows(samples: Samples, parts: Sequence[NDArray[np.int64]], number: int) -> NDArray[np.int64]:
    """What is learned when part `number` is looked at: the other parts, without the labels left out."""
    learned = np.setdiff1d(np.arange(len(samples)), parts[number])
    return learned[~np.isin(samples.label[learned], _strangers(samples, number))]


def look(samples: Samples, parts: Sequence[NDArray[np.int64]], number: int, seed: int) -> Unseen:
    """Fit without part `number` of the sentences and without some labels, look at that part."""
    strangers = _strangers(samples, number)
    unseen = parts[number]
    fitted = fit(samples, learned_rows(samples, parts, number), seed)
    vectors = matrix(fitted.vocabulary, [samples.clean[row] for row in unseen])
    twins = [samples.misheard[row] or samples.clean[row] for row in unseen]
    twin_vectors = matrix(fitted.vocabulary, twins)
    return Unseen(
        row=unseen,
        label=samples.label[unseen],
        facet=samples.facet[unseen],
        stranger=np.isin(samples.label[unseen], strangers),
        facet_margins=fitted.facet.margins(vectors),
        misheard=np.array([samples.misheard[row] is not None for row in unseen], bool),
        evidence=fitted.evidence(vectors, samples.dense[unseen]),
        misheard_evidence=fitted.evidence(twin_vectors, samples.dense_misheard[unseen]),
    )


def _strangers(samples: Samples, number: int) -> NDArray[np.int64]:
    """The labels left out in one fold: some of many, none of few."""
    ours = np.array([place for place in range(len(samples.labels)) if place != samples.outside])
    return ours[number::STRANGERS] if len(ours) >= 2 * STRANGERS else ours[:0]
