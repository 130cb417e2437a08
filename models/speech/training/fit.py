"""The training loop: a process that makes batches, a network that learns from them, checkpoints to go on from."""

# pyright: reportMissingImports=false
# torch is installed for training only.

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch.multiprocessing import get_context

from models.speech.training.network import Architecture, Network, decayed, parameters
from models.speech.training.sequence_loss import SequenceLoss
from models.speech.training.stream import Stream

logger = logging.getLogger(__name__)

_AHEAD = 8  # batches made in advance
_SMOOTHING = 0.03
_DECAY = 0.01
_LONGEST_STEP = 5.0  # norm of a gradient
_SAVE_EVERY = 250
_REPORT_EVERY = 50
_TOLERANCE = 2  # outputs by which the sequence loss lets a boundary shift
_FRAME_SHARE = 0.2  # of the frame-wise loss beside the sequence loss

MakeStream = Callable[[int], Stream]
"""A stream for a seed; called in the feeding process."""


@dataclass(frozen=True, slots=True)
class Course:
    """One stage of training. ``sequence`` adds the sequence loss; ``warm`` is the share of steps until the peak."""

    name: str
    steps: int
    rate: float
    warm: float = 0.15
    sequence: bool = False


@dataclass(slots=True)
class Checkpoint:
    """A network and how often each phone was among its labels."""

    network: Network
    counts: np.ndarray
    bigram: np.ndarray
    steps: int = 0

    def save(self, path: Path) -> None:
        """Write it, complete or not at all."""
        fresh = path.with_suffix(".tmp")
        torch.save(
            {
                "architecture": self.network.architecture.document(),
                "weights": self.network.state_dict(),
                "counts": self.counts,
                "bigram": self.bigram,
                "steps": self.steps,
            },
            fresh,
        )
        fresh.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Checkpoint":
        """Read what :meth:`save` wrote."""
        document = torch.load(path, weights_only=False)
        network = Network(Architecture.of(document["architecture"]))
        network.load_state_dict(document["weights"])
        return cls(network, document["counts"], document["bigram"], document["steps"])

    @classmethod
    def new(cls, architecture: Architecture) -> "Checkpoint":
        """A network that knows nothing."""
        count = architecture.phones
        return cls(Network(architecture), np.ones(count), np.full((count, count), 0.1))


def fit(checkpoint: Checkpoint, course: Course, make: MakeStream, out: Path, *, seed: int = 1) -> Checkpoint:
    """Train for a course and save to ``out`` on the way; goes on where an earlier run of it stopped."""
    done = 0
    if out.is_file():
        checkpoint = Checkpoint.load(out)
        done = checkpoint.steps
        if done >= course.steps:
            return checkpoint
    torch.manual_seed(seed)
    torch.set_num_threads(max(1, (os.cpu_count() or 1) - 1))
    network = checkpoint.network.train()
    matrices, others = decayed(network)
    groups = [{"params": matrices, "weight_decay": _DECAY}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, course.rate, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: _pace((step + done) / course.steps, course.warm)
    )
    logger.info("%s: %d steps, %d parameters", course.name, course.steps - done, parameters(network))
    with _batches(make, seed + 1000 * done) as batches, _progress() as progress:
        task = progress.add_task(course.name, total=course.steps, completed=done)
        if not done and not checkpoint.counts.sum() > len(checkpoint.counts):
            _scale(network, [next(batches)[0] for _ in range(4)])
        began, tally = time.monotonic(), _Tally()
        losses = SequenceLoss(_log_bigram(checkpoint.bigram), _TOLERANCE) if course.sequence else None
        for step in range(done, course.steps):
            features, labels = next(batches)
            _count(checkpoint, labels.numpy())
            with torch.autocast("cpu", torch.bfloat16):
                scores = network(features)
            loss = _loss(scores.float(), labels, losses)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), _LONGEST_STEP)
            optimiser.step()
            schedule.step()
            tally.add(loss.item(), (scores.argmax(2) == labels).float().mean().item())
            progress.advance(task)
            checkpoint.steps = step + 1
            if checkpoint.steps % _REPORT_EVERY == 0:
                logger.info(
                    "%s %d: %s, %.0f s", course.name, checkpoint.steps, tally.take(), time.monotonic() - began
                )
            if checkpoint.steps % _SAVE_EVERY == 0 or checkpoint.steps == course.steps:
                checkpoint.save(out)
    return checkpoint


def _loss(scores: torch.Tensor, labels: torch.Tensor, sequence: SequenceLoss | None) -> torch.Tensor:
    frame = functional.cross_entropy(
        scores.reshape(-1, scores.shape[2]), labels.reshape(-1), label_smoothing=_SMOOTHING
    )
    return frame if sequence is None else sequence(scores, labels) + _FRAME_SHARE * frame


class _Tally:
    def __init__(self) -> None:
        self._loss = self._right = 0.0
        self._steps = 0

    def add(self, loss: float, right: float) -> None:
        self._loss += loss
        self._right += right
        self._steps += 1

    def take(self) -> str:
        text = f"loss {self._loss / self._steps:.3f}, right {self._right / self._steps:.3f}"
        self._loss = self._right = 0.0
        self._steps = 0
        return text


def _pace(progress: float, warm: float) -> float:
    """The learning rate's share of its peak: up in a line, down in a cosine."""
    if progress < warm:
        return 0.04 + 0.96 * progress / warm
    return 0.01 + 0.99 * 0.5 * (1 + float(np.cos(np.pi * min(1.0, (progress - warm) / (1 - warm)))))


def _scale(network: Network, batches: list[torch.Tensor]) -> None:
    frames = torch.cat([features.reshape(-1, features.shape[-1]) for features in batches])
    network.mean.copy_(frames.mean(0))
    network.deviation.copy_(frames.std(0))


def _count(checkpoint: Checkpoint, labels: np.ndarray) -> None:
    phones = len(checkpoint.counts)
    checkpoint.counts += np.bincount(labels.ravel(), minlength=phones)
    before, after = labels[:, :-1].ravel(), labels[:, 1:].ravel()
    moved = before != after
    np.add.at(checkpoint.bigram, (before[moved], after[moved]), 1.0)


def _log_bigram(counts: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.log(counts / counts.sum(1, keepdims=True)).astype(np.float32))


@contextmanager
def _batches(make: MakeStream, seed: int) -> Iterator[Iterator[tuple[torch.Tensor, torch.Tensor]]]:
    """Batches from a process of its own, which shares the clips with this one."""
    context = get_context("fork")
    queue = context.Queue(_AHEAD)
    process = context.Process(target=_feed, args=(make, seed, queue), daemon=True)
    process.start()

    def received() -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        while True:
            features, labels = queue.get()
            yield torch.from_numpy(features), torch.from_numpy(labels.astype(np.int64))

    try:
        yield received()
    finally:
        process.terminate()
        process.join()


def _feed(make: MakeStream, seed: int, queue: "torch.multiprocessing.Queue") -> None:
    torch.set_num_threads(1)
    stream = make(seed)
    while True:
        features, labels = stream.batch()
        queue.put((features.numpy(), labels.numpy().astype(np.int16)))


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        transient=True,
    )
