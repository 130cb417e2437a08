"""Fine-tuning a pretrained encoder to labelled sentences. Needs torch.

Cross-entropy over the cosines to one learned vector for each label, which begins as the mean of the label's sentences
(a cosine classifier). It pulls the sentences of a label together and the labels apart, as contrastive pairs do, in a
twentieth of the time. In every step some words of the longer sentences are missing. The labels' vectors are kept: as a
head they are better than one fitted to the tuned vectors. Of few sentences, the weights of several runs are averaged
(Wortsman et al. 2022, model soups). What was tried besides is in docs/adr/0007.
"""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from models.errors import IntentError
from models.intent.encoders.pretrained_network import Network
from models.intent.encoders.pretrained_weights import Array, Bert, averaged

FROZEN_LAYERS = 1
EPOCHS = 6
MAX_PASSES = 12_000
"""Sentences looked at in all, however many there are: of many, more passes gain little and cost minutes."""
RUNS, FEW = 3, 1_000
"""Runs whose weights are averaged, and of how many sentences at most: of few, chance decides much in a single run."""
BATCH = 32
LAYER_RATE, LAYER_DECAY, CENTRE_RATE = 2e-4, 0.8, 1e-3
"""Learning rates: of the topmost layer, by how much each layer below learns less, and of the labels' vectors."""
TEMPERATURE = 0.07
MISSING, WHOLE = 0.1, 13
"""Share of the word pieces that are left out of a sentence in a step, and up to how many pieces a sentence stays whole:
of a short command every word counts."""
WARM_UP = 0.1
_SORTED_TOGETHER = 16
"""Batches drawn together and sorted by length, so that a batch holds sentences of about one length."""
_TOGETHER = 64


class Tuned(NamedTuple):
    """A tuned encoder and its labels' vectors of about unit length: `centres` [labels, dimension], in order of name."""

    bert: Bert
    labels: tuple[str, ...]
    centres: Array


def tune(
    bert: Bert,
    sentences: Sequence[Sequence[int]],
    labels: Sequence[str],
    seed: int,
    progress: Callable[[float], None],
) -> Tuned:
    """The encoder adapted to sentences (numbers of word pieces; empty ones are passed over) and their labels.

    The same on the same machine for the same input and seed. Raises IntentError (`torch_missing`) without torch.
    """
    if importlib.util.find_spec("torch") is None:
        raise IntentError(
            "torch_missing",
            "fine-tuning a sentence encoder needs torch, which no extra installs: run `pip install torch==2.13.0`",
        )
    kept = [place for place, pieces in enumerate(sentences) if pieces]
    names = tuple(sorted({labels[place] for place in kept}))
    if len(names) < 2:
        return Tuned(bert, names, np.zeros((len(names), bert.dimension), np.float32))
    number = {name: place for place, name in enumerate(names)}
    told, numbers = [sentences[place] for place in kept], [number[labels[place]] for place in kept]
    runs = RUNS if len(told) <= FEW else 1
    tuned: list[Bert] = []
    centres = np.zeros((len(names), bert.dimension), np.float32)
    for run in range(runs):
        tuning = _Tuning(bert, told, numbers, seed + run)
        centres += tuning.run(lambda share, run=run: progress((run + share) / runs)) / runs
        tuned.append(tuning.tuned())
    return Tuned(averaged(tuned), names, centres)


class _Tuning:
    """One run of fine-tuning."""

    def __init__(self, bert: Bert, sentences: Sequence[Sequence[int]], labels: list[int], seed: int) -> None:
        import torch  # pyright: ignore[reportMissingImports]

        self._torch: Any = torch
        self._chance = random.Random(seed)  # noqa: S311 - reproducible order, no secret
        self._labels = torch.tensor(labels)
        self._network = Network(bert, min(FROZEN_LAYERS, len(bert.layers) - 1), seed)
        self._lowered = self._network.lowered(sentences)

    def run(self, progress: Callable[[float], None]) -> Array:
        """Tune; the labels' unit vectors. [labels, dimension]"""
        functional = self._torch.nn.functional
        centres = self._means().requires_grad_()
        machine, parameters = self._machine(centres)
        batches = self._batches()
        rate = self._torch.optim.lr_scheduler.LambdaLR(machine, lambda step: _rate(step, len(batches)))
        for step, batch in enumerate(batches):
            vectors = self._network.vectors([self._gappy(self._lowered[at]) for at in batch], training=True)
            cosines = vectors @ functional.normalize(centres, dim=-1).T
            loss = functional.cross_entropy(cosines / TEMPERATURE, self._labels[batch])
            machine.zero_grad()
            loss.backward()
            self._torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            machine.step()
            rate.step()
            progress((step + 1) / len(batches))
        return functional.normalize(centres, dim=-1).detach().numpy()

    def tuned(self) -> Bert:
        """The encoder as it is now."""
        return self._network.arrays()

    def _machine(self, centres: Any) -> tuple[Any, list[Any]]:
        """What moves the parameters, and all that it moves."""
        layers = self._network.tuned
        groups: list[dict[str, Any]] = [{"params": [centres], "lr": CENTRE_RATE, "weight_decay": 0.0}]
        for depth, parameters in enumerate(reversed(layers)):
            groups.append({"params": parameters, "lr": LAYER_RATE * LAYER_DECAY**depth})
        machine = self._torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
        return machine, [parameter for group in groups for parameter in group["params"]]

    def _batches(self) -> list[list[int]]:
        """Places of the sentences of each step: every one once before any comes again."""
        count = len(self._lowered)
        passes = min(EPOCHS * count, max(MAX_PASSES, count))
        order: list[int] = []
        while len(order) < passes:
            order += self._chance.sample(range(count), count)
        order = order[:passes]
        batches: list[list[int]] = []
        for first in range(0, len(order), BATCH * _SORTED_TOGETHER):
            drawn_together = order[first : first + BATCH * _SORTED_TOGETHER]
            near = sorted(drawn_together, key=lambda at: len(self._lowered[at]))
            drawn = [near[start : start + BATCH] for start in range(0, len(near), BATCH)]
            self._chance.shuffle(drawn)
            batches += drawn
        return batches

    def _gappy(self, states: Any) -> Any:
        """A sentence with some of its pieces missing; the first and the last one, its frame, stay."""
        if len(states) <= WHOLE:
            return states
        last = len(states) - 1
        return states[[at for at in range(last + 1) if at in (0, last) or self._chance.random() >= MISSING]]

    def _means(self) -> Any:
        """The mean of each label's sentences before tuning. [labels, dimension]"""
        torch = self._torch
        sums = torch.zeros(int(self._labels.max()) + 1, self._network.dimension)
        by_length = sorted(range(len(self._lowered)), key=lambda at: len(self._lowered[at]))
        with torch.no_grad():
            for first in range(0, len(by_length), _TOGETHER):
                together = by_length[first : first + _TOGETHER]
                vectors = self._network.vectors([self._lowered[at] for at in together], training=False)
                sums.index_add_(0, self._labels[together], vectors)
        return torch.nn.functional.normalize(sums, dim=-1)


def _rate(step: int, steps: int) -> float:
    """The share of the learning rate at a step: up for a tenth of them, then down to nothing."""
    return min(1.0, (step + 1) / max(1.0, WARM_UP * steps)) * max(0.0, 1.0 - step / steps)
