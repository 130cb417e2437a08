"""What a device is asked for, and one channel out of several."""

from __future__ import annotations

import numpy as np

from voice.stream_shape import Shape, all_channels, one_channel, shapes


def interleaved(*channels: list[int]) -> bytes:
    return np.array(channels, np.int16).T.tobytes()


def test_the_best_shape_is_asked_for_first_and_each_once() -> None:
    assert list(shapes(16_000, 44_100, 2)) == [
        Shape(16_000, 1),
        Shape(44_100, 1),
        Shape(48_000, 1),
        Shape(16_000, 2),
        Shape(44_100, 2),
        Shape(48_000, 2),
    ]
    assert next(shapes(None, 48_000, 2)) == Shape(48_000, 1)
    assert {shape.channels for shape in shapes(16_000, 48_000, 6)} == {1, 2, 6}
    assert {shape.channels for shape in shapes(16_000, 48_000, 1)} == {1}


def test_two_channels_are_averaged_without_overflow_and_an_array_gives_its_first() -> None:
    assert one_channel(interleaved([100, 32_767, -32_768], [300, 32_767, -32_768]), 2) == interleaved(
        [200, 32_767, -32_768]
    )
    assert one_channel(interleaved([1, 2], [30, 40], [50, 60]), 3) == interleaved([1, 2])
    assert one_channel(b"abcd", 1) == b"abcd"


def test_every_channel_plays_the_same() -> None:
    assert all_channels(interleaved([1, -2]), 2) == interleaved([1, -2], [1, -2])
    assert all_channels(b"abcd", 1) == b"abcd"
