"""Measuring a finished model on labelled sentences: accuracy, out-of-scope figures, latency."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.errors import IntentError
from models.intent.noise import replace_homophones
from models.intent.run import IntentModel, Understanding
from models.intent.table import Row

REJECTION = 0.05
"""The in-scope rejection at which out-of-scope recall is also given."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A model's figures on a table. Figures about out-of-scope sentences are None when the table has none."""

    n: int
    accuracy: float
    """Right outcomes: the label for a sentence in scope, “unknown” for one out of scope. Without any of the
    latter, nothing is rejected: the best label counts."""
    in_scope_accuracy: float
    """Share of the sentences in scope whose best label is right, rejected or not."""
    in_scope_rejected: float
    answered: float
    """Share of the sentences in scope that would be answered without asking back."""
    wrong: float
    """Share of the sentences in scope that would be answered wrongly without asking back."""
    oos_recall: float | None
    """Share of the sentences out of scope that are rejected at the model's own threshold."""
    oos_recall_at_5: float | None
    """The same at the threshold that rejects 5 % of these sentences in scope."""
    auroc: float | None
    p50_ms: float
    p95_ms: float


def measure(
    model: IntentModel, rows: Sequence[Row], *, oos_label: str = "oos", noise: float = 0.0, seed: int = 1
) -> Measured:
    """Run a model over a table. `noise` is the share of Chinese characters that become homophones."""
    if not rows:
        raise IntentError("bad_table", "there is no sentence to measure on")
    chance = random.Random(seed)  # noqa: S311 - reproducible noise, no secret
    texts = [replace_homophones(row.text, noise, chance) if noise else row.text for row in rows]
    model.understand(texts[0])  # the first call allocates
    understood: list[Understanding] = []
    times: list[float] = []
    for text in texts:
        start = time.perf_counter()
        understood.append(model.understand(text))
        times.append(1000.0 * (time.perf_counter() - start))
    inside = np.array([row.label != oos_label for row in rows])
    known = np.array([understanding.known for understanding in understood])
    right = np.array(
        [
            bool(u.candidates) and u.candidates[0].label == row.label
            for u, row in zip(understood, rows, strict=True)
        ]
    )
    answered = np.array([_answered(model, understanding) for understanding in understood])
    outside = ~inside
    both = bool(inside.any() and outside.any())
    belonging = np.array([model.belonging(text) for text in texts]) if both else np.zeros(0)
    return Measured(
        n=len(rows),
        accuracy=_share(np.where(inside, right & (known | (not outside.any())), ~known)),
        in_scope_accuracy=_share(right[inside]),
        in_scope_rejected=_share(~known[inside]),
        answered=_share(answered[inside]),
        wrong=_share((answered & ~right)[inside]),
        oos_recall=_share(~known[outside]) if outside.any() else None,
        oos_recall_at_5=recall_at(belonging[inside], belonging[outside]) if both else None,
        auroc=auroc(belonging[inside], belonging[outside]) if both else None,
        p50_ms=round(float(np.percentile(times, 50)), 3),
        p95_ms=round(float(np.percentile(times, 95)), 3),
    )


def _answered(model: IntentModel, understanding: Understanding) -> bool:
    if not understanding.known or not understanding.candidates:
        return False
    top, *rest = [candidate.probability for candidate in understanding.candidates]
    return top >= model.thresholds.answer and top - max(rest, default=0.0) >= model.thresholds.margin


def _share(hits: NDArray[np.bool_]) -> float:
    return round(float(hits.mean()), 4) if len(hits) else 0.0


def recall_at(inside: NDArray[np.floating], outside: NDArray[np.floating]) -> float:
    """Share of the scores out of scope that lie below what rejects 5 % of those in scope."""
    return round(float((outside < np.quantile(inside, REJECTION)).mean()), 4)


def auroc(inside: NDArray[np.floating], outside: NDArray[np.floating]) -> float:
    """The chance that a sentence in scope scores above one out of scope (Mann-Whitney U, ties count half)."""
    ordered = np.sort(outside)
    below = np.searchsorted(ordered, inside, side="left")
    not_above = np.searchsorted(ordered, inside, side="right")
    return round(float((below + not_above).sum() / 2 / len(inside) / len(outside)), 4)
