"""Pretrained sentence encoders: all-MiniLM-L6-v2 for English, bge-small-zh-v1.5 for Chinese, as int8 ONNX.

An encoder runs on onnxruntime with one thread. It is made from the published weights when a model is trained (as they
are, or fine-tuned to the model's sentences) and then travels inside that model: a kiosk needs neither the published
files nor torch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import IntentError
from models.intent.encoders import Adapted
from models.intent.encoders.pretrained_graph import NAME, OPERATIONS, PIECES, rounded, write_graph
from models.intent.encoders.pretrained_weights import MAX_PIECES, PRETRAINED, read_pretrained
from models.intent.encoders.pretrained_wordpiece import WordPiece
from models.intent.graph_check import check_graph
from models.intent.onnx_session import open_session

__all__ = ["PretrainedEncoder", "load"]

_MAX_NODES = 600


class PretrainedEncoder:
    """A sentence encoder in one ONNX file; several threads may use one."""

    def __init__(self, onnx: bytes, name: str, root: Path | None = None) -> None:
        """Check and load; raises IntentError (`model_damaged`, `model_refused`) for a file that is none of ours.

        `root` is the asset store in which `adapted` looks for the published weights.
        """
        self._onnx = onnx
        self._root = root
        self._session = _session(onnx)
        facts: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        if facts.get(NAME) != name:
            raise IntentError("model_damaged", "the encoder does not fit the model: build it again")
        self._name = name
        self._words = WordPiece(facts.get(PIECES, "").split("\n"))
        self._dimension = len(self._vector([0]))

    @property
    def name(self) -> str:
        """The name under which a model's head knows the encoder."""
        return self._name

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    @property
    def reads_chinese(self) -> bool:
        """Whether it was made for Chinese."""
        return PRETRAINED[self._name].language == "zh"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors [texts, dimension]; zeros for a text with nothing in it. Any text is allowed."""
        vectors = np.zeros((len(texts), self._dimension), np.float32)
        for row, text in enumerate(texts):
            pieces = self._words.encode(text, MAX_PIECES)
            if pieces:
                vector = self._vector(pieces)
                vectors[row] = vector / max(float(np.linalg.norm(vector)), 1e-9)
        return vectors

    def adapted(
        self, texts: Sequence[str], labels: Sequence[str], seed: int, progress: Callable[[float], None]
    ) -> Adapted:
        """The encoder fine-tuned to these labelled sentences; the same for the same sentences and seed.

        Starts from the published weights, not from these. Raises IntentError: `encoder_missing` when they are not
        here, `torch_missing` without torch.
        """
        from models.intent.encoders.pretrained_tune import TEMPERATURE, tune

        bert, pieces = read_pretrained(PRETRAINED[self._name], self._root)
        bert = replace(bert, words=rounded(bert.words))
        numbers = [self._words.encode(text, MAX_PIECES) for text in texts]
        tuned = tune(bert, numbers, labels, seed, progress)
        encoder = PretrainedEncoder(write_graph(tuned.bert, self._name, pieces), self._name, self._root)
        return Adapted(encoder, tuned.labels, tuned.centres.T / TEMPERATURE)

    def weights(self) -> bytes:
        """What `load(name, weights)` makes this encoder from."""
        return self._onnx

    def _vector(self, pieces: list[int]) -> NDArray[np.float32]:
        return self._session.run(["vector"], {"pieces": np.array(pieces, np.int64)})[0]


def load(name: str, weights: bytes | None = None, root: Path | None = None) -> PretrainedEncoder:
    """The encoder that a model carries, or as published when it carries none.

    Raises IntentError, `encoder_missing` when the published files are wanted and not in the asset store.
    """
    if weights is None:
        bert, pieces = read_pretrained(PRETRAINED[name], root)
        weights = write_graph(bert, name, pieces)
    return PretrainedEncoder(weights, name, root)


def _session(onnx: bytes) -> Any:
    check_graph(onnx, operations=OPERATIONS, max_nodes=_MAX_NODES, file="the encoder")
    sample = {"pieces": np.zeros(MAX_PIECES, np.int64)}
    session, shapes = open_session(onnx, ["vector"], sample, "the encoder")
    if len(shapes[0]) != 1:
        raise IntentError("model_damaged", "the encoder gives no vector: build it again")
    return session
