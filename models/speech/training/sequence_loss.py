"""Maximum mutual information over phone sequences, without lattices (Povey and others 2016, LF-MMI).

The numerator sums over all ways to say the labelled phones in order with boundaries shifted by at most ``tolerance``
outputs; the denominator sums over every phone sequence, weighted by a bigram of phones. Both let a phone last as
long as it likes, as the decoder's graph does.
"""

# pyright: reportMissingImports=false
# torch is installed for training only.

import torch
from torch import nn

_NEVER = -1e4  # a log-probability that is as good as none, and whose differences stay finite


class SequenceLoss(nn.Module):
    """Negative mutual information per output; ``bigram`` (phones, phones) holds log p(next | phone)."""

    def __init__(self, bigram: torch.Tensor, tolerance: int) -> None:
        super().__init__()
        moves = bigram.clone()
        moves.fill_diagonal_(0.0)  # staying costs nothing
        self.moves = nn.Buffer(moves)
        self._tolerance = tolerance

    def forward(self, scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """``scores`` (batch, outputs, phones) unnormalised; ``labels`` (batch, outputs)."""
        scores = scores.float()
        return (self._every_path(scores) - self._labelled_paths(scores, labels)).mean() / scores.shape[1]

    def _every_path(self, scores: torch.Tensor) -> torch.Tensor:
        moves = self.moves.exp()
        highest = scores.amax(2, keepdim=True)
        shares = (scores - highest).exp()
        total = highest.squeeze(2).sum(1)
        reached = shares[:, 0]
        for output in range(1, scores.shape[1]):
            size = reached.sum(1, keepdim=True)
            total = total + size.squeeze(1).log()
            reached = (reached / size) @ moves * shares[:, output]
        return total + reached.sum(1).log()

    def _labelled_paths(self, scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        sequence, open_ = _segments(labels, self._tolerance)
        emitted = scores.gather(2, sequence[:, None, :].expand(-1, scores.shape[1], -1))
        emitted = torch.where(open_, emitted, torch.full_like(emitted, _NEVER))
        step = self.moves[sequence[:, :-1], sequence[:, 1:]]
        step = torch.cat([torch.full_like(step[:, :1], _NEVER), step], 1)
        first = torch.full_like(emitted[:, 0], _NEVER)
        first[:, 0] = 0.0
        reached = emitted[:, 0] + first
        for output in range(1, scores.shape[1]):
            before = torch.cat([torch.full_like(reached[:, :1], _NEVER), reached[:, :-1]], 1)
            reached = torch.logaddexp(reached, before + step) + emitted[:, output]
        # The last segment of each row, or the one before it where its end lies within the tolerance.
        return torch.logsumexp(reached + torch.where(open_[:, -1], 0.0, _NEVER), 1)


def _segments(labels: torch.Tensor, tolerance: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows' phones in order, padded by the last one, and when each may sound.

    Shapes: (batch, segments) and (batch, outputs, segments).
    """
    outputs = labels.shape[1]
    changes = torch.ones_like(labels, dtype=torch.bool)
    changes[:, 1:] = labels[:, 1:] != labels[:, :-1]
    number = changes.long().cumsum(1) - 1
    count = int(number.max()) + 1
    sequence = labels[:, -1:].expand(-1, count).clone().scatter_(1, number, labels)
    segment = torch.arange(count)
    begins = torch.full((len(labels), count), outputs).scatter_reduce(
        1, number, torch.arange(outputs).expand_as(labels), "amin"
    )
    ends = torch.full((len(labels), count), -1).scatter_reduce(
        1, number, torch.arange(outputs).expand_as(labels), "amax"
    )
    time = torch.arange(outputs)[None, :, None]
    exists = (segment <= number[:, -1:])[:, None, :]
    open_ = exists & (time >= begins[:, None, :] - tolerance) & (time <= ends[:, None, :] + tolerance)
    return sequence, open_
