from __future__ import annotations

import string
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.errors import KnowledgeError
from models.facets import LIST_FACETS, TEXT_FACETS
from models.knowledge import shipped_packs
from models.knowledge.document import Document, parse_document
from models.knowledge.importing import export_pack, import_files
from models.knowledge.importing.draft_files import approve
from models.knowledge.importing.workbook import columns
from models.knowledge.pack_yaml import dump
from tests.models.knowledge.tiny import matter, write, write_pack


def headings(sheet: Any) -> dict[str, int]:
    return {str(cell.value).rpartition("[")[2].rstrip("]"): cell.column for cell in sheet[1]}


def test_there_is_a_column_for_every_key() -> None:
    assert {
        "id",
        "title.zh",
        "examples.en",
        "facets.legal_basis.en",
        "at_window",
        "slots",
        "next",
        "valid.from",
    } <= {*columns()}
    assert len(columns()) == len({*columns()})


@pytest.mark.parametrize("name", sorted(shipped_packs()))
def test_a_shipped_pack_goes_out_and_comes_back_unchanged(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    (folder / "matters").mkdir(parents=True)
    for path in sorted((shipped_packs()[name] / "matters").glob("*.yaml"))[:8]:
        (folder / "matters" / path.name).write_bytes(path.read_bytes())
    count = export_pack(folder, tmp_path / "out.xlsx")
    report = import_files([tmp_path / "out.xlsx"], folder)
    assert report.drafts == () and len(report.unchanged) == count and report.remarks == ()


def test_an_edit_in_the_workbook_becomes_a_change_of_that_and_nothing_else(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    data = matter("gov.passport.apply") | {"varies": {"zh": "各地不同", "en": "Differs"}, "at_window": "true"}
    data["slots"] = [
        {
            "id": "kind",
            "question": {"zh": "首次还是换发？", "en": "First or renewal?"},
            "options": [
                {"id": "first", "title": {"zh": "首次", "en": "First"}},
                {
                    "id": "renew",
                    "title": {"zh": "换发", "en": "Renewal"},
                    "says": {"zh": ["到期"], "en": ["expired"]},
                    "answer": {"zh": "带旧护照来。", "en": "Bring the old passport."},
                },
            ],
        }
    ]
    write(folder / "matters" / "gov.passport.apply.yaml", data)
    out = tmp_path / "out.xlsx"
    export_pack(folder, out)
    book = openpyxl.load_workbook(out)
    sheet: Any = book.active
    at = headings(sheet)
    row = next(row for row in range(2, 9) if sheet.cell(row, at["id"]).value == "gov.passport.apply")
    sheet.cell(row, at["facets.fee.zh"]).value = 120
    sheet.cell(row, at["examples.zh"]).value += "\n1元护照怎么办"
    sheet.cell(row, at["varies.zh"]).value = None
    sheet.cell(row, at["varies.en"]).value = None
    book.save(out)
    report = import_files([out], folder)
    assert [item.draft.id for item in report.drafts] == ["gov.passport.apply"]
    draft = report.drafts[0].draft
    data["facets"]["fee"]["zh"] = "120"
    data["examples"]["zh"].append("1元护照怎么办")
    del data["varies"]
    assert draft.data == data
    file, problems = approve(folder, "gov.passport.apply")
    assert problems == [] and file is not None


def test_a_cell_of_slots_that_is_broken_is_told(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    out = tmp_path / "out.xlsx"
    export_pack(folder, out)
    book = openpyxl.load_workbook(out)
    sheet: Any = book.active
    sheet.cell(2, headings(sheet)["slots"]).value = "- id: [a"
    book.save(out)
    report = import_files([out], folder)
    assert any(told.startswith("slots: ") for item in report.drafts for told in item.draft.changes)


def test_what_no_cell_can_hold_is_refused(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    data = matter("gov.passport.apply")
    data["examples"]["zh"] = ["长" * 190 + str(number) for number in range(200)]
    write(folder / "matters" / "gov.passport.apply.yaml", data)
    with pytest.raises(KnowledgeError, match="a cell holds 32767"):
        export_pack(folder, tmp_path / "out.xlsx")


_LETTERS = "证照费 ：:#=+-@'\"\\%1.９，；\n①•" + string.ascii_letters
_LINE = st.text(st.sampled_from(_LETTERS), min_size=1, max_size=12).map(str.strip).filter(bool)
_TEXTS = st.dictionaries(st.sampled_from(["zh", "en"]), _LINE, min_size=1)
_LINES = st.lists(_LINE, min_size=1, max_size=3, unique=True)
_LISTS = st.dictionaries(st.sampled_from(["zh", "en"]), _LINES, min_size=1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=_TEXTS,
    examples=_LISTS,
    texts=st.dictionaries(st.sampled_from(TEXT_FACETS), _TEXTS, max_size=3),
    lists=st.dictionaries(st.sampled_from(LIST_FACETS), _LISTS, max_size=2),
    source=_LINE,
)
def test_any_matter_goes_out_and_comes_back(
    tmp_path: Path, title: Any, examples: Any, texts: Any, lists: Any, source: str
) -> None:
    data = {
        "id": "local.a",
        "title": title,
        "examples": examples,
        "facets": {**texts, **lists},
        "source": source,
    }
    write(tmp_path / "p" / "matters" / "local.a.yaml", data)
    export_pack(tmp_path / "p", tmp_path / "out.xlsx")
    report = import_files([tmp_path / "out.xlsx"], tmp_path / "p")
    assert report.unchanged == ("local.a",), [item.draft.changes for item in report.drafts]


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n:#-\"' "), min_size=1),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3)
            | st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3)
        ),
        max_leaves=6,
    ).filter(lambda value: not isinstance(value, str))
)
def test_what_is_written_as_yaml_is_read_back(value: Any) -> None:
    document = Document("x")
    parse_document(document, dump(value))
    assert document.value == value and not document.problems
