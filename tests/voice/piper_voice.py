"""A voice of noise for the real piper program: an ONNX network with the inputs and outputs of its voices."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

SAMPLE_RATE = 22_050
_SAMPLES_A_PHONEME = 1_500


def write_voice(folder: Path) -> Path:
    """Write model and settings; the sound is as long as the number of phonemes asks for."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, ["batch", "phonemes"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, ["batch"]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    output = helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 1, "samples"])
    constants = [
        numpy_helper.from_array(np.array([1], np.int64), "batch"),
        numpy_helper.from_array(np.array([1], np.int64), "channel"),
        numpy_helper.from_array(np.array([_SAMPLES_A_PHONEME], np.int64), "each"),
        numpy_helper.from_array(np.array(0.3, np.float32), "loud"),
    ]
    nodes = [
        helper.make_node("Mul", ["input_lengths", "each"], ["count"]),
        helper.make_node("Concat", ["batch", "channel", "count"], ["shape"], axis=0),
        helper.make_node("Expand", ["loud", "shape"], ["flat"]),
        helper.make_node("RandomNormalLike", ["flat"], ["noise"], mean=0.0, scale=0.2, seed=1.0),
        helper.make_node("ReduceSum", ["scales"], ["nothing"], keepdims=0),
        helper.make_node("Mul", ["nothing", "zero"], ["none"]),
        helper.make_node("Add", ["noise", "none"], ["output"]),
    ]
    constants.append(numpy_helper.from_array(np.array(0.0, np.float32), "zero"))
    graph = helper.make_graph(nodes, "noise", inputs, [output], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    path = folder / "zh_CN-noise.onnx"
    onnx.save(model, str(path))
    phonemes = {chr(code): [code % 250] for code in (*range(32, 0x250), *range(0x250, 0x2B0))}
    settings = {
        "audio": {"sample_rate": SAMPLE_RATE, "quality": "medium"},
        "espeak": {"voice": "cmn"},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_type": "espeak",
        "phoneme_id_map": phonemes | {"_": [0], "^": [1], "$": [2]},
        "num_symbols": 256,
        "num_speakers": 1,
        "speaker_id_map": {},
    }
    path.with_suffix(".onnx.json").write_text(json.dumps(settings), encoding="utf-8")
    return path
