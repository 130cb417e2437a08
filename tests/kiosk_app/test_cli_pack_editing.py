"""``kiosk pack import``, ``approve``, ``export``, ``schema``, and how ``show`` and ``diff`` put it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kiosk_app.cli import pack
from tests.models.knowledge.importing.documents import write_xlsx
from tests.models.knowledge.tiny import matter, write, write_pack


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small pack's folder."""
    return write_pack(tmp_path)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """A spreadsheet with one new matter and one that the pack has."""
    path = tmp_path / "清单.csv"
    path.write_text("事项,费用,电话\n居住证办理,20元,12345\n护照办理,120元,\n", "gb18030")
    return path


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(pack.app, [str(word) for word in words])


def document(result: Result) -> Any:
    assert result.stdout.count("\n") == 1
    return json.loads(result.stdout)


def test_import_tells_each_draft_and_what_is_missing(folder: Path, sheet: Path) -> None:
    result = run("import", sheet, "--out", folder)
    assert result.exit_code == 0
    assert "drafts/gov.residence_permit.apply.yaml  居住证办理" in result.stdout
    assert "no steps found" in result.stdout and "2 drafts written" in result.stdout
    assert run("validate", folder).stdout.startswith("note: ")


def test_import_for_machines(folder: Path, sheet: Path) -> None:
    told = document(run("import", sheet, "--out", folder, "--json"))
    assert told["ok"] and told["problems"] == []
    first, second = told["drafts"]
    assert first["id"] == "gov.residence_permit.apply" and first["unplaced"] == ["电话：12345"]
    assert first["from"] == ["清单.csv, row 2"] and not first["kept"]
    assert second["id"] == "gov.passport.apply" and any("免费" in change for change in second["changes"])
    assert document(run("import", sheet, "--out", folder, "--json"))["drafts"][0]["kept"]


def test_import_of_nothing_useful_fails(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("今天天气很好。\n", "utf-8")
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04")
    result = run("import", tmp_path / "a.txt", tmp_path / "b.xlsx", "--out", folder)
    assert result.exit_code == 1
    assert "no matter was recognised" in result.stdout and result.stderr.count("error: ") == 1
    assert run("import", "--out", folder).exit_code == 2


def test_a_missing_package_is_one_sentence(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_xlsx(tmp_path / "a.xlsx", {"a": [["事项", "费用"], ["居住证办理", "免费"]]})
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    for words in (
        ("import", tmp_path / "a.xlsx", "--out", folder),
        ("export", folder, "--xlsx", tmp_path / "b.xlsx"),
    ):
        result = run(*words)
        assert result.exit_code == 1
        assert "openpyxl" in result.stderr and "yingbin[train]" in result.stderr
        assert len(result.stderr.splitlines()) <= 2


def test_approve_lists_refuses_and_approves(folder: Path, sheet: Path) -> None:
    run("import", sheet, "--out", folder)
    assert "2 drafts wait" in run("approve", folder).stdout
    assert document(run("approve", folder, "--json"))["drafts"] == [
        "gov.passport.apply",
        "gov.residence_permit.apply",
    ]
    refused = run("approve", folder, "gov.residence_permit.apply")
    assert refused.exit_code == 1 and "drafts/gov.residence_permit.apply.yaml:" in refused.stdout
    told = document(run("approve", folder, "--all", "--json"))
    assert not told["ok"] and [Path(file).name for file in told["approved"]] == ["gov.passport.apply.yaml"]
    unknown = run("approve", folder, "gov.residense_permit.apply")
    assert unknown.exit_code == 1 and "did you mean `gov.residence_permit.apply`?" in unknown.stderr
    assert run("approve", folder.parent).exit_code == 2
    assert run("approve", folder, "--as", "gov.notary").exit_code == 2


def test_export_and_import_back(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    told = document(run("export", folder, "--xlsx", out, "--json"))
    assert told["matters"] == 4 and out.is_file()
    back = run("import", out, "--out", folder)
    assert back.exit_code == 0 and "0 drafts written, 4 unchanged" in back.stdout
    assert run("export", out, "--xlsx", out).exit_code == 2
    blocked = run("export", folder, "--xlsx", folder / "pack.yaml" / "out.xlsx")
    assert blocked.exit_code == 1 and "cannot be written" in blocked.stderr


def test_schema_explains_itself() -> None:
    everything = run("schema").stdout
    assert "matters/<id>.yaml" in everything and "lexicon.yaml" in everything
    assert "facets.fee" in run("schema", "matter").stdout
    assert "slots[].options[].says" in {
        entry["key"] for entry in document(run("schema", "matter", "--json"))["files"]["matters/<id>.yaml"]
    }
    assert document(run("schema", "hall", "--json-schema"))["properties"].keys() == {
        "windows",
        "queues",
        "opening",
        "departments",
        "plan",
        "hours",
        "address",
    }
    assert run("schema", "nothing").exit_code == 2
    assert run("schema", "--json-schema").exit_code == 2


def test_show_has_the_headings_of_the_screen(folder: Path) -> None:
    shown = run("show", folder, "gov.passport.apply").stdout
    assert "time_limit" not in shown
    assert "What to bring" in run("show", folder, "gov.passport.apply", "--lang", "en").stdout
    assert "What to bring" not in shown


def test_diff_counts_and_names(folder: Path, tmp_path: Path) -> None:
    other = write_pack(tmp_path / "other")
    data = matter("gov.passport.apply")
    data["examples"]["zh"][0] = "出国的那个本子怎么弄"
    data["facets"]["steps"]["en"].reverse()
    write(other / "matters" / "gov.passport.apply.yaml", data)
    (other / "matters" / "gov.tax.invoice.yaml").unlink()
    told = run("diff", folder, other).stdout
    assert "gov.passport.apply  护照" in told
    assert "examples (Chinese): 1 added, 1 removed" in told
    assert "steps (English): another order" in told
    assert told.endswith("1 removed, 1 changed\n")
