"""A visit by ear: every function by keys alone, one item at a time, and nobody gets lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleet.device.events import HandoverAccepted
from kiosk_app import events as ev
from kiosk_app.guide.keys import KEYS, Key
from kiosk_app.guide.page import Item
from kiosk_app.queues import Ticket
from kiosk_app.reply import Card, Choice, Reply
from kiosk_app.request import ChoiceAsked, MatterAsked
from kiosk_app.session import Ask, CallStaff, Phase, PrintAnswer, Rated, Speak, TakeTicket, VisitStarted
from kiosk_app.ticket_view import QueueChoice
from kiosk_app.volumes import HEADPHONES_BEGIN
from tests.kiosk_app.guide.ear import Ear

ANSWER = Reply(
    "answer",
    "zh",
    "请带身份证和照片。",
    "居住证",
    matter="gov.a",
    cards=(
        Card("fact", "fee", "费用", ("免费",)),
        Card("checklist", "materials", "要带什么", ("身份证", "照片"), asked=True),
    ),
    choices=(Choice("gov.b", "身份证补领"),),
    note="以窗口为准。",
)
QUESTION = Reply("clarify", "zh", "您要办哪一项？", choices=(Choice("gov.a", "甲"), Choice("gov.b", "乙")))


def answered(ear: Ear, reply: Reply = ANSWER) -> None:
    """The dialogue answers what was asked last."""
    visit = ear.play.visit
    ear.happen(ev.Replied(ear.play.now, visit.turn, reply))


@pytest.fixture
def ear() -> Ear:
    """Somebody who has pressed one key and heard the welcome."""
    ear = Ear()
    assert "按2听下一项" in ear.press("5")
    return ear


def test_any_key_begins_a_visit_and_says_the_three_keys_that_matter_most() -> None:
    ear = Ear()
    words = ear.press("7")
    assert all(part in words for part in ("按2听下一项", "按5选择", "按9找工作人员"))
    assert VisitStarted(1, "keypad") in ear.play.effects
    assert ear.play.visit.guided and ear.play.visit.lang == "zh", "the first key only begins"


def test_a_person_is_one_key_away_even_with_the_first_key() -> None:
    ear = Ear()
    ear.press("9")
    assert ear.play.phase is Phase.HANDOVER
    assert any(isinstance(effect, CallStaff) for effect in ear.play.effects)
    assert "呼叫工作人员" in ear.heard[-1]
    ear.happen(HandoverAccepted(ear.play.now, ear.play.visit.handover, "我马上来"))
    assert ear.heard[-1] == "我马上来"
    assert "我马上来" in ear.press("2")


def test_items_are_heard_one_by_one_with_their_place(ear: Ear) -> None:
    count = len(ear.page.items)
    assert ear.press("2") == f"第1项，共{count}项：居住证办理。按5选择"
    assert ear.press("6") == f"第2项，共{count}项：身份证补领。按5选择"
    assert ear.press("8").startswith("第1项")
    assert ear.press("4").startswith(f"第{count}项"), "before the first comes the last"
    assert ear.press("0") == ear.heard[-2], "again"


def test_after_the_welcome_the_other_keys_are_told_on_any_screen() -> None:
    ear = Ear()
    assert "按0听按键说明" in ear.press("5")
    assert "星号键" in ear.press("0") and "星号键" in ear.press("0"), "the home screen has them at any time"
    ear = Ear()
    ear.happen(ev.MatterChosen(ear.play.now, "gov.a"))
    answered(ear)
    ear.press("2")
    assert "星号键" in ear.press("0")
    assert ear.press("0") == "请带身份证和照片。按2听下一项。"


def test_a_key_cuts_off_what_is_said(ear: Ear) -> None:
    before = ear.hushes
    ear.press("2", "2", "2")
    assert ear.hushes - before == 3


def test_a_matter_is_found_its_answer_heard_line_by_line_and_printed(ear: Ear) -> None:
    ear.find("身份证补领")
    ear.press("5")
    assert ear.play.wanted(Ask)[-1].request == MatterAsked("gov.b", "summary")
    answered(ear)
    assert ear.heard[-1] == "请带身份证和照片。按2听下一项。"
    heard = [ear.press("2").split("：", 1)[1] for _ in range(5)]
    assert heard == [
        "要带什么，2条里的第1条：身份证",
        "要带什么，2条里的第2条：照片",
        "费用：免费",
        "以窗口为准。",
        "身份证补领。按5选择",
    ]
    ear.find("打印小票")
    assert ear.press("5") == "正在打印。"
    job = next(effect for effect in ear.play.effects if isinstance(effect, PrintAnswer)).job
    ear.happen(ev.PlaybackFinished(ear.play.now, ear.play.state.utterances, completed=True))
    ear.happen(ev.Printed(ear.play.now, job))
    assert ear.heard[-1] == "打印好了，请在出纸口取走小票。"
    assert ear.press("hash").startswith("这里是首页")


def test_a_question_back_is_answered_by_keys(ear: Ear) -> None:
    ear.press("2", "5")
    answered(ear, QUESTION)
    ear.find("乙")
    ear.press("5")
    asked = [effect.request for effect in ear.play.effects if isinstance(effect, Ask)]
    assert asked[-1] == ChoiceAsked("gov.b")


def test_what_is_chosen_is_what_was_heard_though_the_list_has_changed(ear: Ear) -> None:
    assert "身份证补领" in ear.press("2", "2")
    page = ear.page
    longer = replace(page, items=(Item("新的", None, "new"), *page.items))
    ear.play.now += 1
    ear.happen(ev.KeyPressed(ear.play.now, "5", longer))
    assert ear.play.wanted(Ask)[-1].request == MatterAsked("gov.b", "summary")


def test_an_item_that_has_gone_is_not_chosen(ear: Ear) -> None:
    ear.press("2", "2")
    page = ear.page
    shorter = replace(page, items=(page.items[0], *page.items[2:]))
    ear.happen(ev.KeyPressed(ear.play.now, "5", shorter))
    assert ear.play.wanted(Ask) == []


def test_a_number_is_taken_by_keys() -> None:
    ear = Ear(ticketing=True)
    ear.press("5")
    ear.queues = (QueueChoice("papers", "A", "证件", "1、2", 3), QueueChoice("cash", "B", "缴费", "5"))
    ear.find("取号")
    assert "哪一类" in ear.press("5")
    ear.find("证件：3 人在等")
    ear.press("5")
    assert ear.play.wanted(TakeTicket)[-1].queue == "papers"
    ticket = Ticket("papers", "A012", 3, datetime(2026, 11, 23, 9, 0))
    ear.happen(ev.TicketGiven(ear.play.now, 1, ticket, {"zh": "您的号码是 A012。"}))
    assert "A012" in ear.heard[-1]
    assert "A012" in ear.press("2")
    ear.find("办好了")
    ear.press("5")
    assert ear.play.phase is Phase.FAREWELL


def test_another_answer_begins_at_its_first_item(ear: Ear) -> None:
    ear.press("2", "5")
    answered(ear)
    ear.press("2", "2", "2", "3")
    ear.happen(ev.NothingHeard(ear.play.now))
    ear.find("身份证补领")
    ear.press("5")
    answered(ear, replace(ANSWER, speech="另一个。"))
    assert ear.press("2").startswith("第1项")


def test_by_list_and_by_letters_a_matter_is_searched(ear: Ear) -> None:
    ear.find("全部事项")
    assert ear.press("5").startswith("全部事项")
    ear.find("按拼音查找")
    assert ear.press("5").startswith("查找")
    ear.find("字母J")
    ear.press("5")
    assert ear.play.visit.search == "j"
    assert "居住证办理" in ear.press("2")
    ear.press("5")
    assert ear.play.phase is Phase.THINKING


def test_who_wants_to_speak_is_told_when_and_only_then_listened_to(ear: Ear) -> None:
    assert not ear.play.state.listening, "else every word in the hall would interrupt"
    assert ear.press("3") == "请讲。"
    ear.happen(ev.PlaybackFinished(ear.play.now, ear.play.state.utterances, completed=True))
    assert ear.play.state.listening and ear.play.phase is Phase.LISTENING
    ear.happen(ev.NothingHeard(ear.play.now))
    assert "没听清" in ear.heard[-1]
    ear.happen(ev.MicrophoneLost(ear.play.now, "unplugged"))
    assert "听不到" in ear.press("3")


def test_volume_rate_and_language_change_what_is_said_next(ear: Ear) -> None:
    def said() -> Speak:
        return ear.play.wanted(Speak)[-1]

    loud = ear.play.visit.volume
    ear.press("minus", "minus")
    assert said().volume == pytest.approx(loud - 0.2)
    ear.press("plus")
    assert said().volume == pytest.approx(loud - 0.1)
    ear.press("1")
    assert said().rate == 0.7
    assert ear.press("7").startswith("This is the start")
    assert said().lang == "en"
    assert ear.press("2").startswith("Item 1 of")


def test_whoever_does_nothing_is_asked_and_any_key_goes_on(ear: Ear) -> None:
    ear.press("2", "5")
    answered(ear)
    timing = ear.play.state.timing
    spoken = ear.play.state.speaking
    assert spoken is not None
    ear.play.wait(spoken.lost_at - ear.play.now + timing.inactivity + 5)
    assert ear.play.phase is Phase.ANSWERING and not ear.play.visit.warned, "as long as in elder mode"
    for _ in range(10):
        while not ear.play.visit.warned:
            ear.play.wait(5)
        assert "好的，我们继续" in ear.press("2"), "it only goes on"
        assert ear.play.phase is Phase.ANSWERING
    ear.play.wait(600)
    assert ear.play.state.visit is None


def test_the_goodbye_is_rated_by_keys(ear: Ear) -> None:
    ear.press("2", "5")
    answered(ear)
    ear.find("办好了")
    assert "评价" in ear.press("5")
    ear.find("一般")
    ear.press("5")
    assert any(isinstance(effect, Rated) and effect.rating == 2 for effect in ear.play.effects)
    ear.play.wait(60)
    assert ear.play.state.visit is None


def test_out_of_service_is_said_to_who_presses_a_key() -> None:
    ear = Ear()
    ear.happen(ev.PartDown(ear.play.now, "knowledge", "broken"))
    assert "暂停服务" in ear.press("2")
    assert ear.play.phase is Phase.OUT_OF_SERVICE and ear.play.state.visit is None
    ear.happen(ev.PartUp(ear.play.now, "knowledge"))
    assert ear.play.state.speaking is None


def test_headphones_begin_a_visit_softly_and_their_end_is_silence() -> None:
    ear = Ear(volume=0.9)
    ear.happen(ev.HeadphonesIn(ear.play.now))
    said = ear.play.wanted(Speak)[-1]
    assert (said.private, said.volume) == (True, HEADPHONES_BEGIN)
    assert "按2听下一项" in ear.heard[-1]
    assert VisitStarted(1, "headphones") in ear.play.effects
    ear.press("plus", "plus")
    assert ear.play.visit.volume == pytest.approx(HEADPHONES_BEGIN + 0.2)
    ear.press("2", "5")
    ear.happen(ev.HeadphonesOut(ear.play.now))
    assert ear.play.state.speaking is None
    before = len(ear.heard)
    answered(ear)
    assert len(ear.heard) == before, "the hall hears nothing of it"
    ear.play.wait(ear.play.state.timing.unplugged)
    assert ear.play.state.visit is None


def test_who_presses_a_key_after_the_headphones_goes_on_at_the_sites_volume() -> None:
    ear = Ear(volume=0.9)
    ear.happen(ev.HeadphonesIn(ear.play.now))
    ear.happen(ev.HeadphonesOut(ear.play.now))
    ear.press("2")
    said = ear.play.wanted(Speak)[-1]
    assert (said.private, said.volume) == (False, 0.9)
    ear.play.wait(20)
    assert ear.play.state.visit is not None


def test_who_wears_headphones_is_here_though_no_camera_sees_it() -> None:
    ear = Ear(senses=("camera",))
    ear.happen(ev.HeadphonesIn(ear.play.now))
    ear.happen(ev.PersonLeft(ear.play.now))
    ear.play.wait(30)
    assert ear.press("2").startswith("第1项")
    ear.play.wait(1200)
    assert ear.play.state.visit is None, "a plug that was forgotten holds nobody's visit"


def test_nothing_of_a_walk_is_left_for_the_next_visitor(ear: Ear) -> None:
    ear.press("2", "2", "7", "plus")
    ear.play.wait(1200)
    assert ear.play.state.visit is None
    ear.press("5")
    visit = ear.play.visit
    assert (visit.cursor, visit.item, visit.lang, visit.volume) == (-1, "", "zh", ear.play.state.volume)


KEYSTROKES = st.lists(
    st.sampled_from([*KEYS, "wait", "reply", "question", "staff", "in", "out", "heard"]), max_size=30
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(KEYSTROKES, st.booleans())
def test_whatever_keys_are_pressed_home_is_two_keys_away_and_a_person_one(
    strokes: list[str], link: bool
) -> None:
    ear = Ear()
    if not link:
        ear.happen(ev.LinkDown(ear.play.now, "no route"))
    ear.press("2")
    for stroke in strokes:
        _stroke(ear, stroke)
    assert ear.play.phase is not Phase.OUT_OF_SERVICE
    home = Ear()
    home.play.state, home.play.now = ear.play.state, ear.play.now
    home.press("hash")
    if home.play.phase is not Phase.GREETING or home.play.visit.browsing:
        home.press("hash")
    assert home.play.phase is Phase.GREETING and not home.play.visit.browsing
    ear.press("9")
    assert ear.play.phase is Phase.HANDOVER and ear.play.visit.guided
    assert any(words in ear.heard[-1] for words in ("工作人员", "咨询台", "staff", "service desk", "来了"))


def _stroke(ear: Ear, stroke: str) -> None:
    play, at = ear.play, ear.play.now
    visit = play.state.visit
    if stroke == "wait":
        play.wait(25)
    elif stroke in ("reply", "question") and visit is not None:
        answered(ear, ANSWER if stroke == "reply" else QUESTION)
    elif stroke == "staff" and visit is not None:
        ear.happen(HandoverAccepted(at, visit.handover, "来了"))
    elif stroke == "in":
        ear.happen(ev.HeadphonesIn(at))
    elif stroke == "out":
        ear.happen(ev.HeadphonesOut(at))
    elif stroke == "heard":
        ear.happen(ev.SpeechStarted(at))
        ear.happen(ev.NothingHeard(at))
    elif stroke in KEYS:
        key: Key = stroke
        ear.press(key)
