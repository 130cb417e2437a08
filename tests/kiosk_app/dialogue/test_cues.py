"""What a sentence leans on: facets, a subject of its own, where one question ends and another begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.dialogue.cues import LONGEST_QUESTION, cues, pieces, plain, read


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("那要多少钱", "fee"),
        ("收费吗", "fee"),
        ("要不要钱", "fee"),
        ("贵不贵啊", "fee"),
        ("几号窗口", "window"),
        ("那我去哪个窗口办呢", "window"),
        ("网上能办吗", "online"),
        ("手机上可以办吗", "online"),
        ("不来大厅可以吗", "online"),
        ("要带啥", "materials"),
        ("那需要准备些什么材料呀", "materials"),
        ("材料呢", "materials"),
        ("多久能拿到", "time_limit"),
        ("大概几天能下来啊", "time_limit"),
        ("什么时候可以取", "time_limit"),
        ("周末能办吗", "hours"),
        ("在哪儿办啊", "location"),
        ("怎么走", "location"),
        ("有什么条件", "conditions"),
        ("可以找人代办吗", "conditions"),
        ("流程是什么", "steps"),
        ("那怎么弄", "steps"),
        ("还要带别的吗", "materials"),
        ("要带身份证吗", "materials"),
        ("我妈能替我办吗", "conditions"),
        ("不是本人能办吗", "conditions"),
        ("孩子要不要来", "conditions"),
        ("要跑一趟吗", "online"),
        ("几号窗户", "window"),
        ("多久能拿回来", "time_limit"),
        ("Is there anything else I need to bring?", "materials"),
        ("can my mother collect it for me", "conditions"),
        ("sorry, which window was that", "window"),
        ("and the fee?", "fee"),
        ("How much does it cost", "fee"),
        ("which window", "window"),
        ("what do I need to bring", "materials"),
        ("how long will it take", "time_limit"),
        ("Can I do it online?", "online"),
        ("where do I go", "location"),
        ("who can apply", "conditions"),
        ("how do I apply for it", "steps"),
    ],
)
def test_a_follow_up_has_a_facet_and_no_subject(text: str, facet: str) -> None:
    words = read(text)
    assert (words.facets, words.rest) == ((facet,), "")
    assert words.leans


@pytest.mark.parametrize(
    "text",
    [
        "护照多少钱",
        "厕所在哪里",
        "复印在几号窗口",
        "几点下班",
        "换驾照要带什么",
        "火星多少钱",
        "户口本丢了怎么办",
        "帮我办个居住证",
        "身份证怎么补办",
        "how much is a passport",
        "where is the toilet",
        "which window for a driving licence",
    ],
)
def test_a_question_with_a_subject_of_its_own_leans_on_nothing(text: str) -> None:
    assert not read(text).leans


def test_several_facets_are_found_in_order() -> None:
    assert read("居住证要带什么多少钱在几号窗口").facets == ("materials", "fee", "window")
    assert read("what documents do I need, how much is it and which window").facets == (
        "materials",
        "fee",
        "window",
    )


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("居住证要带什么护照多少钱", ["居住证要带什么", "护照多少钱"]),
        ("居住证要带什么，多少钱", ["居住证要带什么,多少钱"]),
        ("多少钱，护照", ["多少钱,护照"]),
        ("护照多少钱还有身份证在几号窗口", ["护照多少钱", "身份证在几号窗口"]),
        ("护照", ["护照"]),
        ("", []),
    ],
)
def test_a_sentence_is_cut_where_another_question_begins(text: str, parts: list[str]) -> None:
    assert [piece.text for piece in pieces(read(text))] == parts


def test_the_plain_form_has_one_width_one_case_and_no_control_characters() -> None:
    assert plain("　ＷｉＦｉ\x00密码\u200b是？！") == "wifi 密码 是"
    assert len(plain("长" * 10_000)) == LONGEST_QUESTION


@given(st.text(max_size=600))
def test_any_text_is_read(text: str) -> None:
    words = read(text)
    assert len(words.text) <= 18 * LONGEST_QUESTION  # NFKC may write one sign as eighteen
    assert all(0 <= span.start < span.end <= len(words.text) for span in words.spans)
    assert all(piece.text for piece in pieces(words))


def test_no_pattern_takes_long_on_hostile_text() -> None:
    """Patterns that go back and forth would hang on rows of the words they begin with."""
    for lang in ("zh", "en"):
        known = cues(lang)
        for word in (
            "那再我想",
            "不是",
            "好",
            "no ",
            "the ",
            "not a, ",
            "刚才",
            "都",
            "要多少",
            "什么",
            "我",
            "那个",
            "嗯",
            "要不要",
            "孩子",
            "是",
            "i ",
            "my ",
        ):
            text = plain(word * 150)
            for pattern in (*known.patterns.values(), *known.replace):
                pattern.fullmatch(text)
                pattern.fullmatch(text + "x")
            read(text)
