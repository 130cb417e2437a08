"""Any file, whole or damaged, gives drafts, remarks or one clear problem; drafts are always sound YAML."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.knowledge.document import read_document
from models.knowledge.importing import import_files
from models.knowledge.importing.draft_files import approve
from models.knowledge.importing.listing import items, questions
from models.knowledge.importing.vocabulary import column_label, line_label, plain, without_guide
from tests.models.knowledge.importing.documents import (
    COLUMNS,
    ROWS,
    csv_text,
    write_docx,
    write_pdf,
    write_xlsx,
)
from tests.models.knowledge.importing.test_documents import GUIDE, PAGE, SECOND, as_html
from tests.models.knowledge.tiny import write_pack

_NUMBER = itertools.count()
_WORDS = st.sampled_from(
    [
        "事项",
        "居住证办理",
        "申请材料",
        "收费标准：",
        "办理流程",
        "1.",
        "（一）",
        "一、",
        "①",
        "免费",
        "问：",
        "答：",
        "\n",
        " ",
        "；",
        "：",
        "Fee",
        "Steps: a",
        "<td>",
        "<table rowspan=9>",
        "<h2>",
        "</p>",
        "<br>",
        '"',
        ",",
        "\t",
        "[title.zh]",
        "[id]",
        "=1+1",
        "\x07",
        "\u202e",
    ]
)
_TEXT = st.lists(_WORDS | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=40).map(
    "".join
)


def imported(folder: Path, name: str, raw: bytes) -> None:
    """Import bytes under a name and look at all that comes of it."""
    file = folder / name
    file.write_bytes(raw)
    out = folder / f"out{next(_NUMBER)}"
    report = import_files([file], out)
    assert report.drafts or report.remarks or report.problems
    for problem in report.problems:
        assert name in problem.message and len(problem.message.splitlines()) == 1
    for item in report.drafts:
        document = read_document(item.path)
        assert document.problems == [], document.problems
        assert document.value["draft"]["from"] and document.value["id"] == item.draft.id


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A sound file of each format."""
    folder = tmp_path_factory.mktemp("whole")
    write_xlsx(folder / "a.xlsx", {"表": [COLUMNS, *ROWS]}, {"表": ["A2:A3"]})
    write_docx(folder / "a.docx", GUIDE)
    write_pdf(folder / "a.pdf", [PAGE, SECOND])
    (folder / "a.html").write_text(as_html(GUIDE), "utf-8")
    (folder / "a.csv").write_text(csv_text([COLUMNS, *ROWS]), "utf-8")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@settings(max_examples=150)
@given(name=st.sampled_from(["a.csv", "a.html", "a.txt", "a.xls", "a"]), text=_TEXT)
def test_any_text(tmp_path_factory: pytest.TempPathFactory, name: str, text: str) -> None:
    imported(tmp_path_factory.getbasetemp(), name, text.encode())


@settings(max_examples=60)
@given(
    name=st.sampled_from(["a.csv", "a.html", "a.txt", "a.xlsx", "a.docx", "a.pdf"]),
    raw=st.binary(max_size=200),
)
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, name: str, raw: bytes) -> None:
    imported(tmp_path_factory.getbasetemp(), name, raw)


@settings(max_examples=80)
@given(
    name=st.sampled_from(["a.xlsx", "a.docx", "a.pdf", "a.html", "a.csv"]),
    cut=st.floats(0, 1),
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
)
def test_any_damage(
    whole: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    cut: float,
    flips: list[tuple[float, int]],
) -> None:
    raw = bytearray(whole[name])
    for place, value in flips:
        raw[min(int(place * len(raw)), len(raw) - 1)] = value
    imported(tmp_path_factory.getbasetemp(), name, bytes(raw[: int(cut * len(raw))] if cut < 0.6 else raw))


@settings(max_examples=40)
@given(
    rows=st.lists(
        st.lists(_TEXT | st.integers() | st.none() | st.dates() | st.booleans(), max_size=5), max_size=5
    )
)
def test_any_cells(tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]) -> None:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    sound = [
        [ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in row]
        for row in rows
    ]
    file = write_xlsx(
        tmp_path_factory.getbasetemp() / "cells.xlsx", {"a": [["事项", "费用", "问法"], *sound]}
    )
    imported(tmp_path_factory.getbasetemp(), "cells.xlsx", file.read_bytes())


@settings(max_examples=300)
@given(_TEXT)
def test_labels_and_lists_of_any_text(text: str) -> None:
    for take in (column_label, line_label, plain, without_guide):
        take(text)
    assert all(item.strip() == item and item for item in items(text))
    assert all(question for question in questions(text))


def test_numbers_by_the_thousand_take_no_time_to_speak_of() -> None:
    for text in (
        "1." * 20_000,
        "（一）" * 20_000,
        "a：" * 20_000,
        " " * 50_000 + "x",
        "？" * 20_000,
        "·" * 20_000,
    ):
        items(text)
        questions(text)
        line_label(text)
        column_label(text)


def test_a_page_nested_without_end(tmp_path: Path) -> None:
    imported(tmp_path, "deep.html", ("<div>" * 30_000 + "费用：1" + "</div>" * 30_000).encode())


@settings(max_examples=60)
@given(raw=st.binary(max_size=80) | _TEXT.map(str.encode))
def test_a_draft_in_any_state_is_told_or_approved(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp() / "approving"
    pack = folder / "tiny"
    if not pack.is_dir():
        write_pack(folder)
    draft = pack / "drafts" / "local.a.yaml"
    draft.parent.mkdir(exist_ok=True)
    draft.write_bytes(raw)
    file, problems = approve(pack, "local.a")
    assert file is None and problems
    assert {problem.file for problem in problems} == {str(draft)}
