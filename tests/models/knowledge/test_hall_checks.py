"""Floors, departments and hours of a hall.yaml: what is wrong is told with its line, what is right is carried."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from models.knowledge import Problem, validate_packs
from models.knowledge.assemble import assemble
from models.knowledge.content import CONTENT, Hall
from models.knowledge.place import Box, Counter
from models.knowledge.source import read_packs
from models.knowledge.validate import SHIPPED
from tests.models.knowledge.tiny import write

HALL: dict[str, Any] = {
    "windows": [
        {"id": number, "floor": floor, "name": {"zh": f"{number} 号", "en": f"No {number}"}}
        for number, floor in (("1", 1), ("2", 1), ("3", 2))
    ],
    "opening": {
        "week": [
            {"days": ["mon", "tue", "wed", "thu", "fri"], "hours": ["9:00-12:00", "13:30-17:00"]},
            {"days": ["sat"], "hours": ["9:00—12:00"]},
        ],
        "closed": ["2026-10-01"],
        "special": [{"dates": ["2026-10-10"], "hours": ["9:00-16:00"]}],
    },
    "departments": [{"id": "tax", "glyph": "税", "name": {"zh": "税务", "en": "Tax"}, "windows": ["2", "3"]}],
    "plan": [
        {
            "floor": 1,
            "size": [20, 12.5],
            "counters": [{"at": [2, 1, 6, 2], "windows": ["1", "2"]}],
            "rooms": [{"at": [0, 5, 4, 3], "name": {"zh": "办公室", "en": "Office"}}, {"at": [9, 0, 1, 3]}],
            "spots": [{"kind": "lift", "at": [18, 6]}],
            "kiosk": [10, 10],
        },
        {"floor": 2, "size": [20, 12], "counters": [{"at": [1, 1, 2, 4], "windows": ["3"]}]},
    ],
}


def told(folder: Path, change: Callable[[dict[str, Any]], object]) -> list[Problem]:
    """What is said of the hall after a change."""
    hall = deepcopy(HALL)
    change(hall)
    write(folder / "hall.yaml", hall)
    return [problem for problem in validate_packs([folder]) if problem.file == str(folder / "hall.yaml")]


def test_a_good_hall_is_carried_in_the_artefacts_content(tiny_pack: Path) -> None:
    assert told(tiny_pack, lambda hall: None) == []
    content = assemble(read_packs([tiny_pack]))
    ground, upper = content.hall.plan
    assert (ground.pack, ground.floor, ground.width, ground.depth) == ("tiny", 1, 20, 12.5)
    assert list(ground.counters[0].places()) == [("1", Box(2, 1, 3, 2)), ("2", Box(5, 1, 3, 2))]
    assert (ground.kiosk, upper.kiosk) == ((10, 10), None)
    assert [room.name.get("en", "") for room in ground.rooms] == ["Office", ""]
    (tax,) = content.hall.departments
    assert (tax.id, tax.windows, tax.name["zh"]) == ("tax", ("2", "3"), "税务")
    opening = content.hall.opening
    assert opening is not None
    assert opening.on(date(2026, 10, 9)) == ((540, 720), (810, 1020))
    assert opening.on(date(2026, 10, 1)) == ()
    assert opening.on(date(2026, 10, 10)) == ((540, 960),)
    assert opening.on(date(2026, 10, 17)) == ((540, 720),)
    assert opening.on(date(2026, 10, 18)) == ()
    assert CONTENT.validate_json(CONTENT.dump_json(content)) == content


def test_windows_one_under_the_other_share_the_longer_side() -> None:
    assert list(Counter(Box(0, 2, 1, 6), ("8", "9")).places()) == [
        ("8", Box(0, 2, 1, 3)),
        ("9", Box(0, 5, 1, 3)),
    ]


def test_content_of_before_has_none_of_it_and_still_loads(tiny_pack: Path) -> None:
    assert told(tiny_pack, lambda hall: None) == []
    before = CONTENT.dump_python(assemble(read_packs([tiny_pack])), mode="json")
    for key in ("plan", "departments", "opening"):
        del before["hall"][key]
    hall = CONTENT.validate_python(before).hall
    assert (hall.plan, hall.departments, hall.opening) == ((), (), None)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda h: h["plan"][0]["counters"][0]["windows"].append("9"), "there is no window `9`"),
        (lambda h: h["plan"][0]["counters"][0]["windows"].append("3"), "is on floor 2 under `windows`"),
        (lambda h: h["plan"][0]["counters"][0]["windows"].append("1"), "`1` stands here twice"),
        (lambda h: h["plan"][0]["counters"][0]["windows"].remove("2"), "has no window `2`"),
        (lambda h: h["plan"][0]["counters"][0].update(at=[2, 1, 19, 2]), "stands out of the floor"),
        (lambda h: h["plan"][0]["rooms"][1].update(at=[9, 0, 0, 3]), "no width or no depth"),
        (lambda h: h["plan"][0]["rooms"][1].update(at=[9, 0, 1]), "rooms[2].at"),
        (lambda h: h["plan"][0]["rooms"][1].update(at=[9, -1, 1, 1]), "rooms[2].at[2]"),
        (lambda h: h["plan"][0]["rooms"][1].update(at=[9, "nan", 1, 1]), "rooms[2].at[2]"),
        (lambda h: h["plan"][0]["spots"][0].update(at=[21, 6]), "lies outside of the floor"),
        (lambda h: h["plan"][0]["spots"][0].update(kind="helipad"), "plan[1].spots[1].kind"),
        (lambda h: h["plan"][0].update(kiosk=[10, 13]), "lies outside of the floor"),
        (lambda h: h["plan"][0].update(kiosk=[3, 2]), "stands inside of a room or counter"),
        (lambda h: h["plan"][1].update(kiosk=[5, 5]), "stands_at"),
        (lambda h: h["plan"][1].update(floor=1), "`1` stands here twice"),
        (lambda h: h["plan"][0].update(size=[0, 5]), "at least 1 by 1 metre"),
        (lambda h: h["departments"][0]["windows"].append("12"), "there is no window `12`"),
        (lambda h: h["departments"].append(deepcopy(h["departments"][0])), "`tax` stands here twice"),
        (lambda h: h["windows"].append(deepcopy(h["windows"][0])), "`1` stands here twice"),
        (lambda h: h["opening"]["week"][1].update(hours=["12:00-9:00"]), "ends before it begins"),
        (lambda h: h["opening"]["week"][0]["hours"].append("16:00-18:00"), "before the span above it"),
        (lambda h: h["opening"]["week"][0].update(hours=["9 Uhr"]), "opening.week[1].hours[1]"),
        (lambda h: h["opening"]["week"][0].update(hours=["9:00-24:30"]), "opening.week[1].hours[1]"),
        (lambda h: h["opening"]["week"][1].update(days=["fri"]), "`fri` stands here twice"),
        (lambda h: h["opening"]["closed"].append("2026-10-10"), "`2026-10-10` stands here twice"),
        (lambda h: h["opening"].update(closed=["2026-02-30"]), "is no day of the calendar"),
    ],
)
def test_what_is_wrong_is_said(
    tiny_pack: Path, change: Callable[[dict[str, Any]], object], says: str
) -> None:
    problems = told(tiny_pack, change)
    assert any(says in problem.message for problem in problems), problems
    assert all(problem.line > 1 for problem in problems), problems


@pytest.mark.parametrize("name", ["gov", "bank"])
def test_the_shipped_venues_show_every_window_and_have_a_department_for_each(name: str) -> None:
    hall = assemble(read_packs([SHIPPED / name], (SHIPPED,))).hall
    drawn = [id_ for plan in hall.plan for counter in plan.counters for id_, _ in counter.places()]
    everything = [window.id for window in hall.windows]
    assert sorted(drawn) == sorted(everything)
    assert {id_ for one in hall.departments for id_ in one.windows} == set(everything)
    assert [plan.floor for plan in hall.plan if plan.kiosk] == [1]
    assert all(any(spot.kind == "lift" for spot in plan.spots) for plan in hall.plan)


@pytest.mark.parametrize(
    "plan",
    [
        {"width": float("nan")},
        {"width": 1e9},
        {"counters": [{"at": {"left": -1, "top": 0, "width": 1, "depth": 1}, "windows": []}]},
        {"rooms": [{"at": {"left": 0, "top": 0, "width": 1, "depth": 1}, "name": {}}] * 101},
    ],
)
def test_an_artefact_with_an_absurd_floor_is_refused(plan: dict[str, Any]) -> None:
    good = {"pack": "a", "floor": 1, "width": 9, "depth": 9, "counters": [], "rooms": [], "spots": []}
    hall = {"windows": [], "hours": {}, "address": {}, "plan": [{**good, **plan}]}
    from pydantic import TypeAdapter

    assert TypeAdapter(Hall).validate_python({**hall, "plan": [good]}).plan[0].width == 9
    with pytest.raises(ValidationError):
        TypeAdapter(Hall).validate_python(hall)
