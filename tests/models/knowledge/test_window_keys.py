"""The windows that a matter names by their numbers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from models.knowledge import Problem, validate_packs
from models.knowledge.assemble import assemble
from models.knowledge.content import CONTENT, Hall, Window
from models.knowledge.source import read_packs
from models.knowledge.validate import SHIPPED, examine_packs, notes_on
from models.knowledge.window_keys import named_in
from tests.models.knowledge.tiny import matter, write

PASSPORT = "matters/gov.passport.apply.yaml"
SLOT: dict[str, Any] = {
    "id": "who",
    "question": {"zh": "谁办？", "en": "Who is it for?"},
    "options": [
        {"id": "me", "title": {"zh": "本人", "en": "Me"}, "answer": {"zh": "来吧。", "en": "Come."}},
        {
            "id": "firm",
            "title": {"zh": "公司", "en": "A company"},
            "facets": {"window": {"zh": "一楼 6 号窗口", "en": "Window 6, ground floor"}},
        },
    ],
}


@pytest.fixture
def hall(tiny_pack: Path) -> Path:
    """A pack with windows 5 and 6."""
    windows = [
        {"id": number, "floor": 1, "name": {"zh": f"{number} 号", "en": number}} for number in ("5", "6")
    ]
    write(tiny_pack / "hall.yaml", {"windows": windows})
    return tiny_pack


def change(folder: Path, **keys: object) -> list[Problem]:
    """Write keys of a matter; what is wrong then."""
    write(folder / PASSPORT, {**matter("gov.passport.apply"), **keys})
    return validate_packs([folder])


def test_a_window_that_the_hall_has_is_fine(hall: Path) -> None:
    assert change(hall, windows=["5"]) == []


def test_a_window_that_it_lacks_is_told_with_its_line(hall: Path) -> None:
    (problem,) = change(hall, windows=["5", "66"])
    assert problem.file == str(hall / PASSPORT)
    assert problem.line == (hall / PASSPORT).read_text("utf-8").splitlines().index("- '66'") + 1
    assert "`windows[2]` names the window `66`" in problem.message
    assert "did you mean `6`?" in problem.message


def test_an_answer_to_a_slot_with_its_own_window_needs_its_own_key(hall: Path) -> None:
    (problem,) = change(hall, windows=["5"], slots=[SLOT])
    assert "`slots[1].options[2]` has its own `facets.window`" in problem.message
    own = {**SLOT, "options": [SLOT["options"][0], {**SLOT["options"][1], "windows": ["6"]}]}
    assert change(hall, windows=["5"], slots=[own]) == []
    (made,) = [m for m in assemble(read_packs([hall])).matters if m.id == "gov.passport.apply"]
    assert made.windows == ("5",)
    assert made.under([made.slots[0].options[0]]).windows == ("5",)
    assert made.under([made.slots[0].options[1]]).windows == ("6",)


def test_prose_that_names_a_window_without_the_key_is_a_note(hall: Path) -> None:
    facets = {**matter("gov.passport.apply")["facets"], "window": {"zh": "5 号窗口", "en": "Window 5"}}
    assert change(hall, facets=facets) == []
    _, notes = examine_packs([hall])
    told = [note for note in notes if "`windows` does not" in note.message]
    assert [note.file for note in told] == [str(hall / PASSPORT)]


def test_every_number_in_a_shipped_packs_prose_is_in_its_key() -> None:
    """In one pack after the other, for their numbers are the same."""
    for name in ("hall", "gov", "bank"):
        sources = read_packs([SHIPPED / name], (SHIPPED,))
        assert [note for note in notes_on(sources) if "`windows` does not" in note.message] == []
        for part in sources[0].matters:
            assert part.content is not None
            prose = (part.content.facets.window or {}).get("zh", "")
            assert set(part.content.windows) == named_in(prose), part.content.id


def test_a_house_number_is_no_window() -> None:
    assert named_in("3 号楼一楼 2、13 号窗口，12号柜台") == {"2", "13", "12"}


def test_content_of_before_has_no_keys_and_still_loads(hall: Path) -> None:
    content = assemble(read_packs([hall]))
    before = CONTENT.dump_python(content, mode="json")
    for one in before["matters"]:
        del one["windows"]
    assert CONTENT.validate_python(before).matters[0].windows == ()


def test_a_shared_packs_matter_means_the_window_of_the_venue() -> None:
    service = Window("1", "gov", 1, {"zh": "综合服务台"})
    lobby = Window("1", "bank", 1, {"zh": "大堂服务台"})
    hall = Hall((lobby, service), {}, {})
    assert hall.window("1", "gov") is service
    assert hall.window("1", "hall") is lobby
    assert hall.window("9", "gov") is None


def test_the_venues_hall_takes_the_place_of_the_shared_one() -> None:
    windows = assemble(read_packs([SHIPPED / "gov"], (SHIPPED,))).hall.windows
    assert len(windows) == 27
    assert {window.pack for window in windows} == {"gov"}
    alone = assemble(read_packs([SHIPPED / "hall"], (SHIPPED,))).hall.windows
    assert [asdict(window)["id"] for window in alone] == ["1"]
