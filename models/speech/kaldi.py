"""Kaldi's ``final.mdl``: transition model and nnet3 network, written without Kaldi.

The layout follows Kaldi's ``hmm/hmm-topology.cc``, ``hmm/transition-model.cc``, ``nnet3/nnet-nnet.cc`` and
``nnet3/am-nnet-simple.cc`` in binary mode: ``\\0B``, then tokens that end with a blank, integers and floats
with a size byte before them.
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.speech.phones import PhoneTable

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Layer:
    """One affine layer. ``weights`` is (outputs, len(offsets) * inputs), spliced in the order of ``offsets``.

    ``offsets`` are feature frames (10 ms) relative to the frame that is computed. Where ``carried`` names an earlier
    layer, its output times ``carry`` is added to this one's.
    """

    name: str
    weights: FloatArray
    bias: FloatArray
    offsets: tuple[int, ...]
    activation: Literal["relu", "log-softmax", "none"] = "relu"
    carried: str = ""
    carry: float = 0.0


@dataclass(frozen=True, slots=True)
class AcousticModel:
    """A time-delay network: layers one after another, the last with log-softmax.

    ``inputs`` features per frame; ``priors`` (one per output, summing to 1) are divided out by the decoder.
    """

    inputs: int
    layers: tuple[Layer, ...]
    priors: FloatArray

    @property
    def left_context(self) -> int:
        """Feature frames needed before the frame that is computed."""
        return -sum(min(layer.offsets) for layer in self.layers)

    @property
    def right_context(self) -> int:
        """Feature frames needed after it."""
        return sum(max(layer.offsets) for layer in self.layers)

    def config(self) -> str:
        """The network's wiring in nnet3's own language."""
        lines = [f"input-node name=input dim={self.inputs}"]
        source = "input"
        ends: dict[str, str] = {}
        for layer in self.layers:
            splice = [source if shift == 0 else f"Offset({source}, {shift})" for shift in layer.offsets]
            source = splice[0] if len(splice) == 1 else f"Append({', '.join(splice)})"
            for kind in _parts(layer):
                wanted = (
                    f"Sum(Scale({layer.carry}, {ends[layer.carried]}), {source})" if kind == "sum" else source
                )
                name = f"{layer.name}.{kind}"
                lines.append(f"component-node name={name} component={name} input={wanted}")
                source = name
            ends[layer.name] = source
        lines.append(f"output-node name=output input={source} objective=linear")
        return "\n".join(lines) + "\n\n"


def _parts(layer: Layer) -> list[str]:
    """The components that a layer is made of, in order."""
    activation = [] if layer.activation == "none" else [layer.activation]
    return ["affine", *activation, *(["sum"] if layer.carried else [])]


class KaldiWriter:
    """Collects Kaldi's binary objects."""

    def __init__(self) -> None:
        self._parts: list[bytes] = [b"\0B"]

    def token(self, text: str) -> None:
        self._parts.append(text.encode("ascii") + b" ")

    def text(self, text: str) -> None:
        self._parts.append(text.encode("ascii"))

    def integers(self, *values: int) -> None:
        self._parts.extend(struct.pack("<bi", 4, value) for value in values)

    def real(self, value: float) -> None:
        self._parts.append(struct.pack("<bf", 4, value))

    def integer_vector(self, values: Sequence[int]) -> None:
        self._parts.append(struct.pack("<bi", 4, len(values)) + np.asarray(values, "<i4").tobytes())

    def vector(self, values: FloatArray) -> None:
        self._parts.append(b"FV " + struct.pack("<bi", 4, len(values)) + np.asarray(values, "<f4").tobytes())

    def matrix(self, values: FloatArray) -> None:
        """A full matrix, four bytes a number."""
        rows, columns = values.shape
        data = np.ascontiguousarray(values, "<f4").tobytes()
        self._parts.append(b"FM " + struct.pack("<bibi", 4, rows, 4, columns) + data)

    def compressed_matrix(self, values: FloatArray) -> None:
        """A matrix of one byte a number: each column between its own quartiles (``matrix/compressed-matrix.cc``)."""
        rows, columns = values.shape
        low, span = float(values.min()), float(np.ptp(values)) or 1e-5
        quartiles = _column_quartiles(values, low, span)
        bounds = low + span * quartiles / _WORD
        header = b"CM " + struct.pack("<ffii", low, span, rows, columns)
        self._parts.append(header + quartiles.T.astype("<u2").tobytes())
        self._parts.append(np.ascontiguousarray(_bytes_between(values, bounds).T).tobytes())

    def to_bytes(self) -> bytes:
        return b"".join(self._parts)


_WORD = 65535


def _column_quartiles(values: FloatArray, low: float, span: float) -> NDArray[np.int64]:
    """(4, columns): each column's smallest value, quartiles and largest value in 16 bits, strictly rising."""
    ordered = np.sort(values, 0)
    last = len(values) - 1
    picked = ordered[[0, min(len(values) // 4, last), min(3 * len(values) // 4, last), last]]
    words = np.clip(np.rint((picked - low) / span * _WORD), 0, _WORD).astype(np.int64)
    for index in range(1, 4):
        words[index] = np.maximum(words[index], words[index - 1] + 1)
    return np.minimum(words, _WORD - 3 + np.arange(4)[:, None])


def _bytes_between(values: FloatArray, bounds: FloatArray) -> NDArray[np.uint8]:
    """64 steps up to the first quartile, 128 to the third, 63 to the largest."""
    first, second, third, fourth = bounds

    def share(low: FloatArray, high: FloatArray, steps: int) -> FloatArray:
        return np.clip(np.floor((values - low) / (high - low) * steps + 0.5), 0, steps)

    middle = np.where(values < third, 64 + share(second, third, 128), 192 + share(third, fourth, 63))
    return np.where(values < second, share(first, second, 64), middle).astype(np.uint8)


def write_model(path: Path, phones: PhoneTable, model: AcousticModel) -> None:
    """Write ``final.mdl`` for a phone table and a network with one output per phone."""
    writer = KaldiWriter()
    _transition_model(writer, phones)
    _network(writer, model)
    writer.token("<LeftContext>")
    writer.integers(model.left_context)
    writer.token("<RightContext>")
    writer.integers(model.right_context)
    writer.token("<Priors>")
    writer.vector(model.priors)
    path.write_bytes(writer.to_bytes())


def _transition_model(writer: KaldiWriter, phones: PhoneTable) -> None:
    numbers = list(range(1, len(phones.position_phones) + 1))
    writer.token("<TransitionModel>")
    writer.token("<Topology>")
    writer.integer_vector(numbers)
    writer.integer_vector([-1] + [0] * len(numbers))  # every phone uses topology entry 0; there is no phone 0
    writer.integers(1, 2)  # one entry of two states
    writer.integers(0, 2, 0)  # state 0: output class 0, two transitions, the first to itself ...
    writer.real(0.5)
    writer.integers(1)  # ... the second to state 1
    writer.real(0.5)
    writer.integers(-1, 0)  # state 1 is final: no output class, no transition
    writer.token("</Topology>")
    writer.token("<Triples>")
    writer.integers(len(numbers))
    for number in numbers:
        writer.integers(number, 0, phones.output(number))
    writer.token("</Triples>")
    writer.token("<LogProbs>")
    writer.vector(np.array([0.0] + [math.log(0.5)] * phones.transitions))
    writer.token("</LogProbs>")
    writer.token("</TransitionModel>")


def _network(writer: KaldiWriter, model: AcousticModel) -> None:
    writer.token("<Nnet3>")
    writer.text("\n" + model.config())
    writer.token("<NumComponents>")
    writer.integers(sum(len(_parts(layer)) for layer in model.layers))
    for layer in model.layers:
        for kind in _parts(layer):
            writer.token("<ComponentName>")
            writer.token(f"{layer.name}.{kind}")
            if kind == "affine":
                _affine(writer, layer)
            elif kind == "sum":
                _no_operation(writer, len(layer.bias))
            else:
                _nonlinearity(writer, _CLASSES[kind], len(layer.bias))
    writer.token("</Nnet3>")


_CLASSES = {"relu": "RectifiedLinearComponent", "log-softmax": "LogSoftmaxComponent"}
_SMALLEST_COMPRESSED = 300  # columns or rows; smaller matrices would hardly shrink


def _affine(writer: KaldiWriter, layer: Layer) -> None:
    writer.token("<FixedAffineComponent>")
    writer.token("<LinearParams>")
    if max(layer.weights.shape) >= _SMALLEST_COMPRESSED:
        writer.compressed_matrix(layer.weights)
    else:
        writer.matrix(layer.weights)
    writer.token("<BiasParams>")
    writer.vector(layer.bias)
    writer.token("</FixedAffineComponent>")


def _no_operation(writer: KaldiWriter, size: int) -> None:
    writer.token("<NoOpComponent>")
    writer.token("<Dim>")
    writer.integers(size)
    writer.token("<BackpropScale>")
    writer.real(1.0)
    writer.token("</NoOpComponent>")


def _nonlinearity(writer: KaldiWriter, kind: str, size: int) -> None:
    writer.token(f"<{kind}>")
    writer.token("<Dim>")
    writer.integers(size)
    for statistics in ("<ValueAvg>", "<DerivAvg>"):
        writer.token(statistics)
        writer.vector(np.zeros(0))
    writer.token("<Count>")
    writer.real(0.0)
    writer.token(f"</{kind}>")
