"""Every screen in a real window: nothing is cut, nothing overlaps, every target is large enough and does its duty."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from kiosk_app.guide.items import page_of
from tests.kiosk_app.ui.conftest import LONGEST_S, Report
from tests.kiosk_app.ui.driver import DRAWN
from tests.kiosk_app.ui.gallery import scenarios
from tests.kiosk_app.ui.samples import long_views, views
from tests.scheduling import PANELS

SCREENS = [(panel, name) for panel in PANELS for name in sorted(scenarios(panel))]

pytestmark = pytest.mark.timeout(LONGEST_S + 30)


@pytest.mark.parametrize(("panel", "name"), SCREENS)
def test_a_screen_is_whole_and_can_be_touched(
    panel: str, name: str, report_of: Callable[[str], Report]
) -> None:
    assert report_of(panel)["audit"][name] == []


@pytest.mark.parametrize(("panel", "name"), [(panel, name) for panel, name in SCREENS if name in DRAWN])
def test_every_text_stands_out_on_the_glass(
    panel: str, name: str, report_of: Callable[[str], Report]
) -> None:
    assert report_of(panel)["faint"][name] == []


@pytest.mark.parametrize("panel", PANELS)
def test_the_privacy_notice_is_whole(panel: str, report_of: Callable[[str], Report]) -> None:
    found = {name: p for name, p in report_of(panel)["audit"].items() if name.startswith("privacy")}
    assert found
    assert not any(found.values()), found
    drawn = {name: p for name, p in report_of(panel)["faint"].items() if name.startswith("privacy")}
    assert drawn
    assert not any(drawn.values()), drawn


@pytest.fixture
def touched(report_of: Callable[[str], Report]) -> dict[str, list[list]]:
    """By screen: what each target says, the events of touching it, whether their times are those of the touch."""
    return report_of("1080x1920")["touch"]


@pytest.fixture
def behaviours(report_of: Callable[[str], Report]) -> Report:
    """What the driver saw a finger do."""
    return report_of("1080x1920")["behaviours"]


def test_every_touch_says_first_that_somebody_is_here(touched: dict[str, list[list]]) -> None:
    for rows in touched.values():
        for said, events, timed in rows:
            assert events[0][0] == "ScreenTouched", said
            assert [name for name, _ in events].count("ScreenTouched") == 1
            assert timed, f"{said}: at is not the time of the touch"


def test_a_person_is_on_every_screen_but_out_of_service(touched: dict[str, list[list]]) -> None:
    for name, rows in touched.items():
        names = {event[0] for _, events, _ in rows for event in events}
        out = name in ("out_of_service", "out_of_service_reason", "starting")
        assert ("PersonRequested" in names) != out, name


def test_home_and_back_are_on_every_inner_screen(touched: dict[str, list[list]]) -> None:
    for name, rows in touched.items():
        names = {event[0] for _, events, _ in rows for event in events}
        if name.startswith(
            ("listening", "thinking", "answer", "clarify", "handover", "topics", "departments", "search")
        ):
            assert {"HomePressed", "BackPressed"} <= names, name


def test_no_button_does_nothing(touched: dict[str, list[list]]) -> None:
    local = ("隐私", "户口簿", "本人到场", "未满", "下面还有", "回到顶部", "带走", "看 3 号窗口", "声音")
    for name, rows in touched.items():
        for said, events, _ in rows:
            sound = not said and name.startswith("answer")  # a sign without words
            assert len(events) == 2 or said.startswith(local) or sound, (name, said)


def test_home_posts_what_was_chosen(touched: dict[str, list[list]]) -> None:
    chosen = {said: events[1] for said, events, _ in touched["attract"] if len(events) > 1}
    assert chosen["居住证办理"][0] == "MatterChosen"
    assert chosen["居住证办理"][1] | {"at": 0} == {
        "at": 0,
        "matter": "gov.residence_permit.apply",
        "facet": "summary",
    }
    assert chosen["证 身份户籍 身份证、居住证、户口"][1]["group"] == "identity"
    assert chosen["全部事项 共 12 类"][0] == "TopicsOpened"
    assert chosen[""][0] == "SpeakPressed", "the microphone has a sign and no words"
    assert chosen["English"][1]["lang"] == "en"
    assert chosen["长辈版"][0] == "ElderToggled"
    assert chosen["高对比"][0] == "ContrastToggled"


def test_choices_post_their_target(touched: dict[str, list[list]]) -> None:
    rows = [events[1] for said, events, _ in touched["clarify"] if said.startswith(tuple("123"))]
    assert [row[1]["target"] for row in rows] == ["p1", "p2", "p3"]
    rows = [events[1] for said, events, _ in touched["answer_choices"] if said.startswith(tuple("123456"))]
    assert [row[1]["target"] for row in rows] == [f"c{n}" for n in range(6)]


def test_whatever_can_be_touched_can_be_chosen_by_keys(touched: dict[str, list[list]]) -> None:
    """The same events with the same targets; any key silences and extends. Codes and notices are for the eye."""
    by_any_key = {"StopPressed", "StayPressed", "ScreenTouched"}
    for name, view in (views() | {"answer_choices": long_views()["answer_choices"]}).items():
        if view.corner is not None or view.screen == "out_of_service":
            continue
        offered = [item.does for item in page_of(view, 0.0).items if item.does is not None]
        heard = [[type(event).__name__, asdict(event)] for event in offered]
        for said, events, _ in touched[name]:
            for kind, fields in events:
                assert kind in by_any_key or [kind, fields | {"at": 0.0}] in heard, (name, said, kind)


def test_keys_of_a_pad_are_posted_and_no_others(behaviours: Report) -> None:
    *posted, notice_closed = behaviours["keys"]
    assert posted == [["KeyPressed", key] for key in ("2", "5", "star", "9")]
    assert notice_closed


def test_stop_while_speaking_and_repeat_afterwards(touched: dict[str, list[list]]) -> None:
    speaking = {events[-1][0] for _, events, _ in touched["answer"]}
    silent = {events[-1][0] for _, events, _ in touched["answer_text"]}
    assert "StopPressed" in speaking
    assert "RepeatPressed" not in speaking
    assert "RepeatPressed" in silent
    assert {"FinishPressed"} <= speaking & silent


def test_the_warning_can_be_answered(touched: dict[str, list[list]]) -> None:
    names = [events[-1][0] for _, events, _ in touched["warning"]]
    assert names[:2] == ["FinishPressed", "StayPressed"]


def test_ticks_stay_while_the_answer_stays_and_go_with_it(behaviours: Report) -> None:
    assert behaviours["ticks"] == [True, False, False]
    assert behaviours["ticks_after_speaking"] == [True, False, False]
    assert behaviours["ticks_of_next"] == [False, False, False]


def test_dragging_scrolls_and_presses_nothing(behaviours: Report) -> None:
    before, after, ticked = behaviours["drag"]
    assert after > before + 100
    assert not ticked
    assert behaviours["drag_events"] == ["ScreenTouched"]


def test_a_finger_that_slides_off_presses_nothing(behaviours: Report) -> None:
    assert behaviours["slip_events"] == ["ScreenTouched"]


def test_nothing_is_drawn_while_nothing_moves(behaviours: Report) -> None:
    assert behaviours["rest"] <= 3  # of some thirty if anything moved; the clock may have struck a minute


def test_views_from_many_calls_end_with_the_latest(behaviours: Report) -> None:
    assert behaviours["latest"] == "FarewellScreen"


def test_callbacks_come_from_the_toolkits_thread_only(behaviours: Report) -> None:
    assert behaviours["threads"] == ["MainThread"]


def test_a_picture_has_the_panels_pixels(behaviours: Report) -> None:
    data = Path(behaviours["picture"]).read_bytes()
    assert struct.unpack(">II", data[16:24]) == (1080, 1920)
    start = data.index(b"IDAT") + 4
    raw = zlib.decompress(data[start : data.index(b"IEND") - 4])
    assert tuple(raw[1:4]) == (0xF5, 0xF3, 0xEE), "the ground of the skin is in the upper left corner"
    assert len(set(raw[1 : 1 + 3 * 1080 * 200])) > 50, "there is more than ground"


def test_the_screen_stops_when_asked(report_of: Callable[[str], Report]) -> None:
    assert report_of("1080x1920")["stopped"] is True


def test_the_privacy_notice_turns_the_microphone_off_and_on(behaviours: Report) -> None:
    off, on, out_of_service = behaviours["mute"]
    assert off == ["关闭麦克风", "ScreenTouched", "MuteToggled", "True"]
    assert on == ["打开麦克风", "ScreenTouched", "MuteToggled", "True"]
    assert len(out_of_service) == 1, "a button that can do nothing is not offered"


def test_every_letter_posts_itself(touched: dict[str, list[list]]) -> None:
    keys = {said: events[1][1]["key"] for said, events, _ in touched["search"] if "key" in events[-1][1]}
    letters = {letter.upper(): letter for letter in "abcdefghijklmnopqrstuvwxyz"}
    assert keys == letters | {"清空": "clear", "删除": "delete"}


def test_what_is_found_is_chosen_by_a_touch(touched: dict[str, list[list]]) -> None:
    chosen = {said: events[-1] for said, events, _ in touched["search_some"]}
    assert chosen["身份证补领"][0] == "MatterChosen"
    assert chosen["身份证补领"][1]["matter"] == "gov.id_card.replace"


def test_with_nothing_found_one_may_speak_where_somebody_hears(touched: dict[str, list[list]]) -> None:
    heard, deaf = (
        {events[-1][0] for _, events, _ in touched[name]} for name in ("search_none", "search_none_deaf")
    )
    assert {"SpeakPressed", "PersonRequested"} <= heard
    assert "SpeakPressed" not in deaf
    assert "PersonRequested" in deaf


def test_the_list_of_topics_leads_to_the_search(touched: dict[str, list[list]]) -> None:
    assert ["按拼音查找", "SearchOpened"] in [[said, events[-1][0]] for said, events, _ in touched["topics"]]


def test_topics_and_departments_lead_to_each_other_and_on(touched: dict[str, list[list]]) -> None:
    for name in ("topics", "departments"):
        offered = [[said, events[-1][0]] for said, events, _ in touched[name]]
        assert ["按事项", "TopicsOpened"] in offered
        assert ["按部门", "DepartmentsOpened"] in offered
    chosen = {said: events[-1][1].get("group") for said, events, _ in touched["departments"]}
    assert chosen["税 税务 2 楼 17 号窗口"] == "department:tax"


def test_typing_keeps_the_keys_in_their_place_and_the_rows(behaviours: Report) -> None:
    typing = behaviours["typing"]
    more, fewer = typing["rows"]
    assert more > fewer > 0
    assert typing["kept"]
    assert typing["same_screen"]
    assert typing["keys_stay"]


def test_each_face_posts_its_rating(touched: dict[str, list[list]]) -> None:
    given = {said: events[-1] for said, events, _ in touched["farewell_rating"]}
    assert {said: event[1]["rating"] for said, event in given.items() if event[0] == "RatingGiven"} == {
        "满意": 3,
        "一般": 2,
        "不满意": 1,
    }
    for name in ("farewell", "farewell_rated"):
        assert "RatingGiven" not in {events[-1][0] for _, events, _ in touched[name]}
