"""Running a trained intent model: a sentence in, candidates out, in a millisecond on one thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import IntentError
from models.intent.encoders import load_encoder
from models.intent.features import Featurizer
from models.intent.files import Head, IntentFiles, Thresholds, read_arrays, read_head
from models.intent.glossary import reader_of
from models.intent.graph_check import check_graph
from models.intent.judge import Evidence, share_within
from models.intent.novelty import logistic, novelty_signs
from models.intent.onnx_session import open_session
from models.intent.syllables import SyllableTable
from models.intent.vectors import Vector, Vocabulary, closeness

__all__ = ["Candidate", "IntentModel", "Thresholds", "Understanding"]

MAX_CANDIDATES = 5
OUTPUTS = ["margins", "sense", "label_scores", "label", "facet"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A label and the probability that it is what was meant."""

    label: str
    probability: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a sentence seems to mean.

    `candidates` are the best labels (matters and small talk), best first, at most five. `known` is False when the
    sentence is about something else altogether. `facet` is what is asked of the matter.
    """

    candidates: tuple[Candidate, ...]
    known: bool
    facet: str
    facet_confidence: float


class IntentModel:
    """A trained model, ready to run; several threads may use one."""

    def __init__(self, files: IntentFiles) -> None:
        """Check and load a model; raises IntentError when a file is damaged or does not fit the others."""
        self._head = head = read_head(files.head)
        arrays = read_arrays(files.arrays, head)
        self._vocabulary = Vocabulary(arrays["keys"], arrays["rarity"], head.unknown_rarity)
        sounds = SyllableTable.unpack(list(head.syllables), arrays["syllables"].tolist())
        self._featurizer = Featurizer(sounds)
        self._starts = arrays["starts"].astype(np.int64)
        self._documents = arrays["documents"].astype(np.int64)
        self._strengths = arrays["strengths"]
        self._owners = arrays["owners"].astype(np.int64)
        self._owned = np.diff(self._owners)
        self._encoder = load_encoder(head.encoder, files.encoder)
        self._read = reader_of(self._encoder, self._featurizer.glossary)
        if self._encoder.dimension != head.dimension:
            raise IntentError(
                "model_damaged", f"the model does not fit its encoder `{head.encoder}`: build it again"
            )
        self._neighbours = arrays["neighbours"].reshape(-1, head.dimension).astype(np.float32) / 127.0
        self._kin = arrays["kin"].astype(np.int64)
        self._outside = head.labels.index(head.outside) if head.outside in head.labels else None
        self._weights = np.array(head.novelty.weights)
        self._session = _session(files.onnx, head, len(arrays["keys"]))
        self.understand("您好 hello")  # the first time takes thrice as long: nobody shall wait for it

    @property
    def labels(self) -> tuple[str, ...]:
        """Everything the model can answer with: matter ids and small-talk ids."""
        return tuple(label for label in self._head.labels if label != self._head.outside)

    @property
    def thresholds(self) -> Thresholds:
        """When to answer, when to ask back."""
        return self._head.thresholds

    def understand(self, text: str, lang: str | None = None) -> Understanding:
        """What a sentence means. Any text is allowed; nothing is raised for what stands in it.

        `lang` is a hint for encoders that keep one model for each language; this one reads the script of the text.
        """
        judged = self._judge(text)
        if judged is None:
            return Understanding((), False, self._head.facets[0], 0.0)
        ours, within, facet = judged
        best = np.argsort(-within, kind="stable")[:MAX_CANDIDATES]
        candidates = tuple(
            Candidate(self._head.labels[place], ours * float(within[place]))
            for place in best
            if place != self._outside
        )
        asked = int(facet.argmax())
        return Understanding(
            candidates, ours >= self._head.novelty.threshold, self._head.facets[asked], float(facet[asked])
        )

    def belonging(self, text: str) -> float:
        """How likely a sentence is about anything of ours at all (0 to 1)."""
        judged = self._judge(text)
        return 0.0 if judged is None else judged[0]

    def _judge(self, text: str) -> tuple[float, NDArray[np.floating], NDArray[np.float32]] | None:
        """Whether it is ours, each label's share if it is, each facet's probability; None when nothing is known."""
        vector = self._vocabulary.vector(self._featurizer.features(text))
        if not len(vector.indices):
            return None
        dense = self._encoder.encode([self._read(text)])
        nearness, holding = self._similarity(vector)
        close = closeness(self._neighbours, self._kin, dense, len(self._head.labels))[0]
        near = (self._head.nearness * nearness + self._head.closeness * close).astype(np.float32)
        margins, sense, score, label, facet = self._session.run(
            OUTPUTS, {"indices": vector.indices, "weights": vector.weights, "vector": dense[0], "near": near}
        )
        evidence = Evidence(margins, sense, nearness, close, holding)
        signs = novelty_signs(evidence, score, label, self._outside)
        ours = float(logistic(signs, self._weights, self._head.novelty.bias))
        return ours, share_within(label, self._outside, holding), facet

    def _similarity(self, vector: Vector) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
        """For each label: cosine to its nearest training sentence, share of them that hold the whole sentence."""
        first, last = self._starts[vector.indices], self._starts[vector.indices + 1]
        counts = last - first
        # Places of all postings of all n-grams of the sentence, without a loop.
        places = np.repeat(first - np.concatenate(([0], np.cumsum(counts)[:-1])), counts) + np.arange(
            counts.sum()
        )
        documents = self._documents[places]
        shares = np.repeat(vector.weights, counts) * self._strengths[places]
        cosines = np.bincount(documents, shares, minlength=int(self._owners[-1]))
        nearest = np.maximum.reduceat(cosines, self._owners[:-1])
        whole = np.bincount(documents, minlength=int(self._owners[-1])) >= len(vector.indices)
        holding = np.add.reduceat(whole.astype(np.float64), self._owners[:-1]) / self._owned
        return (nearest * self._head.strength_unit).astype(np.float32), holding


def _session(onnx: bytes, head: Head, features: int) -> Any:
    check_graph(onnx)
    sample = {
        "indices": np.array([0, features - 1], np.int64),
        "weights": np.zeros(2, np.float32),
        "vector": np.zeros(head.dimension, np.float32),
        "near": np.zeros(len(head.labels), np.float32),
    }
    session, shapes = open_session(onnx, OUTPUTS, sample, "intent.onnx")
    if shapes != [(len(head.labels),)] * 4 + [(len(head.facets),)]:
        raise IntentError("model_damaged", "intent.onnx does not fit intent.json: build it again")
    return session
