from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from kiosk_app.cli import intent, pack
from models.knowledge import build_knowledge, shipped_packs
from tests.models.knowledge.tiny import matter, write, write_pack


@pytest.fixture(scope="module")
def artefact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small pack, built."""
    folder = tmp_path_factory.mktemp("cli")
    build_knowledge([write_pack(folder)], folder / "tiny.zip")
    return folder / "tiny.zip"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small pack's folder."""
    return write_pack(tmp_path)


def run(*words: str | Path, app: Any = pack.app) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def document(result: Result) -> Any:
    assert result.stdout.count("\n") == 1
    return json.loads(result.stdout)


def test_validate_says_ok(folder: Path) -> None:
    result = run("validate", folder, "--json")
    assert result.exit_code == 0
    assert document(result) == {"ok": True, "problems": [], "notes": []}
    assert run("validate", folder).stdout == "no problems\n"


def test_validate_lists_problems_with_file_and_line(folder: Path) -> None:
    (folder / "hall.yaml").write_text("hours:\n  zh: 九点\n", "utf-8")
    result = run("validate", folder, "--json")
    assert result.exit_code == 1
    told = document(result)
    assert told["ok"] is False
    assert told["problems"] == [
        {
            "file": str(folder / "hall.yaml"),
            "line": 1,
            "message": "`hours` has nothing in the language `en`: add `en:`",
        }
    ]
    plain = run("validate", folder)
    assert f"{folder / 'hall.yaml'}:1: " in plain.stdout and "1 problem" in plain.stdout


def test_validate_takes_artefacts_and_names_of_shipped_packs(artefact: Path, tmp_path: Path) -> None:
    assert run("validate", artefact).exit_code == 0
    assert run("validate", next(iter(shipped_packs()))).exit_code == 0
    (tmp_path / "torn.zip").write_bytes(artefact.read_bytes()[:500])
    torn = run("validate", tmp_path / "torn.zip", "--json")
    assert torn.exit_code == 1
    assert document(torn)["code"] == "damaged"


@pytest.mark.parametrize(
    "words", [("validate", "nowhere"), ("build", "nowhere"), ("show", "nowhere"), ("diff", "a", "b")]
)
def test_a_path_that_is_not_there_is_wrong_use(words: Sequence[str]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "shipped packs" in result.stderr


def test_build_writes_an_artefact_and_tells_its_figures(folder: Path, tmp_path: Path) -> None:
    result = run("build", folder, "--out", tmp_path / "out.zip", "--json")
    assert result.exit_code == 0
    told = document(result)
    assert told["ok"] and told["problems"] == []
    assert told["path"] == str(tmp_path / "out.zip")
    assert told["evaluation"]["accuracy"] > 0.8
    assert (tmp_path / "out.zip").stat().st_size == told["size"]


def test_build_of_a_broken_pack_fails_with_its_problems(folder: Path, tmp_path: Path) -> None:
    (folder / "pack.yaml").write_text("id: tiny\n\tx: 1\n", "utf-8")
    result = run("build", folder, "--out", tmp_path / "out.zip", "--json")
    assert result.exit_code == 1
    assert document(result)["problems"][0]["line"] == 2
    plain = run("build", folder, "--out", tmp_path / "out.zip")
    assert plain.exit_code == 1 and plain.stderr.startswith("error: ")
    assert len(plain.stderr.splitlines()) <= 2


def test_show_draws_a_matter_as_the_citizen_gets_it(folder: Path, artefact: Path) -> None:
    for source in (folder, artefact):
        card = run("show", source, "gov.passport.apply").stdout
        assert "护照在三号窗口办。" in card and "1. 身份证" in card and "办事指南" in card
        assert (
            "You get a passport at window 3."
            in run("show", source, "gov.passport.apply", "--lang", "en").stdout
        )


def test_show_lists_all_matters(folder: Path) -> None:
    listed = run("show", folder).stdout
    assert "gov.health_certificate" in listed and "13/7" in listed
    told = document(run("show", folder, "--json"))
    assert next(entry["id"] for entry in told["pack"]["matters"]) == "gov.health_certificate"


def test_show_suggests_the_nearest_matter(folder: Path) -> None:
    result = run("show", folder, "gov.pasport.apply")
    assert result.exit_code == 2
    assert "gov.passport.apply" in result.stderr
    assert run("show", folder, "--lang", "fr").exit_code == 2


def test_show_as_json_gives_one_matter(folder: Path) -> None:
    told = document(run("show", folder, "gov.passport.apply", "--json"))
    assert told["ok"] and told["matter"]["facets"]["fee"] == {"zh": "免费", "en": "Free of charge"}


def test_diff_tells_what_changed(folder: Path, artefact: Path) -> None:
    assert run("diff", artefact, folder).stdout == "no differences\n"
    data = matter("gov.passport.apply")
    data["facets"]["fee"]["zh"] = "收工本费"
    write(folder / "matters" / "gov.passport.apply.yaml", data)
    told = document(run("diff", artefact, folder, "--json"))
    assert told["changes"] == [
        {
            "matter": "gov.passport.apply",
            "what": "facets.fee.zh",
            "before": "免费",
            "after": "收工本费",
            "title": "护照",
        }
    ]
    shown = run("diff", artefact, folder).stdout
    assert "- 免费" in shown and "+ 收工本费" in shown


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Questions about three things, some out of scope, in two splits."""
    rows = ["split\ttext\tlabel"]
    for label, words in {
        "lights": ("lamp", "bulb"),
        "music": ("song", "tune"),
        "weather": ("rain", "snow"),
    }.items():
        for word in words:
            rows += [
                f"train\t{form} the {word}\t{label}"
                for form in ("tell me about", "give me", "I want", "where is")
            ]
            rows.append(f"test\tcan you do the {word}\t{label}")
    rows += [
        f"oos_train\twho is the {who} of {where}\toos"
        for who in ("king", "mayor")
        for where in ("Rome", "Cuba")
    ]
    rows.append("oos_test\twho is the queen of Norway\toos")
    path = tmp_path_factory.mktemp("table") / "t.tsv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_intent_train_then_eval(table: Path, tmp_path: Path) -> None:
    trained = run("train", "--data", table, "--out", tmp_path / "model", "--json", app=intent.app)
    assert trained.exit_code == 0, trained.output
    told = document(trained)
    assert told["accuracy"] > 0.5 and 0 < told["size_mb"] < 1 and told["seconds"] > 0
    assert told["sentences"] == 28
    measured = run(
        "eval", "--model", tmp_path / "model", "--data", table, "--noise", "0.2", "--json", app=intent.app
    )
    assert measured.exit_code == 0, measured.output
    figures = document(measured)
    assert {"accuracy", "in_scope_accuracy", "oos_recall", "auroc", "p50_ms", "p95_ms", "n"} <= figures.keys()
    assert figures["n"] == 7 and figures["in_scope_accuracy"] > 0.8
    assert (
        "in_scope_accuracy"
        in run("eval", "--model", tmp_path / "model", "--data", table, app=intent.app).stdout
    )


def test_intent_eval_takes_an_artefact(artefact: Path, tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text("text\tlabel\n护照多少钱\tgov.passport.apply\n", "utf-8")
    result = run("eval", "--model", artefact, "--data", tmp_path / "t.tsv", "--json", app=intent.app)
    assert document(result)["accuracy"] == 1.0


def test_intent_noise_is_a_share(table: Path, artefact: Path) -> None:
    assert run("eval", "--model", artefact, "--data", table, "--noise", "2", app=intent.app).exit_code == 2
