"""A trained network as nnet3 layers: input scaling, batch normalisation and the cosine transform folded in."""

# pyright: reportMissingImports=false
# torch is installed for training only.

import numpy as np
from numpy.typing import NDArray
from torch import nn

from models.speech.kaldi import AcousticModel, Layer
from models.speech.training.log_mel import BANDS, cosine_transform
from models.speech.training.network import CARRY, Network
from models.speech.training.stream import SUBSAMPLING

Array = NDArray[np.float64]


def fold(network: Network, priors: Array) -> AcousticModel:
    """The network for the decoder; ``priors`` (one a phone) are made to sum to 1."""
    splice = _on_mfcc(network)
    layers = [
        Layer("splice", *_normalised(*splice, network.norms[0]), (-2, -1, 0, 1, 2)),
        Layer("stride", *_normalised(*_affine(network.stride), network.norms[1]), (-1, 0, 1)),
    ]
    for number, taps in enumerate(network.architecture.blocks):
        narrow = _array(network.narrow[number].weight)
        offsets = tuple(SUBSAMPLING * tap for tap in (taps.narrow, 0))
        layers.append(Layer(f"narrow{number}", narrow, np.zeros(len(narrow)), offsets, "none"))
        weights, bias = _normalised(*_affine(network.wide[number]), network.norms[2 + number])
        carried = layers[-2].name
        offsets = tuple(SUBSAMPLING * tap for tap in taps.wide)
        layers.append(Layer(f"wide{number}", weights, bias, offsets, carried=carried, carry=CARRY))
    layers.append(Layer("last", *_normalised(*_affine(network.last), network.norms[-1]), (0,)))
    layers.append(Layer("output", *_affine(network.out), (0,), "log-softmax"))
    return AcousticModel(BANDS, tuple(layers), priors / priors.sum())


def _on_mfcc(network: Network) -> tuple[Array, Array]:
    """The first layer on unscaled MFCC instead of scaled log-mel."""
    weights, bias = _affine(network.splice)
    scale = 1 / _array(network.deviation)
    taps = weights.reshape(len(weights), -1, BANDS) * scale
    bias = bias - np.einsum("oti,i->o", taps, _array(network.mean))
    return np.einsum("oti,im->otm", taps, np.linalg.inv(cosine_transform())).reshape(len(weights), -1), bias


def _normalised(weights: Array, bias: Array, norm: nn.Module) -> tuple[Array, Array]:
    scale = _array(norm.weight) / np.sqrt(_array(norm.running_var) + norm.eps)
    return weights * scale[:, None], (bias - _array(norm.running_mean)) * scale + _array(norm.bias)


def _affine(layer: nn.Linear) -> tuple[Array, Array]:
    return _array(layer.weight), _array(layer.bias)


def _array(values: object) -> Array:
    return values.detach().double().numpy()  # pyright: ignore[reportAttributeAccessIssue]
