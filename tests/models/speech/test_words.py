"""Segmentation and pronunciations."""

from hypothesis import given
from hypothesis import strategies as st

from models.speech.lexicon import lexicon_of, readings_of
from models.speech.phones import PhoneTable
from models.speech.words import Segmenter, cut_into

TABLE = PhoneTable(
    ("SIL", "a", "h", "i", "m", "n", "x", "z"),
    {
        "ma": (("m", "a"),),
        "yin": (("i", "n"), ("n",)),
        "hang": (("h", "a", "n"),),
        "xing": (("x", "i"),),
        "chang": (("z", "a"),),
        "zhang": (("z", "a", "n"),),
    },
)


def test_the_fewest_words_win() -> None:
    assert Segmenter().cut("银行什么时候预约") == ["银行", "什么时候", "预约"]


def test_a_pack_s_own_terms_stay_whole() -> None:
    assert Segmenter(["居住证"]).cut("办居住证") == ["办", "居住证"]


def test_a_term_may_be_longer_than_any_word_of_the_dictionary() -> None:
    term = "困难残疾人生活补贴"
    assert Segmenter([term]).cut(f"办{term}") == ["办", term]


def test_the_ending_er_joins_its_word() -> None:
    assert "儿" not in Segmenter().cut("大厅在哪儿")
    assert Segmenter().cut("窗口儿")[-1].endswith("儿")


@given(st.text(alphabet="银行什么时候开门办居住证儿", max_size=30))
def test_cutting_loses_nothing(text: str) -> None:
    assert "".join(Segmenter().cut(text)) == text


def test_words_take_every_way_the_voice_says_their_syllables() -> None:
    lexicon = lexicon_of(readings_of([["银行", "吗"]]), TABLE)
    assert lexicon["银行"] == (("i", "n", "h", "a", "n"), ("n", "h", "a", "n"))
    assert lexicon["吗"] == (("m", "a"),)


def test_lone_polyphones_take_both_readings() -> None:
    lexicon = lexicon_of(readings_of([["长"]]), TABLE)
    assert set(lexicon["长"]) == {("z", "a"), ("z", "a", "n")}


def test_words_the_voice_cannot_say_are_left_out() -> None:
    assert set(lexicon_of(readings_of([["吗", "窗口"]]), TABLE)) == {"吗"}


def test_a_text_is_cut_into_given_words_only() -> None:
    words = {"居住", "居住证", "办", "证", "怎么"}
    assert cut_into("怎么办居住证", words) == ["怎么", "办", "居住证"]
    assert cut_into("怎么办护照", words) is None
    assert cut_into("", words) == []
