"""The bounded queue of sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.ports import AudioChunk
from voice.ring import ChunkRing

lengths = st.lists(st.one_of(st.integers(1, 4000), st.none()), max_size=80)


def test_an_empty_ring_gives_nothing() -> None:
    assert ChunkRing(1.0).pop() is None


def test_capacity_must_be_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        ChunkRing(0)


@given(steps=lengths, capacity=st.floats(0.01, 0.5))
def test_order_is_kept_the_oldest_goes_and_every_loss_is_counted(
    steps: list[int | None], capacity: float
) -> None:
    """A number pushes a chunk of so many samples, None takes one."""
    ring = ChunkRing(capacity)
    pushed = 0
    taken: list[float] = []
    for step in steps:
        if step is None:
            chunk = ring.pop()
            if chunk is not None:
                taken.append(chunk.at)
        else:
            ring.push(AudioChunk(b"\0\0" * step, float(pushed)))
            pushed += 1
            assert ring.seconds <= capacity or len(ring) == 1
    while (chunk := ring.pop()) is not None:
        taken.append(chunk.at)
    assert taken == sorted(taken)
    assert len(taken) + ring.overruns == pushed
    if pushed and steps[-1] is not None:
        assert taken[-1] == pushed - 1, "the newest is always kept"
    assert ring.seconds == 0


def test_clearing_is_not_an_overrun() -> None:
    ring = ChunkRing(1.0)
    ring.push(AudioChunk(b"\0\0", 0.0))
    ring.clear()
    assert (len(ring), ring.seconds, ring.overruns) == (0, 0.0, 0)
