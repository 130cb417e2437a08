from __future__ import annotations

import numpy as np

from models.intent.vectors import closeness

NEIGHBOURS = np.array([[1, 0], [0.6, 0.8], [-1, 0]], np.float32)
KIN = np.array([0, 0, 2], np.int64)


def test_each_label_is_as_close_as_its_nearest_sentence() -> None:
    dense = np.array([[0, 1], [1, 0]], np.float32)
    assert np.allclose(closeness(NEIGHBOURS, KIN, dense, 3), [[0.8, 0, 0], [1, 0, 0]])


def test_what_the_encoder_gives_nothing_for_is_close_to_nothing() -> None:
    zero = np.zeros((2, 2), np.float32)
    mixed = np.array([[0, 0], [1, 0]], np.float32)
    assert not closeness(NEIGHBOURS, KIN, zero, 3).any()
    assert np.allclose(closeness(NEIGHBOURS, KIN, mixed, 3), [[0, 0, 0], [1, 0, 0]])
    assert closeness(NEIGHBOURS[:0], KIN[:0], mixed, 3).shape == (2, 3)
