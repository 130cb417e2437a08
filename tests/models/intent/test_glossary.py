"""Chinese glossed in English: how a sentence is cut, what is heard, and that the shipped table is sound."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.intent.glossary import Glossary
from models.intent.syllables import pypinyin_table

GLOSSARY = Glossary.of(pypinyin_table().folded)


def lines() -> list[list[str]]:
    text = resources.files("models.intent").joinpath("glossary.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines()[1:]]


@pytest.mark.parametrize(
    ("chinese", "words"),
    [
        ("卡丢了怎么办", {"lost", "card"}),
        ("身份证掰成两半了", {"card", "torn"}),
        ("折子上的钱", {"passbook"}),
        ("我的passport丢了", {"passport", "lost"}),
    ],
)
def test_a_question_is_glossed(chinese: str, words: set[str]) -> None:
    assert words <= set(GLOSSARY.english(chinese).split())


@pytest.mark.parametrize(("written", "misheard"), [("居住证", "拘住正"), ("户口簿", "虎口不")])
def test_a_word_that_is_written_wrong_is_taken_by_its_sound(written: str, misheard: str) -> None:
    assert GLOSSARY.english(misheard) == GLOSSARY.english(written) != ""


def test_long_words_win() -> None:
    table = {"公积金": "housing fund", "公": "public", "积金": "gold", "贷": "loan"}
    glossary = Glossary(table, {}, {}, 3)
    assert glossary.english("公积金贷") == "housing fund loan"


def test_what_is_not_known_says_nothing() -> None:
    glossary = Glossary({"卡": "card"}, {}, {}, 1)
    assert glossary.english("鑫鑫卡鑫") == "card"
    assert glossary.english("鑫") == ""


@given(st.text())
def test_any_text_can_be_glossed(text: str) -> None:
    assert re.search(r"[\u3400-\u9fff]", GLOSSARY.english(text)) is None


def test_the_table_has_one_gloss_for_each_word() -> None:
    words = [cells[0] for cells in lines()]
    assert len(words) == len(set(words)) > 5_000
    for cells in lines():
        assert len(cells) == 2
        assert re.fullmatch(r"[\u3400-\u9fff]+", cells[0])
        assert re.fullmatch(r"([a-z0-9]+( [a-z0-9]+){0,3})?", cells[1]), cells
