"""Uncertain words are put right by the hall's own; certain ones never change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.wording.correction import CERTAIN, corrections
from kiosk_app.wording.heard import Wording
from kiosk_app.wording.sounds import CONFUSED, HALF, OTHER, TONE, apart, readings_of
from kiosk_app.wording.vocabulary import Vocabulary, vocabulary_of
from models.knowledge import Knowledge
from voice.ports import Recognition, Word

SENTENCES = (
    "银行卡丢了怎么挂失",
    "居住证要带什么材料",
    "我想补领居住证",
    "公积金怎么提取",
    "对账单在哪里打",
    "公司在哪里",
    "我要转账",
    "每月十五号还款",
    "去挂失的窗口",
)
TERMS = {
    "银行卡": (),
    "挂失": ("gua4", "shi1"),
    "居住证": (),
    "公积金": (),
    "提取": (),
    "补领": (),
    "对账单": (),
    "公示": (),
    "还款": ("huan2", "kuan3"),
    "二类卡": (),
}


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    """A small hall's words."""
    return Vocabulary(TERMS, SENTENCES)


def heard(*parts: tuple[str, float]) -> tuple[Word, ...]:
    """Words with their confidences, 0.3 s each."""
    return tuple(Word(text, 0.3 * n, 0.3 * n + 0.3, confidence) for n, (text, confidence) in enumerate(parts))


def right(words: tuple[Word, ...], vocabulary: Vocabulary) -> str:
    """The sentence after its corrections."""
    text = "".join(word.text for word in words)
    for one in reversed(corrections(words, vocabulary)):
        text = text[: one.start] + one.meant + text[one.end :]
    return text


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ((("银行卡", 1.0), ("挂", 0.9), ("师", 0.4)), "银行卡挂失"),
        ((("银行卡", 1.0), ("瓜是", 0.5)), "银行卡挂失"),
        ((("居", 0.7), ("住", 0.9), ("正", 0.6), ("要", 1.0)), "居住证要"),
        ((("公鸡", 0.3), ("金", 0.9), ("怎么", 1.0)), "公积金怎么"),
        ((("公司", 0.2), ("金", 0.3), ("怎么", 1.0)), "公积金怎么"),
        ((("我", 1.0), ("要", 1.0), ("怎么", 1.0), ("提曲", 0.5)), "我要怎么提取"),
        ((("怎么", 1.0), ("环", 0.5), ("款", 0.9)), "怎么还款"),
    ],
)
def test_what_sounds_like_a_word_of_the_hall(
    words: tuple[tuple[str, float], ...], meant: str, vocabulary: Vocabulary
) -> None:
    assert right(heard(*words), vocabulary) == meant


@pytest.mark.parametrize(
    "words",
    [
        (("银行卡", 1.0), ("挂师", CERTAIN)),  # certain
        (("公司", 0.2), ("在", 0.2), ("哪里", 0.2)),  # said in this hall, though 公示 is near
        (("关系", 0.3), ("很好", 0.3)),  # too far
        (("瓜", 0.3),),  # one syllable sounds like too much
        (("ok", 0.1), ("挂", 0.9)),
        (("公", 0.7), ("司", 0.7), ("金", 0.7)),  # far, and nearly certain
    ],
)
def test_what_stays(words: tuple[tuple[str, float], ...], vocabulary: Vocabulary) -> None:
    assert corrections(heard(*words), vocabulary) == ()


def test_the_less_certain_the_farther_a_word_may_be(vocabulary: Vocabulary) -> None:
    """司 and 积 share their ending only."""
    assert right(heard(("公", 0.9), ("司", 0.7), ("金", 0.9)), vocabulary) == "公司金"
    assert right(heard(("公", 0.9), ("司", 0.3), ("金", 0.9)), vocabulary) == "公积金"


def test_only_uncertain_signs_are_rewritten_and_the_correction_says_how_near(vocabulary: Vocabulary) -> None:
    (one,) = corrections(heard(("去", 1.0), ("公", 1.0), ("机", 0.4), ("金", 1.0)), vocabulary)
    assert (one.start, one.end, one.heard, one.meant) == (1, 4, "公机金", "公积金")
    assert 0.9 < one.confidence <= 1.0
    (other,) = corrections(heard(("去", 1.0), ("公", 1.0), ("司", 0.3), ("金", 1.0)), vocabulary)
    assert other.confidence < one.confidence


def test_of_two_words_as_near_the_one_that_is_said_there_is_meant() -> None:
    both = Vocabulary({"受理": (), "手里": ()}, ("在哪里受理", "拿在手里"))
    assert right(heard(("在", 1.0), ("哪里", 1.0), ("守礼", 0.4)), both) == "在哪里受理"
    assert right(heard(("拿", 1.0), ("在", 1.0), ("守礼", 0.4)), both) == "拿在手里"
    assert right(heard(("某", 1.0), ("守礼", 0.4)), both) == "某守礼"


def test_sounds() -> None:
    assert apart("shi1", "shi1") == 0
    assert apart("shi1", "shi4") == TONE
    assert apart("zhang1", "zan1") == CONFUSED
    assert apart("lan2", "nan2") == CONFUSED
    assert apart("re4", "le4") == CONFUSED
    assert apart("hui4", "fei4") == CONFUSED
    assert apart("gong1", "dong1") == HALF
    assert apart("ma1", "shi1") == OTHER
    assert readings_of("去 ATM，银行") == ("qu4", "", "", "", "", "", "yin2", "hang2")


@pytest.fixture(scope="module")
def gov_vocabulary(gov: Knowledge) -> Vocabulary:
    """The words of the shipped pack."""
    return vocabulary_of(gov)


def test_no_sentence_of_the_pack_is_changed_however_uncertain(
    gov: Knowledge, gov_vocabulary: Vocabulary
) -> None:
    for sentence in gov.sentences("zh")[::7]:
        words = heard(*((sign, 0.3) for sign in sentence))
        assert corrections(words, gov_vocabulary) == (), sentence


@given(
    text=st.text(alphabet="银行卡挂师失居住证正公积鸡金司提取曲办怎么我要", min_size=1, max_size=20),
    data=st.data(),
)
def test_what_was_certain_is_never_changed(text: str, data: st.DataObject) -> None:
    sure = data.draw(st.lists(st.floats(0, 1), min_size=len(text), max_size=len(text)))
    words = heard(*zip(text, sure, strict=True))
    vocabulary = Vocabulary(TERMS, SENTENCES)
    after = right(words, vocabulary)
    assert len(after) == len(text)
    assert all(one == other for one, other, c in zip(text, after, sure, strict=True) if c >= CERTAIN)


def test_wording_puts_right_and_then_writes_figures(vocabulary: Vocabulary) -> None:
    words = heard(("每月", 1.0), ("十五号", 1.0), ("环款", 0.4), ("三千五百块", 0.95))
    said = Recognition("每月十五号环款三千五百块", words, 0.8)
    written = Wording(vocabulary).written(said)
    assert (written.text, written.raw) == ("每月15号还款3500块", "每月十五号环款三千五百块")
    assert [word.text for word in written.words] == ["每月", "十五号", "还款", "三千五百块"]
    assert written.words[2].confidence > 0.85
    assert written.confidence > said.confidence


def test_words_of_the_hall_keep_their_numerals_and_what_is_right_stays_the_same(
    vocabulary: Vocabulary,
) -> None:
    same = Recognition("二类卡丢了怎么挂失", heard(("二类卡", 1.0), ("丢了", 1.0), ("怎么挂失", 1.0)), 1.0)
    assert Wording(vocabulary).written(same) is same
    nothing = Recognition("", (), 0.0)
    assert Wording(vocabulary).written(nothing) is nothing


def test_a_word_that_is_put_right_may_begin_and_end_inside_words_that_were_heard(
    vocabulary: Vocabulary,
) -> None:
    words = heard(("去挂", 0.5), ("师吧", 0.5))
    written = Wording(vocabulary).written(Recognition("去挂师吧", words, 0.5))
    assert [word.text for word in written.words] == ["去", "挂失", "吧"]
    starts = [word.start_s for word in written.words]
    assert starts == sorted(starts)
