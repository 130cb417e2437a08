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

import numpy as np
from numpy.typing import NDArray

from models.speech.phones import PhoneTable

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Layer:
    """One affine layer. ``weights`` is (outputs, len(offsets) * inputs), spliced in the order of ``offsets``.

    ``offsets`` are feature frames (10 ms) relative to the frame that is computed.
    """

    name: str
    weights: FloatArray
    bias: FloatArray
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AcousticModel:
    """A time-delay network: every layer but the last ends in a rectifier, the last in a log-softmax.

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
        for index, layer in enumerate(self.layers):
            splice = [source if shift == 0 else f"Offset({source}, {shift})" for shift in layer.offsets]
            joined = splice[0] if len(splice) == 1 else f"Append({', '.join(splice)})"
            affine, activation = f"{layer.name}.affine", f"{layer.name}.{self._activation(index)}"
            lines.append(f"component-node name={affine} component={affine} input={joined}")
            lines.append(f"component-node name={activation} component={activation} input={affine}")
            source = activation
        lines.append(f"output-node name=output input={source} objective=linear")
        return "\n".join(lines) + "\n\n"

    def _activation(self, index: int) -> str:
        return "log-softmax" if index == len(self.layers) - 1 else "relu"

    def components(self) -> "list[tuple[str, Layer, str]]":
        """(activation name, layer, Kaldi's class for the activation) in order."""
        classes = {"relu": "RectifiedLinearComponent", "log-softmax": "LogSoftmaxComponent"}
        kinds = [self._activation(index) for index in range(len(self.layers))]
        return [
            (f"{layer.name}.{kind}", layer, classes[kind])
            for layer, kind in zip(self.layers, kinds, strict=True)
        ]


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
        rows, columns = values.shape
        data = np.ascontiguousarray(values, "<f4").tobytes()
        self._parts.append(b"FM " + struct.pack("<bibi", 4, rows, 4, columns) + data)

    def to_bytes(self) -> bytes:
        return b"".join(self._parts)


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
    writer.integers(2 * len(model.layers))
    for activation, layer, kind in model.components():
        writer.token("<ComponentName>")
        writer.token(f"{layer.name}.affine")
        writer.token("<FixedAffineComponent>")
        writer.token("<LinearParams>")
        writer.matrix(layer.weights)
        writer.token("<BiasParams>")
        writer.vector(layer.bias)
        writer.token("</FixedAffineComponent>")
        writer.token("<ComponentName>")
        writer.token(activation)
        writer.token(f"<{kind}>")
        writer.token("<Dim>")
        writer.integers(len(layer.bias))
        for statistics in ("<ValueAvg>", "<DerivAvg>"):
            writer.token(statistics)
            writer.vector(np.zeros(0))
        writer.token("<Count>")
        writer.real(0.0)
        writer.token(f"</{kind}>")
    writer.token("</Nnet3>")
