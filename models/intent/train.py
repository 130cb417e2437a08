"""Training an intent model from sentences: reproducible from a seed, seconds to a minute on one machine.

Needs the packages of `[train]`: scikit-learn, scipy, onnx, pypinyin.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import IntentError
from models.facets import FACETS
from models.intent.adapt import Tuned, adapt, encoded, look_at_unseen
from models.intent.calibrate import Calibration, calibrate
from models.intent.choice import can_tune
from models.intent.crossvalidate import cross_validate
from models.intent.encoders import BUILTIN, AdaptableEncoder, Encoder, load_encoder
from models.intent.files import FORMAT, MAX_SENTENCES, Head, IntentFiles, write_arrays, write_head
from models.intent.fit import Fitted, fit
from models.intent.network import Weights, write_network
from models.intent.report import Evaluation, evaluate_unseen
from models.intent.samples import Samples, Sentence, prepare
from models.intent.slim import slimmed
from models.intent.syllables import pypinyin_table

__all__ = ["Sentence", "Trained", "train"]

SEED = 20260701
_PACKAGES = ("sklearn", "scipy", "onnx", "pypinyin", "threadpoolctl")


@dataclass(frozen=True, slots=True)
class Trained:
    """A model and what its own cross-validation says about it."""

    files: IntentFiles
    evaluation: Evaluation


def training_packages_missing() -> tuple[str, ...]:
    """The packages of `[train]` that are not installed."""
    return tuple(name for name in _PACKAGES if importlib.util.find_spec(name) is None)


def train(
    sentences: Sequence[Sentence],
    *,
    outside: str | None = None,
    facets: Sequence[str] = FACETS,
    encoder: str = BUILTIN,
    tune: bool | None = None,
    seed: int = SEED,
    progress: Callable[[str, float], None] | None = None,
) -> Trained:
    """Train a model.

    `outside` is the label of the sentences that stand for everything foreign, `encoder` the name of a sentence
    encoder (models.intent.encoders), `tune` whether it is to be fine-tuned to these sentences if it is one that can
    be (None: when torch is here). `progress` is told what is being done and the share that is done (0 to 1).
    Raises IntentError when packages, sentences or the encoder's files are missing.
    """
    tell = progress or (lambda _what, _share: None)
    missing = training_packages_missing()
    if missing:
        raise IntentError(
            "training_packages_missing",
            f"training needs {', '.join(missing)}: install them with `pip install 'yingbin[train]'`",
        )
    if len({sentence.label for sentence in sentences if sentence.label != outside}) < 2:
        raise IntentError("too_few_labels", "there are fewer than two labels: nothing can be told apart")
    reader = load_encoder(encoder)
    import sklearn.linear_model
    import sklearn.svm  # noqa: F401 - both before the limit: it holds for the libraries that are loaded by then
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # several threads add up in another order: the last bits would differ
        tell("reading sentences", 0.0)
        samples = prepare(sentences, outside, facets, seed, reader)
        tuned: Tuned | None = None
        everything = np.arange(len(samples))
        if isinstance(reader, AdaptableEncoder) and (can_tune() if tune is None else tune):
            what = "tuning without a part, to judge by it"
            unseen = look_at_unseen(samples, reader, seed, lambda share: tell(what, 0.1 + 0.35 * share))
            what = "tuning to everything"
            tuned = adapt(samples, reader, everything, seed, lambda share: tell(what, 0.45 + 0.35 * share))
            reader = tuned.encoder
            samples = encoded(samples, reader)
        else:
            tell("cross-validating", 0.1)
            unseen = cross_validate(samples, seed, lambda share: tell("cross-validating", 0.1 + 0.6 * share))
        calibration = calibrate(unseen, samples.outside)
        evaluation = evaluate_unseen(unseen, samples, calibration)
        tell("fitting", 0.8)
        fitted = fit(samples, everything, seed)
        if tuned is not None:
            fitted = tuned.fitted(fitted)
        if isinstance(reader, AdaptableEncoder):
            fitted = slimmed(fitted)
        tell("writing", 0.95)
        files = _write(samples, fitted, calibration, outside, reader)
    tell("done", 1.0)
    return Trained(files, evaluation)


def _write(
    samples: Samples, fitted: Fitted, calibration: Calibration, outside: str | None, encoder: Encoder
) -> IntentFiles:
    postings, unit = _postings(fitted, len(samples.labels))
    names, syllables = pypinyin_table().pack()
    arrays, counts = write_arrays(
        {
            "keys": fitted.vocabulary.keys,
            "rarity": fitted.vocabulary.rarity,
            "syllables": np.frombuffer(syllables, "<u2"),
            **postings,
            "neighbours": np.rint(127.0 * fitted.neighbours).ravel(),
            "kin": fitted.kin,
        }
    )
    head = Head(
        format=FORMAT,
        encoder=encoder.name,
        dimension=samples.dense.shape[1],
        labels=samples.labels,
        facets=samples.facets,
        outside=outside if samples.outside is not None else None,
        unknown_rarity=fitted.vocabulary.unknown_rarity,
        strength_unit=unit,
        nearness=calibration.blend.nearness,
        closeness=calibration.blend.closeness,
        thresholds=calibration.thresholds,
        novelty=calibration.novelty,
        syllables=tuple(names),
        arrays=counts,
    )
    weights = Weights(
        table=np.concatenate((fitted.label.table, fitted.facet.table), axis=1),
        beside=fitted.label.beside,
        bias=np.concatenate((fitted.label.bias, fitted.facet.bias)),
        sense=fitted.sense,
        labels=len(samples.labels),
        sense_share=calibration.blend.sense,
        label_temperature=calibration.blend.temperature,
        facet_temperature=calibration.facet_temperature,
    )
    carried = encoder.weights() if isinstance(encoder, AdaptableEncoder) else None
    return IntentFiles(write_network(weights), write_head(head), arrays, carried)


def _postings(fitted: Fitted, labels: int) -> tuple[dict[str, NDArray[Any]], float]:
    """The training sentences' vectors turned around, one byte for each weight, and that byte's unit."""
    order = np.argsort(fitted.owner, kind="stable")
    owner = fitted.owner[order]
    if len(order) > MAX_SENTENCES:  # the first of each label, equally many
        rank = np.arange(len(order)) - np.searchsorted(owner, owner)
        kept = rank < MAX_SENTENCES // labels
        order, owner = order[kept], owner[kept]
    by_feature = fitted.vectors[order].tocsc()
    by_feature.sort_indices()
    unit = float(by_feature.data.max()) / 255.0 if by_feature.nnz else 1.0
    return {
        "starts": by_feature.indptr,
        "documents": by_feature.indices,
        "strengths": np.rint(by_feature.data / unit),
        "owners": np.searchsorted(owner, np.arange(labels + 1)),
    }, unit
