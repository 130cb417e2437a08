"""A BERT encoder in torch, for fine-tuning: the layers that are tuned, and those below that stay as they are.

Master weights are float32. Where the processor multiplies bfloat16, four times as fast, everything between them is
bfloat16: its error is below that of the int8 weights that come out in the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from models.intent.encoders.pretrained_graph import EPSILON
from models.intent.encoders.pretrained_weights import Array, Bert, Layer

DROPOUT = 0.1
_TOGETHER = 64


class Network:
    """An encoder whose upper layers can be tuned. Needs torch."""

    def __init__(self, bert: Bert, frozen: int, seed: int) -> None:
        """`frozen` layers, counted from below, and the embeddings stay as they are; `seed` is for dropout."""
        import torch  # pyright: ignore[reportMissingImports]

        self._torch: Any = torch
        self._bert = bert
        self._frozen = frozen
        self._generator = torch.Generator().manual_seed(seed)
        self._type = torch.bfloat16 if torch.cpu.get_capabilities().get("avx512_bf16") else torch.float32
        self._layers = [_tensors(torch, layer) for layer in bert.layers]
        for layer in self._layers[frozen:]:
            for parameter in layer.values():
                parameter.requires_grad_()

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._bert.dimension

    @property
    def tuned(self) -> list[list[Any]]:
        """The parameters of each tuned layer, from below."""
        return [list(layer.values()) for layer in self._layers[self._frozen :]]

    def lowered(self, sentences: Sequence[Sequence[int]]) -> list[Any]:
        """Sentences (numbers of word pieces) after the layers that stay as they are. Each [pieces, dimension]"""
        torch = self._torch
        lowered: list[Any] = [None] * len(sentences)
        by_length = sorted(range(len(sentences)), key=lambda at: len(sentences[at]))
        with torch.no_grad():
            layers = [self._short(layer) for layer in self._layers[: self._frozen]]
            for first in range(0, len(by_length), _TOGETHER):
                together = by_length[first : first + _TOGETHER]
                x = [torch.from_numpy(self._embedded(sentences[at])) for at in together]
                x, bias, _ = self._padded(x)
                for layer in layers:
                    x = self._layer(x, layer, bias, training=False)
                for at, states in zip(together, x, strict=True):
                    lowered[at] = states[: len(sentences[at])].clone()
        return lowered

    def vectors(self, lowered: Sequence[Any], *, training: bool) -> Any:
        """Unit vectors of sentences that `lowered` made, float32. [sentences, dimension]"""
        torch = self._torch
        x, bias, there = self._padded(lowered)
        for layer in self._layers[self._frozen :]:
            x = self._layer(x, self._short(layer), bias, training=training)
        x = x.float()
        mean = (x * there[..., None]).sum(1) / there.sum(1, keepdim=True)
        pooled = x[:, 0] if self._bert.pooling == "first" else mean
        return torch.nn.functional.normalize(pooled, dim=-1)

    def arrays(self) -> Bert:
        """The encoder as it is now."""
        return replace(self._bert, layers=tuple(_arrays(layer) for layer in self._layers))

    def _embedded(self, pieces: Sequence[int]) -> Array:
        bert = self._bert
        x = bert.words[list(pieces)] + bert.places[: len(pieces)]
        x = x - x.mean(axis=1, keepdims=True)
        x = x / np.sqrt((x * x).mean(axis=1, keepdims=True) + EPSILON)
        return x * bert.norm[0] + bert.norm[1]

    def _short(self, layer: dict[str, Any]) -> dict[str, Any]:
        return {name: tensor.to(self._type) for name, tensor in layer.items()}

    def _padded(self, rows: Sequence[Any]) -> tuple[Any, Any, Any]:
        """Sentences [sentences, longest, dimension], what is added to the attention's scores, and what is there."""
        torch = self._torch
        x = torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True).to(self._type)
        lengths = torch.tensor([len(row) for row in rows])
        there = torch.arange(x.shape[1])[None] < lengths[:, None]
        bias = torch.zeros(there.shape, dtype=self._type).masked_fill(~there, -1e9)[:, None, None, :]
        return x, bias, there

    def _layer(self, x: Any, layer: dict[str, Any], bias: Any, *, training: bool) -> Any:
        functional = self._torch.nn.functional
        count, length, dimension = x.shape
        heads = self._bert.heads
        mixed = functional.linear(x, layer["attend"], layer["attend_bias"])
        query, key, value = mixed.view(count, length, 3, heads, dimension // heads).permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) * (dimension // heads) ** -0.5
        joined = ((scores + bias).softmax(-1) @ value).transpose(1, 2).reshape(count, length, dimension)
        joined = functional.linear(joined, layer["join"], layer["join_bias"])
        x = self._normalised(x + self._dropped(joined, training), layer["join_norm"], layer["join_norm_bias"])
        wide = functional.gelu(functional.linear(x, layer["widen"], layer["widen_bias"]))
        narrow = functional.linear(wide, layer["narrow"], layer["narrow_bias"])
        return self._normalised(
            x + self._dropped(narrow, training), layer["narrow_norm"], layer["narrow_norm_bias"]
        )

    def _normalised(self, x: Any, weight: Any, bias: Any) -> Any:
        return self._torch.nn.functional.layer_norm(x, (self._bert.dimension,), weight, bias, EPSILON)

    def _dropped(self, x: Any, training: bool) -> Any:
        """Dropout from our own generator: the process's may be used by anybody."""
        if not training:
            return x
        kept = self._torch.rand(x.shape, generator=self._generator) >= DROPOUT
        return x * kept / (1.0 - DROPOUT)


def _tensors(torch: Any, layer: Layer) -> dict[str, Any]:
    tensors: dict[str, Any] = {}
    for name in layer.__dataclass_fields__:
        value = getattr(layer, name)
        if isinstance(value, tuple):
            tensors[name], tensors[f"{name}_bias"] = (torch.tensor(part) for part in value)
        else:
            tensors[name] = torch.tensor(value)
    return tensors


def _arrays(tensors: dict[str, Any]) -> Layer:
    arrays = {
        name: np.ascontiguousarray(tensor.detach().numpy(), np.float32) for name, tensor in tensors.items()
    }
    norms = {name: (arrays.pop(name), arrays.pop(f"{name}_bias")) for name in ("join_norm", "narrow_norm")}
    return Layer(**arrays, **norms)  # type: ignore[arg-type]
