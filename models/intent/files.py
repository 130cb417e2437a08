"""The files of a trained intent model, and reading them without trusting them.

`intent.onnx` is the network, `intent.json` its labels, thresholds and the layout of `intent.bin`, which holds the
vocabulary, the table of syllables and the training sentences' vectors one after the other, little-endian.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, TypeAdapter, ValidationError

from models.errors import IntentError
from models.intent.novelty import SIGNS

FORMAT = 3
NAMES: tuple[str, ...] = ("intent.onnx", "intent.json", "intent.bin")
ENCODER = "encoder.onnx"
"""The fourth file of a model that carries its encoder."""
ARRAYS = {
    "keys": "<u4",
    "rarity": "<f4",
    "syllables": "<u2",
    "starts": "<u4",
    "documents": "<u2",
    "strengths": "|u1",
    "owners": "<u4",
    "neighbours": "|i1",
    "kin": "<u2",
}
"""Arrays of intent.bin: n-gram hashes, their rarity, syllable numbers, then the training sentences' vectors turned
around: for n-gram i, `documents[starts[i]:starts[i+1]]` have it with `strengths`; label j owns the sentences
`owners[j]` to `owners[j+1]`. Then encoded training sentences (`neighbours`, 127 times their unit vectors, one after the
other) and the label of each (`kin`, rising)."""
MAX_LABELS = 5_000
MAX_DIMENSION = 4_096
MAX_SENTENCES = 65_535
"""As many sentences are kept for comparison; a model may be trained on more."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When to act on a candidate's probability.

    Answer from `answer` on when it leads by `margin`; ask back from `clarify` on; below, admit not to know.
    """

    answer: float
    clarify: float
    margin: float


@dataclass(frozen=True, slots=True)
class Novelty:
    """A logistic judgement whether a sentence is ours at all, from how sure and how near the model is."""

    weights: tuple[float, ...]
    bias: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Head:
    """What intent.json says. `outside` is the label that stands for everything that is not ours."""

    format: int
    encoder: str
    dimension: int
    labels: tuple[str, ...]
    facets: tuple[str, ...]
    outside: str | None
    unknown_rarity: float
    strength_unit: float
    nearness: float
    closeness: float
    thresholds: Thresholds
    novelty: Novelty
    syllables: tuple[str, ...]
    arrays: dict[str, int]

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class IntentFiles:
    """A trained model as bytes."""

    onnx: bytes
    head: bytes
    arrays: bytes
    encoder: bytes | None = None

    def members(self) -> dict[str, bytes]:
        """Each file's bytes by its name."""
        named = dict(zip(NAMES, (self.onnx, self.head, self.arrays), strict=True))
        return named if self.encoder is None else {**named, ENCODER: self.encoder}

    def write(self, folder: Path) -> None:
        """Write the files into a folder, making it when needed; an encoder of an older model there goes."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.members().items():
            (folder / name).write_bytes(content)
        if self.encoder is None:
            (folder / ENCODER).unlink(missing_ok=True)

    @classmethod
    def read(cls, folder: Path) -> IntentFiles:
        """Read the files of a folder; raises IntentError when one cannot be read."""
        try:
            carried = folder / ENCODER
            encoder = carried.read_bytes() if carried.exists() else None
            return cls(*((folder / name).read_bytes() for name in NAMES), encoder=encoder)
        except OSError as error:
            raise IntentError(
                "model_missing",
                f"{error.filename or folder}: no intent model here: train one with `kiosk intent train`",
            ) from error


def write_head(head: Head) -> bytes:
    """intent.json's bytes, the same for the same head."""
    return json.dumps(TypeAdapter(Head).dump_python(head, mode="json"), ensure_ascii=False, indent=1).encode()


def write_arrays(arrays: Mapping[str, NDArray[Any]]) -> tuple[bytes, dict[str, int]]:
    """intent.bin's bytes, and how many items each array has."""
    ordered = {name: np.ascontiguousarray(arrays[name], dtype=dtype) for name, dtype in ARRAYS.items()}
    return b"".join(array.tobytes() for array in ordered.values()), {n: len(a) for n, a in ordered.items()}


def read_head(raw: bytes) -> Head:
    """intent.json, checked; raises IntentError."""
    try:
        head = TypeAdapter(Head).validate_json(raw)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in detail["loc"])
        where = f" at `{place}`" if place else ""
        raise IntentError(
            "model_damaged", f"intent.json is damaged{where} ({detail['msg']}): build it again"
        ) from error
    count = len(head.labels)
    if head.format != FORMAT:
        raise IntentError(
            "model_format",
            f"the intent model has format {head.format}, this program reads {FORMAT}: build it again",
        )
    if (
        not 0 < count <= MAX_LABELS
        or len(set(head.labels)) != count
        or not head.facets
        or not 0 < head.dimension <= MAX_DIMENSION
        or len(head.novelty.weights) != SIGNS
    ):
        raise IntentError(
            "model_damaged", "intent.json has labels, facets or weights that cannot be: build it again"
        )
    return head


def read_arrays(raw: bytes, head: Head) -> dict[str, NDArray[Any]]:
    """intent.bin by name, its inner references checked; raises IntentError."""
    arrays: dict[str, NDArray[Any]] = {}
    at = 0
    for name, dtype in ARRAYS.items():
        count = head.arrays.get(name, -1)
        size = count * np.dtype(dtype).itemsize
        if count < 0 or at + size > len(raw):
            raise IntentError("model_damaged", f"intent.bin is too short for `{name}`: build it again")
        arrays[name] = np.frombuffer(raw, dtype=dtype, count=count, offset=at)
        at += size
    keys, starts, owners = (arrays[name].astype(np.int64) for name in ("keys", "starts", "owners"))
    documents = arrays["documents"]
    sound = (
        at == len(raw)
        and len(arrays["rarity"]) == len(keys)
        and len(arrays["strengths"]) == len(documents)
        and len(starts) == len(keys) + 1
        and len(owners) == len(head.labels) + 1
        and bool((np.diff(keys) > 0).all())
        and _ladder(starts, len(documents))
        and _ladder(owners, int(owners[-1]))
        and bool((np.diff(owners) > 0).all())
        and bool((documents < owners[-1]).all())
        and len(arrays["neighbours"]) == len(arrays["kin"]) * head.dimension
        and bool((np.diff(arrays["kin"].astype(np.int64)) >= 0).all())
        and bool((arrays["kin"] < len(head.labels)).all())
        and bool(np.isfinite(arrays["rarity"]).all())
    )
    if not sound:
        raise IntentError("model_damaged", "intent.bin contradicts itself: build it again")
    return arrays


def _ladder(steps: NDArray[np.int64], top: int) -> bool:
    """Whether the offsets start at 0, never fall and end at `top`."""
    return len(steps) > 0 and steps[0] == 0 and steps[-1] == top and bool((np.diff(steps) >= 0).all())
