"""Sentence encoders: what turns a sentence into a dense vector, behind one interface.

An intent model names the encoder that it was trained with in its head and loads it by that name. An encoder that is
adapted to the sentences of one model travels inside that model as bytes; the others come with the program or from
the asset store.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from models.errors import IntentError

__all__ = ["BUILTIN", "ENCODERS", "AdaptableEncoder", "Adapted", "Encoder", "load_encoder"]

BUILTIN = "builtin-1"
"""The encoder that is always there."""

ENCODERS: dict[str, str] = {
    BUILTIN: "models.intent.encoders.builtin",
    "minilm-1": "models.intent.encoders.pretrained",
    "bge-zh-1": "models.intent.encoders.pretrained",
}
"""For each encoder's name, the module whose `load(name, weights)` gives it.

`weights` are the bytes that the model carries for the encoder, None when it carries none. The module is imported
only when an encoder of its is asked for. `load` raises IntentError (`encoder_missing`) when a file that it needs is
not here, saying how to get it.
"""


@runtime_checkable
class Encoder(Protocol):
    """Turns sentences into vectors that are near each other when the sentences mean nearly the same."""

    @property
    def name(self) -> str:
        """The name under which a model's head knows the encoder."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    @property
    def reads_chinese(self) -> bool:
        """Whether it reads Chinese; else it is to be given glosses in English (models.intent.glossary)."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors [texts, dimension]; zeros for a text with nothing in it. Any text is allowed."""
        ...


@runtime_checkable
class AdaptableEncoder(Encoder, Protocol):
    """An encoder that can be fine-tuned to the sentences of one model, and travels inside that model."""

    def adapted(
        self, texts: Sequence[str], labels: Sequence[str], seed: int, progress: Callable[[float], None]
    ) -> Adapted:
        """The encoder fine-tuned to these labelled sentences; the same for the same sentences and seed."""
        ...

    def weights(self) -> bytes:
        """What `load(name, weights)` makes this encoder from."""
        ...


class Adapted(NamedTuple):
    """A fine-tuned encoder and the head it was tuned with: a sentence's vector times `head` says how near it is to
    each of `labels`. float32 [dimension, labels]"""

    encoder: AdaptableEncoder
    labels: tuple[str, ...]
    head: NDArray[np.float32]


def load_encoder(name: str, weights: bytes | None = None) -> Encoder:
    """The encoder of this name. Raises IntentError: `encoder_unknown`, or `encoder_missing` when a file is."""
    module = ENCODERS.get(name)
    if module is None:
        known = ", ".join(sorted(ENCODERS)) or "none"
        raise IntentError("encoder_unknown", f"there is no sentence encoder `{name}`; there are: {known}")
    return import_module(module).load(name, weights)
