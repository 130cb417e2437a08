"""The wish for a number by voice and by touch, and what only sounds like it."""

from __future__ import annotations

import pytest

from kiosk_app.dialogue import Dialogue, Memory
from kiosk_app.reply import Language
from kiosk_app.request import ChoiceAsked, MatterAsked, TextAsked
from models.knowledge import Knowledge

TAKE = "hall.take_number"


@pytest.fixture(scope="module")
def dialogue(gov: Knowledge) -> Dialogue:
    """A dialogue on the shipped gov pack, which has queues."""
    return Dialogue(gov)


@pytest.mark.parametrize(
    "words",
    [
        "我要取号",
        "取个号",
        "取号",
        "帮我取个号吧",
        "给我一个号",
        "我要一个号",
        "拿个号",
        "麻烦帮我排个号",
        "take a number",
        "Can I get a ticket please",
        "I would like a queue number",
        "give me a number",
    ],
)
def test_the_wish_is_heard(dialogue: Dialogue, words: str) -> None:
    lang: Language = "en" if words.isascii() else "zh"
    reply = dialogue.answer(TextAsked(words), lang)
    assert (reply.act, reply.matter, reply.ticket) == ("answer", TAKE, ""), (
        "where no numbers are given it is explained"
    )


@pytest.mark.parametrize(
    "words",
    [
        "怎么取号",
        "没带身份证能取号吗",
        "取号机在哪儿",
        "叫号叫过了怎么办",
        "过号了怎么办",
        "先取号吗",
        "where do I get a number",
    ],
)
def test_a_question_about_numbers_is_answered(dialogue: Dialogue, words: str) -> None:
    reply = dialogue.answer(TextAsked(words), "en" if words.isascii() else "zh")
    assert reply.ticket is None and reply.act == "answer"


@pytest.mark.parametrize(
    "words", ["电话号码", "我的手机号码", "车牌号", "几号窗口", "window number", "好", "一个"]
)
def test_other_numbers_are_no_tickets(dialogue: Dialogue, words: str) -> None:
    assert dialogue.answer(TextAsked(words), "en" if words.isascii() else "zh").ticket is None


@pytest.mark.parametrize(
    ("words", "queue"),
    [
        ("我要取个办护照的号", "travel"),
        ("取一个社保卡的号", "insurance"),
        ("get a ticket for a passport", "travel"),
    ],
)
def test_what_it_is_for_names_the_queue(dialogue: Dialogue, words: str, queue: str) -> None:
    reply = dialogue.answer(TextAsked(words), "en" if words.isascii() else "zh")
    assert reply.ticket == queue


def test_what_is_talked_about_names_the_queue(dialogue: Dialogue) -> None:
    memory, _ = dialogue.take(Memory(), MatterAsked("gov.passport.apply"), "zh")
    memory, reply = dialogue.take(memory, TextAsked("取号"), "zh")
    assert reply.ticket == "travel"
    assert dialogue.take(memory, TextAsked("取号"), "zh")[1].ticket == "travel", "and once more"


@pytest.mark.parametrize("request_", [TextAsked("好的"), TextAsked("取一个吧"), ChoiceAsked(TAKE)])
def test_a_number_that_was_offered_is_taken(dialogue: Dialogue, request_: TextAsked | ChoiceAsked) -> None:
    matter = next(
        name for name, one in dialogue.knowledge.matters.items() if one.next == TAKE and not one.slots
    )
    memory, offered = dialogue.take(Memory(), MatterAsked(matter), "zh")
    assert [choice.target for choice in offered.choices] == [TAKE]
    queue = dialogue.knowledge.queue_of(matter)
    assert queue is not None
    assert dialogue.take(memory, request_, "zh")[1].ticket == queue.id


def test_without_queues_it_is_a_question_as_ever(counter: Knowledge) -> None:
    reply = Dialogue(counter).answer(TextAsked("我要取号"), "zh")
    assert reply.ticket is None and reply.matter == TAKE
