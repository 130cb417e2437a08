"""What is found for which letters: initials, syllables, mixtures, polyphones, other names, English words."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.topic_index import readings_of, searches_of
from kiosk_app.topic_search import (
    Named,
    Readings,
    TopicIndex,
    example_of,
    example_of_words,
    index_of,
    index_of_words,
)
from tests.kiosk_app.ui.homes import knowledge

READINGS = Readings(
    {
        "身份证": ("shen", "fen", "zheng"),
        "银行": ("yin", "hang"),
        "临时身份证": ("lin", "shi", "shen", "fen", "zheng"),
    },
    ("驾照", "驾驶证"),
)
MATTERS = (
    Named("first", "身份证首次申领"),
    Named("renew", "身份证到期换领", ("身份证过期了",)),
    Named("replace", "补领身份证", ("身份证丢了", "我的身份证昨天挤公交让人掏了")),
    Named("temporary", "临时身份证"),
    Named("reside", "居住证办理", ("暂住证",)),
    Named("drive", "驾驶证换证"),
    Named("bank", "银行流水打印"),
    Named("travel", "旅游签注"),
    Named("city", "重庆通办"),
    Named("etc", "ETC办理"),
)
INDEX = index_of(MATTERS, READINGS, {"驾驶证": ("驾照",)})
WORDS = index_of_words(
    (
        Named("reside", "Apply for a residence permit", ("Residence permit",)),
        Named("replace", "Replace a lost ID card", ("I lost my card",)),
        Named("fund", "Housing fund for rent"),
    ),
    {"reside": READINGS.spell("居住证办理")[0]},
)


def found(letters: str, index: TopicIndex = INDEX, most: int = 12) -> list[str]:
    """The ids, best first."""
    return [one.matter for one in index.find(letters, most)]


@pytest.mark.parametrize(
    ("letters", "matter"),
    [
        ("jzz", "reside"),
        ("juzhu", "reside"),
        ("juzhuzheng", "reside"),
        ("juzz", "reside"),
        ("jzhzh", "reside"),
        ("lyou", "travel"),
        ("lvyou", "travel"),
        ("luyou", "travel"),
        ("yh", "bank"),
        ("yinhangls", "bank"),
        ("cq", "city"),
        ("chongqing", "city"),
        ("etc", "etc"),
        ("jiazhao", "drive"),
        ("zanzhu", "reside"),
    ],
)
def test_letters_find_a_matter(letters: str, matter: str) -> None:
    assert found(letters)[0] == matter


def test_what_people_say_of_it_finds_it() -> None:
    assert found("sfzdl")[0] == "replace"
    assert set(found("sfzd")) == {"renew", "replace"}
    assert found("wdsfz") == [], "a whole story is no name"


def test_the_beginning_of_a_title_comes_before_a_word_within_it() -> None:
    assert found("sfz")[:2] == ["first", "renew"]
    assert set(found("sfz")[2:]) == {"replace", "temporary"}


def test_letters_along_a_title_with_some_left_out_come_last() -> None:
    assert found("sfzhl") == ["first", "renew"], "zh l as well as z h l"
    assert found("lins") == ["temporary"]


def test_a_reading_of_the_packs_own_words_wins() -> None:
    assert found("yx") == [], "the bank is read yin hang and not yin xing"


def test_a_reading_that_does_not_fit_its_word_is_passed_over() -> None:
    readings = Readings({"银行": ("yin",), "居住": ("ju", "ju4"), "重庆": ("Chong", "qing")})
    index = index_of([Named(title, title) for title in ("银行", "居住", "重庆")], readings, {})
    assert [found(letters, index) for letters in ("yinhang", "juzhu", "cq")] == [["银行"], ["居住"], ["重庆"]]


def test_matters_found_alike_keep_their_order() -> None:
    twins = index_of([Named(name, "居住证") for name in "cab"], READINGS, {})
    assert found("jzz", twins) == ["c", "a", "b"]
    assert found("jzz", twins, most=2) == ["c", "a"]


def test_english_words_are_found_by_beginning_initials_and_run_together() -> None:
    assert found("resi", WORDS) == ["reside"]
    assert found("rp", WORDS)[0] == "reside"
    assert found("idcard", WORDS) == ["replace"]
    assert found("lost", WORDS) == ["replace"]
    assert found("juzhu", WORDS) == ["reside"], "who has learnt the Chinese word finds it as well"


def test_nothing_typed_and_nonsense_find_nothing() -> None:
    assert found("") == []
    assert found("qqxqq") == []


@given(st.text(string.ascii_lowercase, max_size=12), st.integers(1, 12))
def test_any_letters_are_answered_with_different_matters(letters: str, most: int) -> None:
    ids = found(letters, most=most)
    assert len(ids) == len(set(ids)) <= most
    assert ids == found(letters)[:most], "fewer places change no order"


@given(st.sampled_from([matter for matter in MATTERS if matter.id != "etc"]), st.data())
def test_every_title_is_found_by_any_way_to_type_its_beginning(matter: Named, data: st.DataObject) -> None:
    units, _ = READINGS.spell(matter.title, dictionary=True)
    count = data.draw(st.integers(1, len(units)))
    typed = "".join(data.draw(st.sampled_from((unit[0], unit[0][0]))) for unit in units[:count])
    assert matter.id in found(typed, most=len(MATTERS))


def test_the_example_is_a_word_of_a_title_that_its_letters_find() -> None:
    assert example_of(["个人开户", "身份证补领"], READINGS) == ("身份证", "sfz")
    assert example_of(["个人开户"], READINGS) == ("", "")
    assert example_of_words(["ID", "Open an account"]) == ("account", "acc")


@pytest.mark.parametrize("packs", [("gov",), ("bank",), ("bank", "gov")])
def test_every_matter_of_the_shipped_packs_is_found_by_its_own_title(packs: tuple[str, ...]) -> None:
    pack = knowledge(*packs)
    readings = readings_of(pack)
    for lang, search in searches_of(pack).items():
        word, letters = search.example
        assert any(word in one.title for one in search.index.find(letters, 12))
        assert len(search.index.matters) == len(pack.matters)
        for one in search.index.matters:
            units = readings.spell(one.title, dictionary=True)[0] if lang == "zh" else ((one.title.lower(),),)
            typed = "".join(unit[0][0] if lang == "zh" else _letters(unit[0]) for unit in units)
            assert one in search.index.find(typed, 12), (one.title, typed)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter in string.ascii_lowercase)
