from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.knowledge import validate_packs
from models.knowledge.document import Document, read_document
from models.knowledge.explain import check_shape
from models.knowledge.guide import FILES, SPECIMEN, as_markdown, explain_schema, json_schema_of
from models.knowledge.importing.vocabulary import notes
from models.knowledge.importing.workbook import columns

DOCS = Path(__file__).parents[3] / "docs" / "knowledge.md"


@pytest.mark.parametrize("name", list(FILES))
def test_every_key_has_a_meaning_in_both_languages_and_an_example(name: str) -> None:
    for entry in explain_schema(name):
        assert entry.zh and entry.en, f"{name}: {entry.key} is not explained in schema.py and guide.tsv"
        assert entry.example or entry.kind in ("keys", "list of keys", "the same keys as above"), entry.key


@pytest.mark.parametrize("name", list(FILES))
def test_the_specimens_have_the_shape_they_show(name: str) -> None:
    document = read_document(FILES[name].specimen)
    assert check_shape(document, FILES[name].model) is not None, document.problems
    problems = [p for p in validate_packs([SPECIMEN]) if p.file == str(FILES[name].specimen)]
    allowed = ("write at least", "which no pack here has", "not in the folder `speech`")  # short and alone
    assert all(any(text in problem.message for text in allowed) for problem in problems), problems


def test_the_page_for_the_office_lists_the_keys_as_they_are() -> None:
    text = DOCS.read_text("utf-8")
    assert text.partition("held by a test -->\n")[2] == as_markdown(), "python -m models.knowledge.guide"


def test_the_json_schema_is_one_that_editors_know() -> None:
    schema = json.loads(json.dumps(json_schema_of("matter")))
    assert schema["additionalProperties"] is False
    assert {"id", "title", "slots", "next"} <= schema["properties"].keys()
    assert "answer" in schema["required"]


def test_every_column_of_the_workbook_has_a_heading() -> None:
    for key in columns():
        stem = key.removesuffix(".zh").removesuffix(".en").removeprefix("facets.")
        assert f"column.{stem}" in notes(), key


def test_an_unknown_key_is_explained_in_a_document_of_its_own() -> None:
    document = Document("x", {"id": "a", "colour": "red"})
    assert check_shape(document, FILES["hall"].model) is None
    assert any("unknown key `colour`" in problem.message for problem in document.problems)
