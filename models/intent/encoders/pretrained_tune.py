"""Fine-tuning a pretrained encoder to labelled sentences. The only file of the encoders that needs torch.

Cross-entropy over the cosines to one learned vector for each label, which begins as the mean of the label's sentences
(a cosine classifier). It pulls the sentences of a label together and the labels apart, as contrastive pairs do, in a
twentieth of the time. The lower layers stay as they are: they are run once for each sentence and remembered.
What was tried besides is in docs/adr/0007.
"""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from models.errors import IntentError
from models.intent.encoders.pretrained_weights import Array, Bert, Layer

FROZEN_LAYERS = 2
EPOCHS = 6
MAX_PASSES = 12_000
"""Sentences looked at in all, however many there are: of many, more passes gain little and cost minutes."""
BATCH = 32
LAYER_RATE, LAYER_DECAY, CENTRE_RATE = 2e-4, 0.8, 1e-3
"""Learning rates: of the topmost layer, by how much each layer below learns less, and of the labels' vectors."""
TEMPERATURE = 0.07
DROPOUT = 0.1
WARM_UP = 0.1
_SORTED_TOGETHER = 16
"""Batches drawn together and sorted by length, so that a batch holds sentences of about one length."""


def tune(
    bert: Bert,
    sentences: Sequence[Sequence[int]],
    labels: Sequence[str],
    seed: int,
    progress: Callable[[float], None],
) -> Bert:
    """The encoder adapted to sentences (numbers of word pieces; empty ones are passed over) and their labels.

    The same on the same machine for the same input and seed. Raises IntentError (`torch_missing`) without torch.
    """
    if importlib.util.find_spec("torch") is None:
        raise IntentError(
            "torch_missing",
            "fine-tuning a sentence encoder needs torch, which no extra installs: run `pip install torch==2.13.0`",
        )
    kept = [place for place, pieces in enumerate(sentences) if pieces]
    names = sorted({labels[place] for place in kept})
    if len(names) < 2:
        return bert
    number = {name: place for place, name in enumerate(names)}
    return _Tuning(
        bert, [list(sentences[place]) for place in kept], [number[labels[place]] for place in kept], seed
    ).run(progress)


class _Tuning:
    """One run of fine-tuning."""

    def __init__(self, bert: Bert, sentences: list[list[int]], labels: list[int], seed: int) -> None:
        import torch  # pyright: ignore[reportMissingImports]

        self._torch: Any = torch
        self._chance = random.Random(seed)  # noqa: S311 - reproducible order, no secret
        self._generator = torch.Generator().manual_seed(seed)
        self._bert = bert
        self._sentences = sentences
        self._labels = torch.tensor(labels)
        self._frozen = min(FROZEN_LAYERS, len(bert.layers) - 1)
        self._layers = [self._parameters(layer) for layer in bert.layers]
        with torch.inference_mode():
            lower = [self._lower(pieces) for pieces in sentences]
        # Half the memory; the error is below that of the int8 weights that come out in the end.
        self._lowered = [states.to(torch.float16).clone() for states in lower]

    def run(self, progress: Callable[[float], None]) -> Bert:
        """Tune, and give the encoder back as arrays."""
        torch = self._torch
        centres = self._centres().requires_grad_()
        top = len(self._layers) - 1
        groups: list[dict[str, Any]] = [{"params": [centres], "lr": CENTRE_RATE, "weight_decay": 0.0}]
        for at in range(self._frozen, top + 1):
            parameters = list(self._layers[at].values())
            for parameter in parameters:
                parameter.requires_grad_()
            groups.append({"params": parameters, "lr": LAYER_RATE * LAYER_DECAY ** (top - at)})
        parameters = [parameter for group in groups for parameter in group["params"]]
        machine = torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=0.01)
        batches = self._batches()
        rate = torch.optim.lr_scheduler.LambdaLR(machine, lambda step: _rate(step, len(batches)))
        short = bool(torch.cpu.get_capabilities().get("avx512_bf16"))
        for step, batch in enumerate(batches):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=short):
                vectors = self._vectors(batch)
            cosines = vectors.float() @ torch.nn.functional.normalize(centres, dim=-1).T
            loss = torch.nn.functional.cross_entropy(cosines / TEMPERATURE, self._labels[batch])
            machine.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            machine.step()
            rate.step()
            progress((step + 1) / len(batches))
        return self._tuned()

    def _batches(self) -> list[list[int]]:
        """Places of the sentences of each step. Every epoch takes the labels in turn, so that a cut is fair."""
        passes = min(EPOCHS * len(self._sentences), max(MAX_PASSES, len(self._sentences)))
        order: list[int] = []
        while len(order) < passes:
            order += self._in_turn()
        order = order[:passes]
        batches: list[list[int]] = []
        for first in range(0, len(order), BATCH * _SORTED_TOGETHER):
            near = sorted(
                order[first : first + BATCH * _SORTED_TOGETHER], key=lambda at: len(self._sentences[at])
            )
            drawn = [near[start : start + BATCH] for start in range(0, len(near), BATCH)]
            self._chance.shuffle(drawn)
            batches += drawn
        return batches

    def _in_turn(self) -> list[int]:
        order = list(range(len(self._sentences)))
        self._chance.shuffle(order)
        return order

    def _centres(self) -> Any:
        """The mean of each label's sentences before tuning. [labels, dimension]"""
        torch = self._torch
        with torch.inference_mode():
            vectors = [self._vectors([at], training=False)[0] for at in range(len(self._sentences))]
        sums = torch.zeros(int(self._labels.max()) + 1, self._bert.dimension)
        sums.index_add_(0, self._labels, torch.stack(vectors).float())
        return torch.nn.functional.normalize(sums, dim=-1).clone()

    def _lower(self, pieces: list[int]) -> Any:
        """A sentence after the layers that stay as they are. [pieces, dimension]"""
        torch, bert = self._torch, self._bert
        embedded = torch.tensor(bert.words[pieces] + bert.places[: len(pieces)])
        norm = torch.tensor(bert.norm[0]), torch.tensor(bert.norm[1])
        x = self._normalised(embedded, norm[0], norm[1])[None]
        for layer in self._layers[: self._frozen]:
            x = self._layer(x, layer, None, training=False)
        return x[0]

    def _vectors(self, batch: Sequence[int], *, training: bool = True) -> Any:
        """Unit vectors of some sentences through the upper layers. [sentences, dimension]"""
        torch = self._torch
        x = torch.nn.utils.rnn.pad_sequence([self._lowered[at].float() for at in batch], batch_first=True)
        lengths = torch.tensor([len(self._sentences[at]) for at in batch])
        there = torch.arange(x.shape[1])[None] < lengths[:, None]
        bias = torch.zeros(there.shape).masked_fill(~there, -1e9)[:, None, None, :]
        for layer in self._layers[self._frozen :]:
            x = self._layer(x, layer, bias, training=training)
        mean = (x * there[..., None]).sum(1) / lengths[:, None]
        pooled = x[:, 0] if self._bert.pooling == "first" else mean
        return torch.nn.functional.normalize(pooled.float(), dim=-1)

    def _layer(self, x: Any, layer: dict[str, Any], bias: Any, *, training: bool) -> Any:
        functional = self._torch.nn.functional
        count, length, dimension = x.shape
        heads = self._bert.heads
        mixed = functional.linear(x, layer["attend"], layer["attend_bias"])
        query, key, value = mixed.view(count, length, 3, heads, dimension // heads).permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) * (dimension // heads) ** -0.5
        weighed = (scores if bias is None else scores + bias).softmax(-1)
        joined = (self._dropped(weighed, training) @ value).transpose(1, 2).reshape(count, length, dimension)
        joined = functional.linear(joined, layer["join"], layer["join_bias"])
        x = self._normalised(x + self._dropped(joined, training), layer["join_norm"], layer["join_norm_bias"])
        wide = functional.gelu(functional.linear(x, layer["widen"], layer["widen_bias"]))
        narrow = functional.linear(wide, layer["narrow"], layer["narrow_bias"])
        return self._normalised(
            x + self._dropped(narrow, training), layer["narrow_norm"], layer["narrow_norm_bias"]
        )

    def _normalised(self, x: Any, weight: Any, bias: Any) -> Any:
        return self._torch.nn.functional.layer_norm(x, (self._bert.dimension,), weight, bias, 1e-12)

    def _dropped(self, x: Any, training: bool) -> Any:
        """Dropout from our own generator: the process's may be used by anybody."""
        if not training:
            return x
        kept = self._torch.rand(x.shape, generator=self._generator) >= DROPOUT
        return x * kept / (1.0 - DROPOUT)

    def _parameters(self, layer: Layer) -> dict[str, Any]:
        tensors: dict[str, Any] = {}
        for name in layer.__dataclass_fields__:
            value = getattr(layer, name)
            if isinstance(value, tuple):
                tensors[name], tensors[f"{name}_bias"] = (self._torch.tensor(part) for part in value)
            else:
                tensors[name] = self._torch.tensor(value)
        return tensors

    def _tuned(self) -> Bert:
        def array(tensor: Any) -> Array:
            return np.ascontiguousarray(tensor.detach().numpy(), np.float32)

        layers: list[Layer] = []
        for tensors in self._layers:
            arrays = {name: array(tensor) for name, tensor in tensors.items()}
            norms = {
                name: (arrays.pop(name), arrays.pop(f"{name}_bias")) for name in ("join_norm", "narrow_norm")
            }
            layers.append(Layer(**arrays, **norms))  # type: ignore[arg-type]
        return replace(self._bert, layers=tuple(layers))


def _rate(step: int, steps: int) -> float:
    """The share of the learning rate at a step: up for a tenth of them, then down to nothing."""
    return min(1.0, (step + 1) / max(1.0, WARM_UP * steps)) * max(0.0, 1.0 - step / steps)
