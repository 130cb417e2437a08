"""Which questions are alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.learning.likeness import Likes, grams, likeness


def alike(one: str, other: str) -> float:
    """The likeness of two questions by their subjects."""
    return likeness(grams(one), grams(other))


@pytest.mark.parametrize(
    ("one", "same", "different"),
    [
        ("暂住的那个卡怎么续", "请问暂住卡怎么续", "驾驶证怎么换"),
        ("居住证签注", "居主正签住", "护照签发"),  # what a recogniser makes of it
        ("我想问一下低保", "低保", "我想问一下护照"),
        ("renew my driving licence", "driving licence renewal", "renew my passport"),
    ],
)
def test_the_same_subject_is_nearer_than_the_same_courtesy(one: str, same: str, different: str) -> None:
    assert alike(one, same) > 0.4 > alike(one, different)


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_symmetric_and_between_nought_and_one(one: str, other: str) -> None:
    value = alike(one, other)
    assert 0.0 <= value <= 1.0 + 1e-9
    assert value == alike(other, one)


@given(
    st.lists(st.text("身份证居住卡怎么办丢了abc ", max_size=12), max_size=12),
    st.text("身份证居住丢abc ", max_size=12),
)
def test_the_index_finds_what_a_comparison_one_by_one_finds(lines: list[str], asked: str) -> None:
    likes: Likes[int] = Likes()
    for place, line in enumerate(lines):
        likes.add(line, place)
    found = {place: value for value, place in likes.nearest(asked)}
    for place, line in enumerate(lines):
        assert found.get(place, 0.0) == pytest.approx(alike(asked, line))
