"""The transducer writer, read back."""

import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.speech.fst import Arc, Fst

_costs = st.floats(0, 100, width=32)


@st.composite
def transducers(draw: st.DrawFn) -> Fst:
    states = draw(st.integers(1, 6))
    fst = Fst(start=draw(st.integers(0, states - 1)))
    for _ in range(states):
        fst.add_state(draw(st.one_of(st.just(math.inf), _costs)))
    numbers = st.integers(0, states - 1)
    labels = st.integers(0, 2**31 - 1)
    for source, target, label, output, cost in draw(
        st.lists(st.tuples(numbers, numbers, labels, labels, _costs), max_size=20)
    ):
        fst.add_arc(source, target, label, output, cost)
    return fst


@given(transducers())
def test_what_is_written_is_read_back(fst: Fst) -> None:
    assert Fst.from_bytes(fst.to_bytes()) == fst


def test_the_header_is_openfst_vector_standard() -> None:
    data = Fst(arcs=[[]], finals=[0.0]).to_bytes()
    assert data[:4] == struct.pack("<i", 2125659606)
    assert data[4:10] == b"\x06\0\0\0ve"
    assert b"standard" in data


def test_arcs_are_sorted_state_by_state() -> None:
    fst = Fst()
    state = fst.add_state(0.0)
    fst.add_arc(state, state, 2, 1)
    fst.add_arc(state, state, 1, 2)
    fst.sort(lambda arc: arc.input)
    assert fst.arcs[state] == [Arc(1, 2, 0.0, 0), Arc(2, 1, 0.0, 0)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 80,
        Fst(arcs=[[]], finals=[0.0]).to_bytes()[:-3],
        b"\xd6\xfd\xb2\x7e\x05\0\0\0const\x03\0\0\0log",
    ],
)
def test_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"transducer|OpenFst"):
        Fst.from_bytes(data)
