"""The way to a window: on which floors, by what, how far; and what is said when it cannot be shown."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import pytest

from kiosk_app.config import SiteConfig
from kiosk_app.plan import Stand, Wayfinder
from kiosk_app.plan_check import check_opening, check_plan, wayfinder_of
from models.knowledge.content import Hall, Window
from models.knowledge.place import Box, Counter, FloorPlan, Opening, Room, Spot
from tests.kiosk_app.ui.homes import knowledge

GROUND = FloorPlan(
    "gov",
    1,
    20,
    10,
    (Counter(Box(2, 0, 6, 2), ("1", "2")),),
    (Room(Box(10, 0, 2, 7), {}),),
    (Spot("lift", (18, 5)), Spot("stairs", (14, 9)), Spot("entrance", (10, 10))),
    (6, 9),
)
UPPER = FloorPlan("gov", 2, 20, 10, (Counter(Box(2, 0, 3, 2), ("3",)),), (), (Spot("lift", (18, 5)),))
WINDOWS = tuple(
    Window(id_, "gov", floor, {"zh": f"{id_} 号", "en": f"No {id_}"})
    for id_, floor in (("1", 1), ("2", 1), ("3", 2))
)
HALL = Hall(WINDOWS, {}, {}, plan=(GROUND, UPPER))


def keys(*ids: str) -> tuple[tuple[str, str], ...]:
    return tuple(("gov", id_) for id_ in ids)


def test_on_the_same_floor_the_way_ends_before_the_window() -> None:
    view = Wayfinder(HALL).shows(keys("2"), "en")
    assert view is not None
    assert (view.windows, view.name, view.floor, view.here, view.ride) == (("2",), "No 2", 1, 1, "")
    (sheet,) = view.sheets
    assert sheet.here == (6, 9)
    assert sheet.lines[0][0] == (6, 9)
    assert sheet.lines[0][-1] == (6.5, 2.9)
    assert [mark.id for mark in sheet.windows if mark.wanted] == ["2"]
    assert view.metres == 5


def test_to_another_floor_it_takes_the_lift_and_shows_both() -> None:
    view = Wayfinder(HALL).shows(keys("3"), "zh")
    assert view is not None
    assert (view.here, view.floor, view.ride) == (1, 2, "lift")
    below, above = view.sheets
    assert below.lines[0][-1] == (18, 5) == above.lines[0][0]
    assert [spot.kind for spot in below.spots if spot.used] == ["lift"]
    assert above.here is None


def test_without_a_lift_it_takes_the_stairs() -> None:
    floors = tuple(replace(plan, spots=(Spot("stairs", (14, 9)),)) for plan in (GROUND, UPPER))
    view = Wayfinder(replace(HALL, plan=floors)).shows(keys("3"), "zh")
    assert view is not None
    assert view.ride == "stairs"


def test_with_no_way_up_the_window_is_still_shown() -> None:
    floors = (replace(GROUND, spots=()), UPPER)
    view = Wayfinder(replace(HALL, plan=floors)).shows(keys("3"), "zh")
    assert view is not None
    assert (view.ride, view.metres) == ("", 0)
    assert [sheet.floor for sheet in view.sheets] == [2]


def test_several_windows_each_have_a_way_and_share_a_sheet() -> None:
    view = Wayfinder(HALL).shows(keys("3", "1", "2"), "zh")
    assert view is not None
    assert view.windows == ("3", "1", "2")
    assert [sheet.floor for sheet in view.sheets] == [1, 2]
    assert len(view.sheets[0].lines) == 3


def test_what_the_plan_does_not_have_is_passed_over() -> None:
    wayfinder = Wayfinder(HALL)
    assert wayfinder.shows(keys("9"), "zh") is None
    assert wayfinder.shows((), "zh") is None
    assert wayfinder.shows((("bank", "1"),), "zh") is None
    view = wayfinder.shows(keys("9", "1"), "zh")
    assert view is not None
    assert view.windows == ("1",)


def test_the_same_question_gets_the_same_object_for_no_view_is_drawn_twice() -> None:
    wayfinder = Wayfinder(HALL)
    assert wayfinder.shows(keys("1"), "zh") is wayfinder.shows(keys("1"), "zh")
    assert wayfinder.shows(keys("1"), "zh") is not wayfinder.shows(keys("1"), "en")


def test_the_configuration_goes_before_the_plans_own_kiosk() -> None:
    site = SiteConfig.model_validate({"stands_at": {"floor": 2, "x": 15, "y": 8}})
    view = wayfinder_of(HALL, site).shows(keys("3"), "zh")
    assert view is not None
    assert (view.here, view.sheets[0].here) == (2, (15, 8))
    down = wayfinder_of(HALL, site).shows(keys("1"), "zh")
    assert down is not None
    assert [sheet.floor for sheet in down.sheets] == [2, 1]


@pytest.mark.parametrize(
    ("stand", "says"),
    [
        (Stand(7, 1, 1), "floor 7, of which there is no plan"),
        (Stand(1, 11, 3), "no free place"),
        (Stand(1, 25, 3), "no free place"),
    ],
)
def test_a_kiosk_that_stands_nowhere_is_told_and_still_shows_the_window(stand: Stand, says: str) -> None:
    wayfinder = Wayfinder(HALL, stand)
    assert says in next(wayfinder.complaints())
    view = wayfinder.shows(keys("1"), "zh")
    assert view is not None
    assert view.sheets[0].lines == ()


def test_windows_that_cannot_be_reached_are_named() -> None:
    walled = replace(GROUND, rooms=(Room(Box(0, 3, 20, 1), {}),))
    wayfinder = Wayfinder(replace(HALL, plan=(walled, UPPER)))
    assert list(wayfinder.complaints()) == ["no way leads to the windows 1, 2"]


def test_the_doctor_knows_no_plan_a_good_one_and_a_bad_one() -> None:
    site = SiteConfig()
    assert check_plan(Hall((), {}, {}), site).state == "skip"
    assert check_plan(HALL, site).figure == "the way to 3 windows on 2 floors"
    lost = SiteConfig.model_validate({"stands_at": {"floor": 7, "x": 1, "y": 1}})
    assert check_plan(HALL, lost).state == "warn"
    assert "stands_at" in check_plan(HALL, lost).fix


def test_the_doctor_reminds_of_the_next_years_holidays() -> None:
    week = (((540, 1020),),) * 7
    known = Hall((), {}, {}, opening=Opening(week, {date(2026, 10, 7): ()}))
    assert check_opening(known, date(2026, 10, 7)).figure == "1 holidays, the last on 2026-10-07"
    late = check_opening(known, date(2026, 10, 8))
    assert (late.state, "2026-10-07" in late.figure) == ("warn", True)
    assert check_opening(Hall((), {}, {}, opening=Opening(week, {})), date(2026, 10, 8)).state == "ok"
    assert check_opening(Hall((), {}, {}), date(2026, 10, 8)).state == "skip"


@pytest.mark.parametrize("pack", ["gov", "bank"])
def test_a_way_leads_to_every_window_of_the_shipped_halls_at_once(pack: str) -> None:
    hall = knowledge(pack).hall
    began = time.perf_counter()
    wayfinder = Wayfinder(hall)
    assert list(wayfinder.complaints()) == []
    for window in hall.windows:
        view = wayfinder.shows(((pack, window.id),), "zh")
        assert view is not None
        assert view.floor == window.floor
        assert view.metres > 0
        assert view.ride == ("lift" if window.floor > 1 else "")
    assert time.perf_counter() - began < 2.0
