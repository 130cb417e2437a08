"""What is heard of the place: whether it is open, its departments, the way to a window."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk_app import events as ev
from kiosk_app.guide.items import page_of
from kiosk_app.opening import OpeningState
from kiosk_app.view import ViewData
from tests.kiosk_app.ui.samples import plans, views


def heard(view: ViewData) -> str:
    return "\n".join(item.words for item in page_of(view, 1.0).items)


def posted(view: ViewData) -> set[type]:
    return {type(item.does) for item in page_of(view, 1.0).items}


def test_whether_it_is_open_is_heard_first() -> None:
    closed = replace(views()["attract"], opening=OpeningState("closed", 540, 9, date(2026, 10, 8)))
    first = page_of(closed, 1.0).items[0].words
    assert "今天休息" in first
    assert "10 月 8 日 9:00 开门" in first
    assert "·" not in first, "a dot is no pause"
    assert "开门" not in heard(replace(closed, opening=None))
    assert "现在开放" in heard(views()["answer_hours"])


def test_topics_and_departments_lead_to_each_other() -> None:
    topics, departments = views()["topics"], views()["departments"]
    assert ev.DepartmentsOpened in posted(topics)
    assert ev.TopicsOpened in posted(departments)
    assert "税务" in heard(departments)
    assert "身份户籍" not in heard(departments)
    assert page_of(topics, 1.0).place != page_of(departments, 1.0).place
    assert ev.DepartmentsOpened not in posted(replace(topics, departments=()))


def test_the_way_is_told_to_who_cannot_see_the_plan() -> None:
    (line,) = (line for line in heard(plans()["plan_here"]).splitlines() if "5 号 身份证窗口" in line)
    assert "就在本层，走约 15 米" in line
    assert "乘电梯到 2 楼" in heard(plans()["plan_upstairs"])
    assert "Take the lift to floor 2" in heard(plans("en")["plan_upstairs"])
