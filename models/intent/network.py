"""The ONNX graph: n-grams through one table, the encoder's vector through another, into two answers at once.

Inputs: `indices` int64 [n], `weights` float32 [n], `vector` float32 [dimension], `near` float32 [labels] (how near the
label's training sentences are, already weighed). Outputs, all float32: `margins` and `sense` [labels], `label_scores`
[labels] before the softmax, `label` [labels] and `facet` [facets], both probabilities.
The table of n-grams is int8 with one scale for each row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

OPSET = 17
IR_VERSION = 9


@dataclass(frozen=True, slots=True)
class Weights:
    """A trained network. `table` float32 [n-grams, labels + facets], `bias` float32 [labels + facets], `beside` and
    `sense` float32 [dimension, labels]: the encoder's part in the margins, and its own head."""

    table: NDArray[np.float32]
    beside: NDArray[np.float32]
    bias: NDArray[np.float32]
    sense: NDArray[np.float32]
    labels: int
    sense_share: float
    label_temperature: float
    facet_temperature: float


def write_network(weights: Weights) -> bytes:
    """The network as an ONNX file. Needs the package onnx, which is in `[train]`."""
    from onnx import TensorProto, checker, helper, numpy_helper

    peak = np.abs(weights.table).max(axis=1)
    scale = (np.where(peak > 0, peak, 1.0) / 127.0).astype(np.float32)
    table = np.rint(weights.table / scale[:, None]).astype(np.int8)
    labels, facets = weights.labels, weights.table.shape[1] - weights.labels
    constants = {
        "table": table,
        "scale": scale,
        "bias": weights.bias.astype(np.float32),
        "beside": weights.beside.astype(np.float32),
        "sense_table": weights.sense.astype(np.float32),
        "sense_share": np.array(weights.sense_share, np.float32),
        "label_temperature": np.array(weights.label_temperature, np.float32),
        "facet_temperature": np.array(weights.facet_temperature, np.float32),
        "parts": np.array([labels, facets], np.int64),
    }
    node = helper.make_node
    nodes = [
        node("Gather", ["table", "indices"], ["rows8"], axis=0),
        node("Cast", ["rows8"], ["rows"], to=TensorProto.FLOAT),
        node("Gather", ["scale", "indices"], ["scales"], axis=0),
        node("Mul", ["scales", "weights"], ["factors"]),
        node("MatMul", ["factors", "rows"], ["sums"]),
        node("Add", ["sums", "bias"], ["all_margins"]),
        node("Split", ["all_margins", "parts"], ["ngram_margins", "facet_margins"], axis=0),
        node("MatMul", ["vector", "beside"], ["vector_margins"]),
        node("Add", ["ngram_margins", "vector_margins"], ["margins"]),
        node("MatMul", ["vector", "sense_table"], ["sense"]),
        node("Mul", ["sense", "sense_share"], ["sense_part"]),
        node("Add", ["margins", "sense_part"], ["own"]),
        node("Add", ["own", "near"], ["label_scores"]),
        node("Div", ["label_scores", "label_temperature"], ["label_logits"]),
        node("Div", ["facet_margins", "facet_temperature"], ["facet_logits"]),
        node("Softmax", ["label_logits"], ["label"], axis=0),
        node("Softmax", ["facet_logits"], ["facet"], axis=0),
    ]
    inputs = [
        helper.make_tensor_value_info("indices", TensorProto.INT64, ["n"]),
        helper.make_tensor_value_info("weights", TensorProto.FLOAT, ["n"]),
        helper.make_tensor_value_info("vector", TensorProto.FLOAT, [weights.sense.shape[0]]),
        helper.make_tensor_value_info("near", TensorProto.FLOAT, [labels]),
    ]
    outputs = [
        helper.make_tensor_value_info("margins", TensorProto.FLOAT, [labels]),
        helper.make_tensor_value_info("sense", TensorProto.FLOAT, [labels]),
        helper.make_tensor_value_info("label_scores", TensorProto.FLOAT, [labels]),
        helper.make_tensor_value_info("label", TensorProto.FLOAT, [labels]),
        helper.make_tensor_value_info("facet", TensorProto.FLOAT, [facets]),
    ]
    initializers = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "intent", inputs, outputs, initializers)
    model = helper.make_model(
        graph, producer_name="yingbin", ir_version=IR_VERSION, opset_imports=[helper.make_opsetid("", OPSET)]
    )
    checker.check_model(model)
    return model.SerializeToString(deterministic=True)
