"""What an intent model is trained on, as numbers: sentences, their labels and facets."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.intent.encoders import AdaptableEncoder, Encoder
from models.intent.features import Features, Featurizer
from models.intent.glossary import reader_of
from models.intent.noise import heard
from models.intent.syllables import pypinyin_table
from models.intent.vectors import Vocabulary
from models.intent.words import has_han


@dataclass(frozen=True, slots=True)
class Sentence:
    """One training sentence. `facet` is None where a facet makes no sense.

    `judged`: the model is measured on it. `said`: people say this, so it may be misheard. Titles and made-up
    questions only teach; set phrases such as a greeting have to be learned one by one, and are not judged.
    """

    text: str
    label: str
    facet: str | None = None
    judged: bool = True
    said: bool = True


BESIDE = 0.4
"""What the built-in encoder's vector, which has length 1, weighs beside the n-grams in the label head. 0.3 and 0.5 are
a little worse; without it a question that shares no word with those of its matter is lost. Vectors that were tuned to
the labels lose a point when they stand beside n-grams (ADR 7)."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Sentences ready for training: the features of each, of its misheard twin, and its numbers."""

    labels: tuple[str, ...]
    facets: tuple[str, ...]
    outside: int | None
    texts: list[str]  # as the encoder reads them
    twins: list[
        str | None
    ]  # the same of each as it may be misheard, None where it is not said or not Chinese
    clean: list[tuple[Features, Features]]
    misheard: list[tuple[Features, Features] | None]
    dense: NDArray[np.float32]  # the encoder's vectors [sentences, dimension]
    dense_misheard: NDArray[np.float32]  # the same of the twins, of the sentence itself where it has none
    beside: float  # what the encoder's vectors weigh beside the n-grams
    label: NDArray[np.int64]
    facet: NDArray[np.int64]  # -1 where a sentence has none
    judged: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.clean)


def prepare(
    sentences: Sequence[Sentence], outside: str | None, facets: Sequence[str], seed: int, encoder: Encoder
) -> Samples:
    """Featurise and encode sentences. Labels are put in order of name, so that the result does not depend on theirs."""
    chance = random.Random(seed)  # noqa: S311 - reproducible noise, no secret
    ordered = sorted(sentences, key=lambda sentence: (sentence.label, sentence.text))
    labels = tuple(sorted({sentence.label for sentence in ordered}))
    number = {label: place for place, label in enumerate(labels)}
    featurizer = Featurizer(pypinyin_table())
    read = reader_of(encoder, featurizer.glossary)
    twins = [heard(s.text, chance) if s.said and has_han(s.text) else None for s in ordered]
    texts = [read(sentence.text) for sentence in ordered]
    twin_texts = [None if twin is None else read(twin) for twin in twins]
    dense, misheard = vectors(encoder, texts, twin_texts)
    return Samples(
        labels=labels,
        facets=tuple(facets),
        outside=number.get(outside) if outside is not None else None,
        texts=texts,
        twins=twin_texts,
        clean=[featurizer.features(sentence.text) for sentence in ordered],
        misheard=[None if twin is None else featurizer.features(twin) for twin in twins],
        dense=dense,
        dense_misheard=misheard,
        beside=0.0 if isinstance(encoder, AdaptableEncoder) else BESIDE,
        label=np.array([number[s.label] for s in ordered], np.int64),
        facet=np.array([facets.index(s.facet) if s.facet in facets else -1 for s in ordered], np.int64),
        judged=np.array([s.judged for s in ordered], bool),
    )


def vectors(
    encoder: Encoder, texts: Sequence[str], twins: Sequence[str | None]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What an encoder makes of sentences and of their twins. [sentences, dimension] each"""
    dense = encoder.encode(texts)
    misheard = dense.copy()
    rows = [row for row, twin in enumerate(twins) if twin is not None]
    misheard[rows] = encoder.encode([twins[row] or "" for row in rows])
    return dense, misheard


def matrix(vocabulary: Vocabulary, documents: Sequence[tuple[Features, Features]]) -> Any:
    """The vectors of documents as a scipy CSR matrix, float64 as liblinear wants it. [documents, n-grams]"""
    from scipy.sparse import csr_matrix

    vectors = [vocabulary.vector(document) for document in documents]
    counts = [len(vector.indices) for vector in vectors]
    empty_indices, empty_weights = np.empty(0, np.int64), np.empty(0, np.float32)
    indices = np.concatenate([empty_indices, *(vector.indices for vector in vectors)])
    weights = np.concatenate([empty_weights, *(vector.weights for vector in vectors)])
    ends = np.concatenate(([0], np.cumsum(counts)))
    return csr_matrix((weights.astype(np.float64), indices, ends), (len(vectors), len(vocabulary.keys)))
