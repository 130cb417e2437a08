"""Text or touch in, reply out, on the shipped knowledge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.dialogue import Dialogue, Memory, language_of
from kiosk_app.dialogue.cues import LONGEST_QUESTION
from kiosk_app.reply import Language, Reply
from kiosk_app.request import ChoiceAsked, MatterAsked, TextAsked, TopicAsked
from models.knowledge import Knowledge
from tests.kiosk_app.knowledge import chinese_only

MATTER = "gov.residence_permit.apply"


@pytest.fixture(scope="module")
def dialogue(gov: Knowledge) -> Dialogue:
    """A dialogue on the shipped gov pack."""
    return Dialogue(gov)


@pytest.mark.parametrize(
    ("question", "lang", "facet"),
    [
        ("我想办居住证，要带什么材料", "zh", "materials"),
        ("居住证在几号窗口办", "zh", "window"),
        ("办居住证多少钱", "zh", "fee"),
        ("what documents do I need for a residence permit", "en", "materials"),
    ],
)
def test_a_question_in_words_is_answered_with_the_facet_asked_for(
    dialogue: Dialogue, question: str, lang: Language, facet: str
) -> None:
    reply = dialogue.answer(TextAsked(question), lang)
    assert (reply.act, reply.matter, reply.facet, reply.lang) == ("answer", MATTER, facet, lang)
    asked = [card for card in reply.cards if card.asked]
    assert [card.facet for card in asked] == [facet]
    assert reply.cards[0] == asked[0], "the card that was asked for does not come first"
    for item in asked[0].items:
        assert item.rstrip("。.") in reply.speech


@pytest.mark.parametrize("question", ["有人晕倒了", "着火了", "救命", "someone fainted", "there is a fire"])
def test_an_emergency_calls_staff_and_says_so(dialogue: Dialogue, question: str) -> None:
    reply = dialogue.answer(TextAsked(question), language_of(question))
    assert (reply.act, reply.matter) == ("answer", "hall.emergency")
    assert reply.called.endswith(reply.speech) and reply.called != reply.speech


@pytest.mark.parametrize("question", ["安全出口在哪里", "居住证要带什么"])
def test_whoever_asks_for_a_place_or_a_paper_calls_nobody(dialogue: Dialogue, question: str) -> None:
    assert dialogue.answer(TextAsked(question), "zh").called == ""


def test_touch_and_words_lead_to_the_same_answer(dialogue: Dialogue) -> None:
    spoken = dialogue.answer(TextAsked("我想办居住证，要带什么材料", 0.8), "zh")
    typed = dialogue.answer(TextAsked("我想办居住证，要带什么材料"), "zh")
    touched = dialogue.answer(MatterAsked(MATTER, "materials"), "zh")
    assert spoken == typed
    assert replace(spoken, confidence=1.0) == touched


def test_a_matter_is_told_in_both_languages_with_the_same_cards(dialogue: Dialogue) -> None:
    zh, en = (dialogue.answer(MatterAsked(MATTER), lang) for lang in ("zh", "en"))
    assert [card.facet for card in zh.cards] == [card.facet for card in en.cards]
    assert language_of(zh.speech + zh.title) == "zh"
    assert language_of(en.speech + en.title + "".join(card.title for card in en.cards)) == "en"


def test_every_matter_can_be_shown_in_every_facet(dialogue: Dialogue, gov: Knowledge) -> None:
    facets = (
        "summary",
        "materials",
        "steps",
        "fee",
        "time_limit",
        "window",
        "hours",
        "online",
        "legal_basis",
    )
    for matter in gov.matters:
        for lang in ("zh", "en"):
            for facet in facets:
                reply = dialogue.answer(MatterAsked(matter, facet), lang)
                assert reply.act in ("answer", "ask_slot")
                assert reply.matter == matter
                assert reply.speech.strip()
                assert "{" not in reply.speech
                assert all(card.items and all(card.items) for card in reply.cards)


def test_a_facet_that_a_matter_lacks_is_answered_with_the_summary(dialogue: Dialogue) -> None:
    reply = dialogue.answer(MatterAsked(MATTER, "colour"), "zh")
    assert reply.facet == "summary"
    assert reply == dialogue.answer(MatterAsked(MATTER), "zh")


def test_a_topic_offers_its_matters(dialogue: Dialogue, gov: Knowledge) -> None:
    for topic in gov.topics:
        reply = dialogue.answer(TopicAsked(topic.id), "en")
        assert (reply.act, reply.title) == ("clarify", topic.title["en"])
        assert reply.alternatives == tuple(topic.matters)


@pytest.mark.parametrize("request_", [MatterAsked("gov.gone"), TopicAsked("gone"), TextAsked("")])
def test_what_the_pack_no_longer_has_is_a_miss(
    dialogue: Dialogue, request_: MatterAsked | TopicAsked | TextAsked
) -> None:
    reply = dialogue.answer(request_, "zh")
    assert (reply.act, reply.matter) == ("reject", None)
    assert reply.choices, "there is nothing to go on with"


def test_what_is_none_of_our_business_is_not_answered(dialogue: Dialogue) -> None:
    for question in ("红烧肉怎么做", "给我讲个笑话", "who won the match last night"):
        reply = dialogue.answer(TextAsked(question), language_of(question))
        assert (reply.act, reply.alternatives) == ("reject", ()), question


def test_the_second_miss_in_a_row_offers_a_person(dialogue: Dialogue, gov: Knowledge) -> None:
    memory, first = dialogue.take(Memory(), TextAsked("红烧肉怎么做"), "zh")
    assert (first.act, first.missed) == ("reject", True)
    assert {choice.target for choice in first.choices} <= set(gov.frequent)
    for _ in range(3):
        memory, again = dialogue.take(memory, TextAsked("红烧肉怎么做"), "zh")
        assert (again.act, again.missed) == ("handoff", True)
        assert len(again.choices) == 1
        _, taken = dialogue.take(memory, ChoiceAsked(again.choices[0].target), "zh")
        assert (taken.act, taken.choices) == ("handoff", ())


@pytest.mark.parametrize(
    ("words", "act", "command"),
    [
        ("转人工", "handoff", None),
        ("再说一遍", "repeat", None),
        ("再见", "goodbye", None),
        ("谢谢你", "smalltalk", None),
        ("说慢一点", "command", "command.slower"),
    ],
)
def test_small_talk_and_commands(dialogue: Dialogue, words: str, act: str, command: str | None) -> None:
    reply = dialogue.answer(TextAsked(words), "zh")
    assert (reply.act, reply.command, reply.matter) == (act, command, None)


def test_a_language_that_the_pack_lacks_is_answered_in_its_own(gov: Knowledge) -> None:
    reply = Dialogue(chinese_only(gov)).answer(MatterAsked(MATTER), "en")
    assert (reply.act, reply.lang) == ("answer", "zh")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=2 * LONGEST_QUESTION))
def test_any_text_gets_a_complete_reply(dialogue: Dialogue, text: str) -> None:
    reply: Reply = dialogue.answer(TextAsked(text), language_of(text))
    assert reply.speech or reply.act == "command"
    assert 0.0 <= reply.confidence <= 1.0
    assert (reply.matter is None) or reply.act in ("answer", "ask_slot")
    assert bool(reply.alternatives) == (reply.act in ("clarify", "confirm"))


@pytest.mark.parametrize(
    ("text", "lang"),
    [("居住证", "zh"), ("WiFi 密码", "zh"), ("residence permit", "en"), ("", "en"), ("123", "en")],
)
def test_the_language_of_a_text(text: str, lang: str) -> None:
    assert language_of(text) == lang
