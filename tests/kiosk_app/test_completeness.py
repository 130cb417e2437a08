"""Half-heard sentences judged by the shipped knowledge."""

from __future__ import annotations

import random

import pytest

from kiosk_app.completeness import KnownQuestions
from models.knowledge import Knowledge
from voice.completeness import Completeness


@pytest.fixture(scope="module")
def judge(gov: Knowledge) -> KnownQuestions:
    return KnownQuestions(gov)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Completeness.NOTHING),
        ("，。", Completeness.NOTHING),
        ("我想办居住证要带什么材料", Completeness.COMPLETE),
        ("我那个老房子的不动产权证要多少钱", Completeness.COMPLETE),
        ("多少钱", Completeness.COMPLETE),
        ("居住证", Completeness.NOTHING),
        ("我想", Completeness.OPEN),
        ("那个", Completeness.OPEN),
        ("我想咨询一下", Completeness.OPEN),
        ("我要办", Completeness.OPEN),
        ("身份证丢了怎么", Completeness.OPEN),
        ("因为我的", Completeness.OPEN),
        ("我的手机号是一三八", Completeness.DIGITS),
        ("我的身份证号是", Completeness.DIGITS),
        ("三百二十", Completeness.DIGITS),
        ("how do i apply for a", Completeness.OPEN),
        ("i would like to", Completeness.OPEN),
        ("can somebody help my mother", Completeness.NOTHING),
        ("my number is one three eight", Completeness.DIGITS),
        ("call me on 138", Completeness.DIGITS),
    ],
)
def test_a_text_is_judged(judge: KnownQuestions, text: str, expected: Completeness) -> None:
    assert judge(text) is expected


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_questions_of_the_pack_are_hardly_ever_waited_for(
    judge: KnownQuestions, gov: Knowledge, lang: str
) -> None:
    lines = random.Random(7).sample(gov.sentences(lang), 500)
    waited = [line for line in lines if judge(line) in (Completeness.OPEN, Completeness.DIGITS)]
    complete = sum(judge(line) is Completeness.COMPLETE for line in lines)
    assert len(waited) <= 5, waited
    assert complete >= 450


def test_the_beginning_of_a_question_is_hardly_ever_complete(judge: KnownQuestions, gov: Knowledge) -> None:
    lines = [line for line in gov.sentences("zh") if len(line) >= 6]
    halves = [line[: len(line) // 2] for line in random.Random(7).sample(lines, 500)]
    complete = [half for half in halves if judge(half) is Completeness.COMPLETE]
    assert len(complete) <= 15, complete
