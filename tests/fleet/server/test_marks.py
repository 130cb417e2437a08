"""Marks under every order of arrival: never over a gap, never back, at the end over everything."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from fleet.server.marks import Mark


@st.composite
def sent(draw):
    """The batches of a stream as (floor, after, last), in any order and some of them twice or lost."""
    cuts = [0, *sorted(draw(st.sets(st.integers(1, 60), min_size=1, max_size=12)))]
    batches = [(0, after, last) for after, last in itertools.pairwise(cuts)]
    return batches, draw(st.lists(st.sampled_from(batches), max_size=40))


@given(sent())
def test_the_mark_is_the_end_of_what_is_there_without_a_gap(case):
    batches, arrived = case
    mark, there, before = Mark(), set(), 0
    for floor, after, last in arrived:
        mark.take(floor, after, last)
        there.update(range(after + 1, last + 1))
        end = next(seq for seq in range(1, 62) if seq not in there) - 1
        assert mark.acked == end
        assert mark.acked >= before
        before = mark.acked
        assert {seq for seq in range(1, 61) if mark.holds(seq)} == there
        assert not any(mark.holds_nothing_after(seq) for seq in range(max(there)))
        assert mark.holds_nothing_after(end) == (end == max(there))
    for batch in batches:
        mark.take(*batch)
    assert (mark.acked, mark.ahead) == (batches[-1][2], [])


def test_what_was_given_up_is_not_waited_for():
    mark = Mark()
    mark.take(0, 20, 30)
    mark.take(20, 40, 50)
    assert (mark.acked, mark.ahead) == (30, [(40, 50)])


def test_a_stream_full_of_gaps_stays_small_and_comes_to_its_end():
    mark = Mark()
    for start in range(10, 1000, 10):
        mark.take(0, start, start + 5)
    assert len(mark.ahead) == 16
    for start in range(0, 1000, 5):
        mark.take(0, start, start + 5)
    assert (mark.acked, mark.ahead) == (1000, [])
