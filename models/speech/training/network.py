"""The acoustic network and its training: a time-delay network on frame cross-entropy.

espeak-ng tells where every phone starts, so no alignment has to be learnt.
"""

# pyright: reportMissingImports=false
# torch is installed for training only.

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as functional
from torch import nn

from models.speech.kaldi import AcousticModel, Layer
from models.speech.training.features import COEFFICIENTS
from models.speech.training.synthesis import SUBSAMPLING, Utterance, frame_labels

logger = logging.getLogger(__name__)

SPAN = 19  # feature frames one output sees: 5 + 2, then two more taps of 3 at distance 3
_WINDOW = 100  # outputs per training example
_BATCH = 32
_HELD_BACK = 60  # utterances for the figure that training prints
_PEAK_RATE = 4e-3

# The decoder divides by the priors. Dividing by the full frequencies punishes silence, the commonest output, and
# lets rare one-phone words (儿, 我) appear where a sentence fades out: of 250 sentences 97.2 % were
# exact with exponent 1, 98.8 % with 0.7, 99.2 % with 0.2.
_PRIOR_EXPONENT = 0.2


@dataclass(frozen=True, slots=True)
class Recipe:
    """``right`` (3, 6 or 9) is how many feature frames after the current one the network sees."""

    hidden: int
    epochs: int
    right: int
    seed: int = 1


class Network(nn.Module):
    """Four rectified layers with batch normalisation; the second keeps every third frame."""

    def __init__(self, hidden: int, outputs: int) -> None:
        super().__init__()
        self.mean = nn.Buffer(torch.zeros(COEFFICIENTS))
        self.deviation = nn.Buffer(torch.ones(COEFFICIENTS))
        self.taps = nn.ModuleList(
            [
                nn.Conv1d(COEFFICIENTS, hidden, 5),
                nn.Conv1d(hidden, hidden, 3, stride=SUBSAMPLING),
                nn.Conv1d(hidden, hidden, 3),
                nn.Conv1d(hidden, hidden, 3),
            ]
        )
        self.norms = nn.ModuleList([nn.BatchNorm1d(hidden) for _ in self.taps])
        self.drop = nn.Dropout(0.1)
        self.out = nn.Conv1d(hidden, outputs, 1)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(batch, 40, frames) → (batch, outputs, (frames - 19) // 3 + 1) logits."""
        value = (features - self.mean[:, None]) / self.deviation[:, None]
        for tap, norm in zip(self.taps, self.norms, strict=True):
            value = self.drop(norm(functional.relu(tap(value))))
        return self.out(value)


def train(utterances: Sequence[Utterance], phones: Sequence[str], recipe: Recipe) -> AcousticModel:
    """Train on the utterances; ``phones`` in the order of the network's outputs."""
    torch.manual_seed(recipe.seed)
    outputs = {phone: index for index, phone in enumerate(phones)}
    order = np.random.default_rng(recipe.seed).permutation(len(utterances))
    features, labels = _stream([utterances[i] for i in order[_HELD_BACK:]], outputs, recipe.right)
    network = Network(recipe.hidden, len(phones))
    network.mean.copy_(features.mean(1))
    network.deviation.copy_(features.std(1))
    _fit(network, features, labels, recipe)
    _report(network, *_stream([utterances[i] for i in order[:_HELD_BACK]], outputs, recipe.right))
    counts = np.bincount(labels.numpy(), minlength=len(phones)) + 1.0
    priors = counts**_PRIOR_EXPONENT
    return fold(network, priors / priors.sum(), recipe.right)


def _stream(
    utterances: Sequence[Utterance], outputs: dict[str, int], right: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """All utterances end to end: features (40, frames + context) and labels, one per three frames."""
    features: list[np.ndarray] = []
    labels: list[np.ndarray] = []
    for utterance in utterances:
        label = frame_labels(utterance.phones, len(utterance.features), outputs)
        missing = SUBSAMPLING * len(label) - len(utterance.features)
        features.append(np.concatenate([utterance.features, np.repeat(utterance.features[-1:], missing, 0)]))
        labels.append(label)
    joined = torch.from_numpy(np.concatenate(features)).T[None]
    padded = functional.pad(joined, (SPAN - 1 - right, right), mode="replicate")[0]
    return padded, torch.from_numpy(np.concatenate(labels))


def _fit(network: Network, features: torch.Tensor, labels: torch.Tensor, recipe: Recipe) -> None:
    steps = max(1, recipe.epochs * len(labels) // (_WINDOW * _BATCH))
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _PEAK_RATE, total_steps=steps)
    frames = SUBSAMPLING * (_WINDOW - 1) + SPAN
    began = time.monotonic()
    for step in range(steps):
        starts = torch.randint(0, len(labels) - _WINDOW, (_BATCH,)).tolist()
        batch = torch.stack([features[:, SUBSAMPLING * s : SUBSAMPLING * s + frames] for s in starts])
        target = torch.stack([labels[s : s + _WINDOW] for s in starts])
        loss = functional.cross_entropy(network(batch), target, label_smoothing=0.02)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 200 == 0:
            logger.info(
                "step %d of %d, loss %.3f, %.0f s", step, steps, loss.item(), time.monotonic() - began
            )


@torch.no_grad()
def _report(network: Network, features: torch.Tensor, labels: torch.Tensor) -> None:
    network.eval()
    logits = network(features[None])[0]
    count = min(logits.shape[1], len(labels))
    right = (logits[:, :count].argmax(0) == labels[:count]).float().mean().item()
    logger.info("frame accuracy on held-back utterances %.3f", right)


def fold(network: Network, priors: np.ndarray, right: int) -> AcousticModel:
    """The trained network with input scaling and batch normalisation folded into the affine layers."""
    offsets = _offsets(right)
    scale = 1 / network.deviation.double().numpy()
    shift = -network.mean.double().numpy() * scale
    layers: list[Layer] = []
    for index, tap in enumerate([*network.taps, network.out]):
        weights = tap.weight.detach().double().numpy()  # (outputs, inputs, taps)
        bias = tap.bias.detach().double().numpy() + np.einsum("oik,i->o", weights, shift)
        flat = (weights * scale[None, :, None]).transpose(0, 2, 1).reshape(len(weights), -1)
        name = f"tdnn{index + 1}" if index < len(network.taps) else "output"
        layers.append(Layer(name, flat, bias, offsets[index]))
        if index < len(network.norms):
            norm = network.norms[index]
            variance = norm.running_var.double().numpy() + norm.eps
            scale = norm.weight.detach().double().numpy() / np.sqrt(variance)
            shift = norm.bias.detach().double().numpy() - norm.running_mean.double().numpy() * scale
    return AcousticModel(COEFFICIENTS, tuple(layers), priors)


def _offsets(right: int) -> tuple[tuple[int, ...], ...]:
    """Which frames each layer sees, so that the whole looks ``right`` frames ahead."""
    behind, around = (-2 * SUBSAMPLING, -SUBSAMPLING, 0), (-SUBSAMPLING, 0, SUBSAMPLING)
    choices = {3: (behind, behind), 6: (around, behind), 9: (around, around)}
    return ((-2, -1, 0, 1, 2), (-1, 0, 1), *choices[right], (0,))
