"""Frames survive any cutting, and what is not a frame is noticed."""

from __future__ import annotations

import os
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.frames import HEADER, FrameReader, NoFrameError, packed, send

Frame = tuple[bytes, float, int, bytes]
frames = st.lists(
    st.tuples(
        st.sampled_from([b"A", b"B"]),
        st.floats(allow_nan=False),
        st.integers(0, 2**32 - 1),
        st.binary(max_size=50),
    ),
    max_size=8,
)


def taken(reader: FrameReader, pieces: list[bytes]) -> list[Frame]:
    found: list[Frame] = []
    for piece in pieces:
        reader.feed(piece, lambda *frame: found.append(frame))
    return found


@given(sent=frames, cuts=st.lists(st.integers(0, 600), max_size=10))
def test_frames_come_out_as_they_went_in_however_they_are_cut(sent: list[Frame], cuts: list[int]) -> None:
    data = b"".join(packed(kind, body, figure, number) for kind, figure, number, body in sent)
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data[begin:end] for begin, end in pairwise(places)]
    assert taken(FrameReader(b"AB"), pieces) == sent


@pytest.mark.parametrize("nonsense", [b"garbage" * 9, HEADER.pack(b"A", 0.0, 0, 2**31), packed(b"C")])
def test_what_is_not_a_frame_is_noticed_after_those_before_it(nonsense: bytes) -> None:
    found: list[Frame] = []
    with pytest.raises(NoFrameError):
        FrameReader(b"AB").feed(packed(b"A", b"x") + nonsense, lambda *frame: found.append(frame))
    assert found == [(b"A", 0.0, 0, b"x")]


def test_a_frame_is_written_whole() -> None:
    reading, writing = os.pipe()
    send(writing, b"A", b"hello", 1.5, 7)
    os.close(writing)
    data = os.read(reading, 100)
    os.close(reading)
    assert taken(FrameReader(b"A"), [data]) == [(b"A", 1.5, 7, b"hello")]
