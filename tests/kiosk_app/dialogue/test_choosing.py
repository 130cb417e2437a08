"""Choosing among what is on the screen, in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.dialogue.choosing import chosen_of
from models.knowledge.phrases import CHOOSING_ZH

OFFERED = ("a", "b", "c")


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("第一个", "a"),
        ("第二个。", "b"),
        ("我要第三个", "c"),
        ("选2", "b"),
        ("２", "b"),
        ("the first one", "a"),
        ("Number two, please", "b"),
        ("第四个", None),
        ("身份证第一次办", None),
        ("对", None),
        ("", None),
    ],
)
def test_an_ordinal_chooses_its_place(text: str, chosen: str | None) -> None:
    assert chosen_of(text, OFFERED) == chosen


@pytest.mark.parametrize("text", ["是的", "对", "没错", "Yes", "嗯"])
def test_yes_chooses_the_only_one(text: str) -> None:
    assert chosen_of(text, ("a",)) == "a"
    assert chosen_of(text, ()) is None


def test_the_recogniser_is_taught_words_that_choose() -> None:
    assert all(chosen_of(words, ("a",) * 8) or chosen_of(words, ("a",)) for words in CHOOSING_ZH)


@given(st.text(max_size=40))
def test_any_text_chooses_one_of_the_offered_or_none(text: str) -> None:
    assert chosen_of(text, OFFERED) in (*OFFERED, None)
