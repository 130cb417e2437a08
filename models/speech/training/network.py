"""The acoustic network: a factored time-delay network that looks far back and hardly ahead.

Layers of Povey and others 2018 (TDNN-F): a narrow linear map, then a wide affine one, with a scaled copy of the
input added. Every part is one that nnet3 has, so that training and decoding compute the same.
"""

# pyright: reportMissingImports=false
# torch is installed for training only.

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as functional
from torch import nn

from models.speech.training.log_mel import BANDS
from models.speech.training.stream import SUBSAMPLING

CARRY = 0.75
"""How much of a block's input is added to its output."""

_SPLICE = 2  # feature frames on either side of the first layer
_DROPOUT = 0.05


@dataclass(frozen=True, slots=True)
class Taps:
    """Where a block looks, in outputs (30 ms): the narrow map at ``narrow`` and 0, the wide one at ``wide``."""

    narrow: int
    wide: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Architecture:
    """Sizes of the network. It sees :attr:`right` frames of 10 ms ahead: a caption can be no faster."""

    phones: int
    first: int = 256
    width: int = 448
    bottleneck: int = 128
    last: int = 256
    blocks: tuple[Taps, ...] = (
        Taps(-1, (0, 1)),
        Taps(-1, (0, 1)),
        Taps(-2, (-1, 0)),
        Taps(-2, (-1, 0)),
        Taps(-3, (-2, 0)),
        Taps(-3, (-2, 0)),
    )

    @property
    def left(self) -> int:
        """Feature frames needed before the one that is judged."""
        return _SPLICE + 1 - SUBSAMPLING * sum(block.narrow + block.wide[0] for block in self.blocks)

    @property
    def right(self) -> int:
        """Feature frames needed after it."""
        return _SPLICE + 1 + SUBSAMPLING * sum(block.wide[1] for block in self.blocks)

    def document(self) -> dict[str, object]:
        """As plain values, for a checkpoint."""
        return asdict(self)

    @classmethod
    def of(cls, document: dict) -> "Architecture":
        """From :meth:`document`."""
        blocks = tuple(Taps(block["narrow"], tuple(block["wide"])) for block in document["blocks"])
        return cls(**{**document, "blocks": blocks})


class Network(nn.Module):
    """Log-mel features to unnormalised log-probabilities of phones."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__()
        self.architecture = architecture
        wide, narrow = architecture.width, architecture.bottleneck
        self.mean = nn.Buffer(torch.zeros(BANDS))
        self.deviation = nn.Buffer(torch.ones(BANDS))
        self.splice = nn.Linear((2 * _SPLICE + 1) * BANDS, architecture.first)
        self.stride = nn.Linear(SUBSAMPLING * architecture.first, wide)
        self.narrow = nn.ModuleList([nn.Linear(2 * wide, narrow, bias=False) for _ in architecture.blocks])
        self.wide = nn.ModuleList([nn.Linear(2 * narrow, wide) for _ in architecture.blocks])
        self.last = nn.Linear(wide, architecture.last)
        self.out = nn.Linear(architecture.last, architecture.phones)
        sizes = [architecture.first, wide, *[wide] * len(architecture.blocks), architecture.last]
        self.norms = nn.ModuleList([nn.BatchNorm1d(size, momentum=0.02) for size in sizes])

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(batch, frames, 40), frames = 3 (n - 1) + 1 + left + right, to (batch, n, phones)."""
        value = (features - self.mean) / self.deviation
        frames = value.shape[1] - 2 * _SPLICE
        value = torch.cat([value[:, shift : shift + frames] for shift in range(2 * _SPLICE + 1)], 2)
        value = self._activated(0, self.splice(value))
        outputs = (frames - SUBSAMPLING) // SUBSAMPLING + 1
        value = value[:, : SUBSAMPLING * outputs].reshape(len(value), outputs, -1)
        value = self._activated(1, self.stride(value))
        for number, taps in enumerate(self.architecture.blocks):
            value = self._block(number, taps, value)
        return self.out(self._activated(-1, self.last(value)))

    def _block(self, number: int, taps: Taps, value: torch.Tensor) -> torch.Tensor:
        low, high = taps.wide
        narrow = self.narrow[number](torch.cat([value[:, : taps.narrow], value[:, -taps.narrow :]], 2))
        span = high - low
        wide = self.wide[number](torch.cat([narrow[:, :-span], narrow[:, span:]], 2))
        wide = functional.dropout(self._activated(2 + number, wide), _DROPOUT, self.training)
        begin = -taps.narrow - low
        return CARRY * value[:, begin : begin + wide.shape[1]] + wide

    def _activated(self, number: int, value: torch.Tensor) -> torch.Tensor:
        flat = self.norms[number](value.reshape(-1, value.shape[-1]))
        return functional.relu(flat).view(value.shape)

    @torch.no_grad()
    def judge(self, features: torch.Tensor) -> torch.Tensor:
        """(frames, 40) of one utterance to (ceil(frames / 3), phones); its edges are repeated, as nnet3 does."""
        outputs = -(-len(features) // SUBSAMPLING)
        frames = SUBSAMPLING * (outputs - 1) + 1 + self.architecture.left + self.architecture.right
        indices = torch.arange(frames) - self.architecture.left
        return self(features[indices.clamp(0, len(features) - 1)][None])[0]


def parameters(network: nn.Module) -> int:
    """How many numbers are learnt."""
    return sum(value.numel() for value in network.parameters())


def decayed(network: nn.Module) -> tuple[Sequence[nn.Parameter], Sequence[nn.Parameter]]:
    """Matrices, which weight decay is for, and the rest."""
    everything = list(network.parameters())
    return [p for p in everything if p.dim() > 1], [p for p in everything if p.dim() == 1]
