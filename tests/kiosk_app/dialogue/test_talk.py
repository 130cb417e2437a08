"""What holds for every talk: any words, any touches, any order."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.dialogue import Dialogue, Memory, language_of
from kiosk_app.reply import Language, Reply
from kiosk_app.request import ChoiceAsked, MatterAsked, Request, TextAsked, TopicAsked
from models.knowledge import Knowledge

TODAY = date(2026, 11, 21)
SAID = (
    "护照多少钱",
    "身份证要带什么",
    "居住证",
    "身份证丢了",
    "那要多少钱",
    "几号窗口",
    "第一个",
    "最后一个",
    "第二个",
    "要",
    "不用",
    "不是这个",
    "不是丢了，是到期",
    "我说的是护照",
    "回到上一个",
    "刚才那个居住证呢",
    "那护照呢",
    "我不知道",
    "小孩",
    "再说一遍",
    "说慢一点",
    "谢谢",
    "转人工",
    "什么破机器",
    "红烧肉怎么做",
    "重新开始",
    "结婚登记多少钱",
    "居住证要带什么，护照多少钱",
    "how much is a passport",
    "and the fee?",
    "no, I meant the passport",
    "嗯",
    "什么",
    "丢了",
    "明天上午",
    "三万块",
    "不是我的，是我孩子的",
    "我说的是护照不是居住证",
    "我妈能替我办吗",
    "上面那个",
    "多少前",
)
TEXTS = st.sampled_from(SAID) | st.text(max_size=60)
TURNS = st.lists(
    st.builds(TextAsked, TEXTS)
    | st.builds(
        ChoiceAsked, st.sampled_from(["gov.passport.apply", "slot:child", "slot:", "slot:x", "gone", ""])
    )
    | st.builds(MatterAsked, st.sampled_from(["gov.passport.apply", "gov.notary", "gone"]))
    | st.builds(TopicAsked, st.sampled_from(["papers", "gone"])),
    max_size=8,
)
NASTY = (
    "",
    " ",
    "\n\t\r",
    "？！。，",
    "字" * 10_000,
    "a" * 10_000,
    "不是" * 5_000,
    "那再" * 5_000,
    "多少钱" * 3_000,
    "1" * 10_000,
    "零一二三四五六七八九十百千万亿" * 100,
    "😀👨‍👩‍👧‍👦🏳️‍🌈",
    "\x00\x01\x02\x1b[31m\x7f\x80\x9f",
    "\u202e证住居\u202c",
    "\u200b\ufeff\u2060",
    "居住证 residence permit قيمة ცხოვრება",
    "e\u0301" * 50,
    "\ud7a3\uffff\U0010ffff",
    "﷽" * 50,
    "ﾊﾝｶｸ",
)  # fmt: skip


@pytest.fixture(scope="module")
def dialogue(counter: Knowledge) -> Dialogue:
    """A dialogue on the small pack."""
    return Dialogue(counter, lambda: TODAY)


def _sound(reply: Reply, memory: Memory, lang: Language) -> None:
    assert reply.speech.strip() or reply.act == "command"
    assert reply.lang == lang
    assert "{" not in reply.speech
    assert 0.0 <= reply.confidence <= 1.0
    assert bool(reply.alternatives) == (reply.act in ("clarify", "confirm"))
    asks_slot = any(choice.target == "slot:" for choice in reply.choices)
    assert asks_slot if reply.act == "ask_slot" else not asks_slot or reply.act == "repeat"
    if reply.act in ("answer", "ask_slot"):
        assert reply.matter is not None
    if reply.act != "command" and reply.missed:
        assert reply.choices
    targets = tuple(choice.target for choice in reply.choices)
    if reply.asks_back and reply.act != "repeat":
        assert memory.offered == targets
    assert sum(part is not None for part in (memory.asking, memory.offer)) <= 1


@settings(max_examples=300)
@given(TURNS, st.sampled_from(["zh", "en"]))
def test_any_talk_gets_sound_replies(dialogue: Dialogue, turns: list[Request], lang: Language) -> None:
    memory = Memory()
    for request in turns:
        memory, reply = dialogue.take(memory, request, lang)
        _sound(reply, memory, lang)


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_bad_input_is_answered_calmly_whatever_is_open(dialogue: Dialogue, text: str) -> None:
    for before in ((), ("护照多少钱",), ("居住证多少钱",), ("红烧肉怎么做",), ("多少钱",)):
        memory = Memory()
        for said in before:
            memory, _ = dialogue.take(memory, TextAsked(said), "zh")
        memory, reply = dialogue.take(memory, TextAsked(text), "zh")
        _sound(reply, memory, "zh")


def test_the_same_talk_has_the_same_replies_and_changes_nothing_it_was_given(dialogue: Dialogue) -> None:
    dice = random.Random(7)
    for _ in range(30):
        turns = [TextAsked(dice.choice(SAID)) for _ in range(6)]
        states = [Memory()]
        replies: list[Reply] = []
        for turn in turns:
            before = repr(states[-1])
            memory, reply = dialogue.take(states[-1], turn, language_of(turn.text))
            assert repr(states[-1]) == before
            states.append(memory)
            replies.append(reply)
        for state, turn, reply in zip(states, turns, replies, strict=False):
            assert dialogue.take(state, turn, language_of(turn.text))[1] == reply


def test_nothing_of_one_session_reaches_the_next(dialogue: Dialogue) -> None:
    """Whoever comes next gets what the first citizen of the day would get."""
    fresh = {said: dialogue.answer(TextAsked(said), language_of(said)) for said in SAID}
    memory = Memory()
    for said in SAID:
        memory, _ = dialogue.take(memory, TextAsked(said), language_of(said))
    assert {said: dialogue.answer(TextAsked(said), language_of(said)) for said in SAID} == fresh


def test_a_next_step_is_offered_once_in_a_visit(dialogue: Dialogue) -> None:
    dice = random.Random(3)
    for _ in range(40):
        memory, offers = Memory(), 0
        for _ in range(12):
            text = dice.choice([said for said in SAID if said != "再见"])
            memory, reply = dialogue.take(memory, TextAsked(text), "zh")
            taken = [choice.target for choice in reply.choices]
            offers += reply.act == "answer" and taken == ["hall.take_number"]
        assert offers <= 1


def test_there_is_never_a_third_guess(dialogue: Dialogue) -> None:
    """After two turns in a row that came to nothing, whatever is not understood is offered a person."""
    guesses = ("reject", "clarify", "confirm")
    for nonsense in ("红烧肉怎么做", "给我讲个笑话", "", "😀"):
        memory, acts = Memory(), list[str]()
        for _ in range(5):
            memory, reply = dialogue.take(memory, TextAsked(nonsense), "zh")
            acts.append(reply.act)
        assert acts[0] in guesses
        assert set(acts[1:]) == {"handoff"}


@pytest.mark.parametrize(
    ("day", "told"),
    [(date(2026, 6, 30), True), (date(2026, 7, 1), False), (date(2030, 1, 1), False)],
)
def test_content_is_told_until_its_last_day(counter: Knowledge, day: date, told: bool) -> None:
    reply = Dialogue(counter, lambda: day).answer(MatterAsked("gov.marriage.register", "fee"), "zh")
    assert (reply.act == "answer") == told
    assert ("9元" in reply.speech) == told


def test_the_day_is_asked_for_at_each_turn(counter: Knowledge) -> None:
    """A kiosk runs for weeks: content that lapses at midnight is not told in the morning."""
    today = date(2026, 6, 30)
    days: Callable[[], date] = lambda: today  # noqa: E731  reads the name below each time
    dialogue = Dialogue(counter, days)
    assert dialogue.answer(MatterAsked("gov.marriage.register"), "zh").act == "answer"
    today += timedelta(days=1)
    assert dialogue.answer(MatterAsked("gov.marriage.register"), "zh").act == "handoff"


def test_a_slot_can_be_answered_by_touch(dialogue: Dialogue) -> None:
    memory, asked = dialogue.take(Memory(), MatterAsked("gov.passport.apply", "fee"), "zh")
    assert asked.act == "ask_slot"
    for choice, speech in zip(asked.choices, ("120元", "80元", "未满十六周岁：80元"), strict=True):
        _, reply = dialogue.take(memory, ChoiceAsked(choice.target), "zh")
        assert (reply.act, reply.matter, reply.facet) == ("answer", "gov.passport.apply", "fee")
        assert speech in reply.speech
    _, late = dialogue.take(Memory(), ChoiceAsked(asked.choices[0].target), "zh")
    assert late.act == "reject", "an answer to a question that nobody asked"


def test_an_offer_can_be_taken_by_touch(dialogue: Dialogue) -> None:
    memory, reply = dialogue.take(Memory(), TextAsked("居住证多少钱"), "zh")
    assert [choice.target for choice in reply.choices] == ["hall.take_number"]
    _, taken = dialogue.take(memory, ChoiceAsked("hall.take_number"), "zh")
    assert (taken.act, taken.matter) == ("answer", "hall.take_number")


def test_another_language_in_the_middle_of_a_talk(dialogue: Dialogue) -> None:
    memory, _ = dialogue.take(Memory(), TextAsked("居住证多少钱"), "zh")
    _, reply = dialogue.take(memory, TextAsked("which window"), "en")
    assert (reply.act, reply.matter, reply.facet, reply.lang) == (
        "answer",
        "gov.residence_permit.apply",
        "window",
        "en",
    )
