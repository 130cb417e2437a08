"""A streaming transducer that understands tones: a sherpa-onnx model folder made of a few hand-set weights.

No trained model may be shipped, and none can be fetched in tests. This one has the format of the real ones (an LSTM
transducer of icefall: tokens.txt, encoder, decoder and joiner with their metadata) and runs in the real library, with
its features, its search and its hotwords. Every written sign is a tone of its own pitch; signs that are read alike
share one, so that only the vocabulary can tell them apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

BLANK = "<blk>"
SIGNS: Mapping[str, int] = {
    "银": 250,
    "行": 500,
    "卡": 800,
    "挂": 1200,
    "师": 1700,
    "失": 1700,
    "怎": 2300,
    "么": 3000,
    "▁HOW": 4000,
    "▁DO": 5200,
    "ING": 6600,
}
"""Hz of every token. 师 and 失 sound alike; 师 is a little likelier."""
TONE_S = 0.24

_MELS = 80
_FRAMES = 4  # 40 ms a step of the search
_SHARPNESS = 1.5
_QUIET = 10.0
_AGAIN = -60.0


def write_tone_model(folder: Path, *, metadata: bool = True) -> Path:
    """Write the model; without ``metadata`` it is one that the library cannot use."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = [BLANK, *SIGNS]
    (folder / "tokens.txt").write_text("".join(f"{t} {n}\n" for n, t in enumerate(tokens)), encoding="utf-8")
    facts: Mapping[str, Mapping[str, object]] = {
        "encoder": {
            "model_type": "lstm", "T": _FRAMES, "decode_chunk_len": _FRAMES, "num_encoder_layers": 1,
            "rnn_hidden_size": 1, "d_model": 1,
        },
        "decoder": {"vocab_size": len(tokens), "context_size": 2},
        "joiner": {"joiner_dim": len(tokens)},
    }  # fmt: skip
    for name, graph in (
        ("encoder", _encoder(tokens)),
        ("decoder", _decoder(len(tokens))),
        ("joiner", _joiner(len(tokens))),
    ):
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        if metadata:
            helper.set_model_props(model, {key: str(value) for key, value in facts[name].items()})
        onnx.save(model, str(folder / f"{name}.onnx"))
    return folder


def tones(*signs: str, gap_s: float = 0.08) -> bytes:
    """The sound of some signs: 16 kHz s16 mono."""
    pieces = [np.zeros(3200)]
    for sign in signs:
        time = np.arange(int(TONE_S * 16_000)) / 16_000
        pieces += [6000 * np.sin(2 * np.pi * SIGNS[sign] * time), np.zeros(int(gap_s * 16_000))]
    pieces.append(np.zeros(3200))
    return np.concatenate(pieces).astype(np.int16).tobytes()


def _mel(hertz: float) -> float:
    return 1127.0 * np.log(1.0 + hertz / 700.0)


def _bin(hertz: float) -> int:
    """Which of the library's mel bins (20 Hz to 7,600 Hz) a tone falls into."""
    low, high = _mel(20.0), _mel(8000.0 - 400.0)
    return round((_mel(hertz) - low) / (high - low) * (_MELS + 1)) - 1


def _encoder(tokens: Sequence[str]) -> onnx.GraphProto:
    """How much louder each token's bin is than its surroundings, on average over a step."""
    weights = np.full((_MELS, len(tokens)), 0.0, np.float32)
    for number, token in enumerate(tokens[1:], start=1):
        middle = _bin(SIGNS[token])
        weights[:, number] = -_SHARPNESS / _MELS
        weights[middle - 1 : middle + 2, number] += _SHARPNESS / 3
    bias = np.zeros(len(tokens), np.float32)
    bias[0] = _QUIET
    bias[tokens.index("师")] = 0.3
    return helper.make_graph(
        [
            helper.make_node("ReduceMean", ["x"], ["mean"], axes=[1], keepdims=1),
            helper.make_node("MatMul", ["mean", "weights"], ["scores"]),
            helper.make_node("Add", ["scores", "bias"], ["encoder_out"]),
            helper.make_node("Identity", ["h0"], ["next_h0"]),
            helper.make_node("Identity", ["c0"], ["next_c0"]),
        ],
        "encoder",
        [_tensor("x", ["N", _FRAMES, _MELS]), _tensor("h0", [1, "N", 1]), _tensor("c0", [1, "N", 1])],
        [
            _tensor("encoder_out", ["N", 1, len(tokens)]),
            _tensor("next_h0", [1, "N", 1]),
            _tensor("next_c0", [1, "N", 1]),
        ],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")],
    )


def _decoder(count: int) -> onnx.GraphProto:
    """A token that was just written is not written again while its tone goes on."""
    again = (np.eye(count) * _AGAIN).astype(np.float32)
    again[0, 0] = 0.0
    alike = [1 + list(SIGNS).index(sign) for sign in ("师", "失")]
    again[np.ix_(alike, alike)] = _AGAIN
    return helper.make_graph(
        [
            helper.make_node("Gather", ["y", "last"], ["newest"], axis=1),
            helper.make_node("Gather", ["again", "newest"], ["decoder_out"], axis=0),
        ],
        "decoder",
        [_tensor("y", ["N", 2], TensorProto.INT64)],
        [_tensor("decoder_out", ["N", count])],
        [numpy_helper.from_array(again, "again"), numpy_helper.from_array(np.array(1), "last")],
    )


def _joiner(count: int) -> onnx.GraphProto:
    return helper.make_graph(
        [helper.make_node("Add", ["encoder_out", "decoder_out"], ["logit"])],
        "joiner",
        [_tensor("encoder_out", ["N", count]), _tensor("decoder_out", ["N", count])],
        [_tensor("logit", ["N", count])],
    )


def _tensor(name: str, shape: Sequence[int | str], kind: int = TensorProto.FLOAT) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, list(shape))
