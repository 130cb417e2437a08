"""A BERT encoder as an int8 ONNX graph, written node by node, so that neither torch nor an exporter is needed.

Input: `pieces` int64 [n], the numbers of one sentence's word pieces. Output: `vector` float32 [dimension], not yet of
unit length. One sentence at a time: no padding, and the scale of the quantised activations is the sentence's own, so
a sentence's vector never depends on its neighbours. Weights have one scale for each output and 7 bits: with 8,
processors without VNNI overflow their 16-bit sums (onnxruntime calls the remedy `reduce_range`). Word pieces, half of
all weights, have one scale for each piece and 4 bits, two numbers in a byte; the layers are tuned to what they become.
The vocabulary travels in the file's metadata.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.intent.encoders.pretrained_weights import Array, Bert, Layer

OPSET = 20
IR_VERSION = 9
PIECES = "pieces"
NAME = "name"
EPSILON = 1e-12
_WEIGHT_STEPS, _WORD_STEPS = 63, 7
_PEAKS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
"""A piece's largest step, as a share of its largest number: a few numbers cut off make all others finer."""

OPERATIONS = frozenset(
    {
        "Add", "Cast", "Concat", "Div", "DynamicQuantizeLinear", "Gather", "Gelu", "LayerNormalization", "MatMul",
        "MatMulInteger", "Mul", "ReduceMean", "Reshape", "Shape", "Slice", "Softmax", "Split", "Squeeze", "Sub",
        "Transpose",
    }
)  # fmt: skip
"""All that such a graph may hold."""


def write_graph(bert: Bert, name: str, pieces: Sequence[str]) -> bytes:
    """The encoder as an ONNX file. Needs the package onnx, which is in `[train]`."""
    from onnx import TensorProto, checker, helper

    writer = _Writer(bert.heads, bert.dimension)
    x = writer.embed(bert)
    for layer in bert.layers:
        x = writer.layer(x, layer)
    writer.pool(x, bert.pooling)
    graph = helper.make_graph(
        writer.nodes,
        "encoder",
        [helper.make_tensor_value_info("pieces", TensorProto.INT64, ["n"])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [bert.dimension])],
        writer.constants,
    )
    model = helper.make_model(
        graph, producer_name="yingbin", ir_version=IR_VERSION, opset_imports=[helper.make_opsetid("", OPSET)]
    )
    helper.set_model_props(model, {NAME: name, PIECES: "\n".join(pieces)})
    checker.check_model(model)
    return model.SerializeToString(deterministic=True)


class _Writer:
    """Collects nodes and constants; every method returns the name of the value that it makes."""

    def __init__(self, heads: int, dimension: int) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._heads = heads
        self._dimension = dimension
        self._apart = self._constant(np.array([0, heads, dimension // heads], np.int64))
        self._together = self._constant(np.array([0, dimension], np.int64))
        self._parts = self._constant(np.array([dimension] * 3, np.int64))

    def embed(self, bert: Bert) -> str:
        """Each piece's vector and its place's. [n, dimension]"""
        steps, scale = _word_steps(bert.words)
        half = bert.dimension // 2
        packed = (steps[:, :half] + 8 + 16 * (steps[:, half:] + 8)).astype(np.uint8)
        pairs = self._node("Cast", [self._node("Gather", [self._constant(packed), "pieces"])], to=6)
        sixteen = self._constant(np.array(16, np.int32))
        high = self._node("Div", [pairs, sixteen])
        low = self._node("Sub", [pairs, self._node("Mul", [high, sixteen])])
        rows = self._node("Cast", [self._node("Concat", [low, high], axis=1)], to=1)
        rows = self._node("Sub", [rows, self._constant(np.array(8, np.float32))])
        scales = self._node("Gather", [self._constant(scale[:, None]), "pieces"])
        length = self._node("Shape", ["pieces"])
        start = self._constant(np.zeros(1, np.int64))
        places = self._node("Slice", [self._constant(bert.places), start, length])
        return self._normalised(self._node("Add", [self._node("Mul", [rows, scales]), places]), bert.norm)

    def layer(self, x: str, layer: Layer) -> str:
        """Attention and the two dense layers after it, each with its shortcut. [n, dimension]"""
        attend, bias = layer.attend.copy(), layer.attend_bias.copy()
        share = np.float32(1.0 / np.sqrt(self._dimension // self._heads))
        attend[: self._dimension] *= share
        bias[: self._dimension] *= share
        query, key, value = self._split(self._dense(x, attend, bias))
        scores = self._node("MatMul", [self._by_head(query, (1, 0, 2)), self._by_head(key, (1, 2, 0))])
        weighed = self._node("Softmax", [scores], axis=-1)
        mixed = self._node("MatMul", [weighed, self._by_head(value, (1, 0, 2))])
        joined = self._node("Reshape", [self._node("Transpose", [mixed], perm=(1, 0, 2)), self._together])
        added = self._node("Add", [self._dense(joined, layer.join, layer.join_bias), x])
        x = self._normalised(added, layer.join_norm)
        wide = self._node("Gelu", [self._dense(x, layer.widen, layer.widen_bias)])
        added = self._node("Add", [self._dense(wide, layer.narrow, layer.narrow_bias), x])
        return self._normalised(added, layer.narrow_norm)

    def pool(self, x: str, pooling: str) -> None:
        """The sentence's vector: the mean over its pieces, or the first one's."""
        axis = self._constant(np.zeros(1, np.int64))
        if pooling == "mean":
            self._node("ReduceMean", [x, axis], outputs=["vector"], keepdims=0)
        else:
            first = self._node("Gather", [x, axis])
            self._node("Squeeze", [first, axis], outputs=["vector"])

    def _dense(self, x: str, matrix: Array, bias: Array) -> str:
        weights, scale = _quantised(matrix, _WEIGHT_STEPS)
        small, step, zero = self._node("DynamicQuantizeLinear", [x], outputs=self._names(3), every=True)
        sums = self._node("MatMulInteger", [small, self._constant(np.ascontiguousarray(weights.T)), zero])
        factors = self._node("Mul", [step, self._constant(scale)])
        product = self._node("Mul", [self._node("Cast", [sums], to=1), factors])
        return self._node("Add", [product, self._constant(bias)])

    def _split(self, x: str) -> list[str]:
        return self._node("Split", [x, self._parts], outputs=self._names(3), every=True, axis=1)

    def _by_head(self, x: str, order: tuple[int, int, int]) -> str:
        return self._node("Transpose", [self._node("Reshape", [x, self._apart])], perm=order)

    def _normalised(self, x: str, norm: tuple[Array, Array]) -> str:
        inputs = [x, self._constant(norm[0]), self._constant(norm[1])]
        return self._node("LayerNormalization", inputs, axis=-1, epsilon=EPSILON)

    def _constant(self, array: NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def _names(self, count: int) -> list[str]:
        return [f"v{len(self.nodes)}_{number}" for number in range(count)]

    def _node(
        self,
        operation: str,
        inputs: list[str],
        *,
        outputs: list[str] | None = None,
        every: bool = False,
        **attributes: Any,
    ) -> Any:
        """Add a node; the name of its output, or with `every` the list of all."""
        from onnx import helper

        names = outputs or self._names(1)
        self.nodes.append(helper.make_node(operation, inputs, names, **attributes))
        return names if every else names[0]


def rounded(words: Array) -> Array:
    """The word pieces as the graph knows them. [pieces, dimension]; once rounded, they stay as they are."""
    steps, scale = _word_steps(words)
    return steps * scale[:, None]


def _word_steps(words: Array) -> tuple[NDArray[np.int32], Array]:
    """Whole numbers from -7 to 7, and the size of a step for each piece: the one that loses least."""
    peak = np.abs(words).max(axis=1)
    widest = np.where(peak > 0, peak, 1.0).astype(np.float32) / np.float32(_WORD_STEPS)
    best, least = widest, np.full(len(words), np.inf, np.float32)
    for share in _PEAKS:
        scale = widest * np.float32(share)
        lost = ((_steps(words, scale) * scale[:, None] - words) ** 2).sum(axis=1)
        best, least = np.where(lost < least, scale, best), np.minimum(lost, least)
    return _steps(words, best), best


def _steps(words: Array, scale: Array) -> NDArray[np.int32]:
    return np.clip(np.rint(words / scale[:, None]), -_WORD_STEPS, _WORD_STEPS).astype(np.int32)


def _quantised(matrix: Array, steps: int) -> tuple[NDArray[np.int8], Array]:
    """Whole numbers from -steps to steps, and the size of a step for each row."""
    peak = np.abs(matrix).max(axis=1)
    scale = (np.where(peak > 0, peak, 1.0) / steps).astype(np.float32)
    return np.rint(matrix / scale[:, None]).astype(np.int8), scale
