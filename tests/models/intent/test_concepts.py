from __future__ import annotations

import pytest

from models.intent.concepts import Concepts
from models.intent.syllables import pypinyin_table


@pytest.fixture(scope="module")
def concepts() -> Concepts:
    """The shipped concepts."""
    return Concepts.of(pypinyin_table().folded)


def test_words_of_one_meaning_share_a_concept(concepts: Concepts) -> None:
    named = [set(concepts.in_han(text)) for text in ("卡丢了", "卡遗失", "卡不见了", "卡找不到")]
    assert set.intersection(*named) >= {"lose", "card"}
    assert "lose" in set(concepts.in_word("missing")) & set(concepts.in_word("lost"))


def test_a_longer_word_hides_what_is_inside_it(concepts: Concepts) -> None:
    assert "card" not in set(concepts.in_han("信用卡"))
    assert "credit_card" in set(concepts.in_han("信用卡"))


def test_a_homophone_is_heard(concepts: Concepts) -> None:
    folded = pypinyin_table().folded
    assert "lose" in set(concepts.in_sounds([folded[character] for character in "依识"]))
    assert "lose" not in set(concepts.in_han("依识"))


def test_stems_take_any_ending(concepts: Concepts) -> None:
    for word in ("expire", "expired", "expiring", "expiry"):
        assert "expire" in set(concepts.in_word(word)), word
    assert not set(concepts.in_word("e"))
