"""What counts as not understood, and what is kept of it."""

from __future__ import annotations

import pytest

from kiosk_app.learning.misses import LONGEST_KEPT, Miss, MissWatcher, keepable
from tests.kiosk_app.learning.visit import Visit


@pytest.fixture
def visit() -> Visit[Miss]:
    """A visit that a fresh watcher sees."""
    return Visit(MissWatcher().observe)


def test_what_the_kiosk_rejects_is_given_when_the_visit_ends(visit: Visit[Miss]) -> None:
    visit.miss("暂住的那个卡怎么续")
    assert visit.found == []
    visit.end()
    assert visit.found == [Miss("暂住的那个卡怎么续", "rejected")]
    visit.end()
    assert len(visit.found) == 1


def test_a_miss_is_settled_by_what_the_citizen_goes_on_to(visit: Visit[Miss]) -> None:
    visit.miss("暂住的那个卡怎么续")
    visit.say("居住证签注", "answer", "gov.residence_permit.renew")
    visit.miss("我那个小红本呢")
    visit.touch("gov.household.move_in")
    visit.say("厕所在哪", "answer", "hall.restroom")
    visit.end()
    assert [miss.settled for miss in visit.found] == ["gov.residence_permit.renew", "gov.household.move_in"]


def test_an_offer_that_is_taken_is_no_miss(visit: Visit[Miss]) -> None:
    visit.say("办卡", "clarify", offered=("gov.a", "gov.b"))
    visit.touch("gov.b")
    visit.say("证件", "confirm", offered=("gov.c",))
    visit.say("是的", "answer", "gov.c")
    visit.end()
    assert visit.found == []


def test_an_offer_that_is_passed_over_is_refused(visit: Visit[Miss]) -> None:
    visit.say("领结婚证", "confirm", offered=("gov.household.newborn",))
    visit.say("结婚登记", "answer", "gov.marriage")
    visit.say("房产证过户", "clarify", offered=("gov.a", "gov.b"))
    visit.end()
    assert visit.found == [
        Miss("领结婚证", "refused", settled="gov.marriage"),
        Miss("房产证过户", "refused"),
    ]


def test_a_person_who_is_called_marks_what_was_missed_before(visit: Visit[Miss]) -> None:
    visit.miss("低保怎么申请")
    visit.say("低保啊低保", "confirm", offered=("hall.progress",))
    visit.call_staff()
    visit.end()
    assert [(miss.reason, miss.handed_over) for miss in visit.found] == [
        ("rejected", True),
        ("refused", True),
    ]


def test_an_answer_that_is_denied_was_a_miss_and_settled_nothing(visit: Visit[Miss]) -> None:
    visit.miss("小红本")
    visit.say("那个红的本子", "answer", "gov.household.move_in")
    visit.say("大声点", "command")
    visit.say("不是这个", "reject")
    visit.say("房产证", "answer", "gov.property")
    visit.end()
    assert visit.found == [
        Miss("小红本", "rejected"),
        Miss("那个红的本子", "refused", settled="gov.property"),
    ]


def test_a_person_is_offered_instead_of_a_third_guess(visit: Visit[Miss]) -> None:
    visit.say("小红本", "confirm", offered=("gov.a",))
    visit.miss("就是那个红的本子", act="handoff")
    visit.end()
    assert [(miss.text, miss.reason) for miss in visit.found] == [
        ("小红本", "refused"),
        ("就是那个红的本子", "rejected"),
    ]


def test_how_much_of_nothing_is_no_miss(visit: Visit[Miss]) -> None:
    visit.ask_back("多少钱", ("gov.a", "gov.b"))
    visit.say("居住证", "answer", "gov.residence_permit.apply")
    visit.end()
    assert visit.found == []


def test_answers_small_talk_and_topics_leave_nothing(visit: Visit[Miss]) -> None:
    visit.say("居住证怎么办", "answer", "gov.residence_permit.apply")
    visit.say("谢谢", "smalltalk")
    visit.say("再见", "goodbye")
    visit.touch("hall.hours")
    visit.end()
    assert visit.found == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("暂住的那个卡怎么续", "暂住的那个卡怎么续"),
        ("我叫张三，身份证110105194912310029查不到", "我叫[name]，身份证[id]查不到"),
        ("三三零一零六", ""),
        ("110105", ""),
        ("是13800138000", ""),
        ("王小明", ""),
        ("张三。", ""),
        ("嗯", ""),
        ("", ""),
        ("😀😀", ""),
        ("很" * (LONGEST_KEPT + 1), ""),
        ("how  about\tthe little\nred book", "how about the little red book"),
    ],
)
def test_only_redacted_questions_are_kept(said: str, kept: str) -> None:
    assert keepable(said) == kept
