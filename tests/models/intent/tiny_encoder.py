"""A small encoder with chance weights, in place of the published ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.intent.encoders.pretrained_weights import MAX_PIECES, Bert, Layer

PIECES = [
    "[UNK]",
    "[CLS]",
    "[SEP]",
    *(chr(code) for code in range(33, 123)),
    *("##" + chr(c) for c in range(97, 123)),
]
DIMENSION, HEADS, INNER = 32, 4, 64


def tiny_bert(pooling: str = "mean", seed: int = 0) -> Bert:
    """A small encoder of two layers with chance weights."""
    chance = np.random.default_rng(seed)

    def draw(*shape: int) -> NDArray[np.float32]:
        return chance.normal(0.0, shape[-1] ** -0.5, shape).astype(np.float32)

    def norm() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return 1.0 + draw(DIMENSION), draw(DIMENSION)

    def layer() -> Layer:
        attention = draw(3 * DIMENSION, DIMENSION), draw(3 * DIMENSION)
        join = draw(DIMENSION, DIMENSION), draw(DIMENSION), norm()
        wide = draw(INNER, DIMENSION), draw(INNER)
        return Layer(*attention, *join, *wide, draw(DIMENSION, INNER), draw(DIMENSION), norm())

    words, places = draw(len(PIECES), DIMENSION), draw(MAX_PIECES, DIMENSION)
    assert pooling in ("mean", "first")
    return Bert(words, places, norm(), (layer(), layer()), HEADS, pooling)  # type: ignore[arg-type]
