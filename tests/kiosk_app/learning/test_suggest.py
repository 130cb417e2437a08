"""From an export to a diff of a pack; and the commands around it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.learning.clusters import ClusterStore, Guess
from kiosk_app.learning.database import FILE, close_database, open_database
from kiosk_app.learning.export import ExportedCluster, ExportedExample, write_export
from kiosk_app.learning.misses import Miss
from kiosk_app.learning.suggest import suggest
from models.knowledge import validate_packs
from models.knowledge.resolve import shipped_packs
from tests.kiosk_app.cli import kiosk

RENEW = "gov.residence_permit.renew"
NEW = "小红本暂住的那种快过日子了"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the shipped gov pack."""
    return shutil.copytree(shipped_packs()["gov"], tmp_path / "packs" / "gov")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kiosk's data folder."""
    monkeypatch.setenv("YINGBIN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def cluster(matter: str | None, *texts: str, lang: Any = "zh") -> ExportedCluster:
    """An exported cluster of these wordings."""
    examples = tuple(ExportedExample(text=text, count=2) for text in texts)
    return ExportedCluster(count=2 * len(texts), lang=lang, matter=matter, certainty=0.6, examples=examples)


def first_example(pack: Path, matter: str) -> str:
    """The first Chinese question of a matter of the pack."""
    lines = (pack / "matters" / f"{matter}.yaml").read_text(encoding="utf-8").splitlines()
    return lines[lines.index("  zh:", lines.index("examples:")) + 1].removeprefix("    - ")


def test_a_new_question_becomes_one_line_of_one_file(pack: Path) -> None:
    found = suggest([cluster(RENEW, NEW)], pack)
    assert [(a.matter, a.text, a.count) for a in found.added] == [(RENEW, NEW, 2)]
    assert found.left_out == ()
    changed = [
        line for line in found.diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert changed == [f"+    - {NEW}"]
    assert f"+++ b/gov/matters/{RENEW}.yaml" in found.diff


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda pack: cluster(None, NEW), "no_matter"),
        (lambda pack: cluster("bank.account.open", NEW), "not_in_pack"),
        (lambda pack: cluster(RENEW, "我叫[name]暂住证"), "masked"),
        (lambda pack: cluster(RENEW, "暂住证13800138000"), "masked"),
        (lambda pack: cluster(RENEW, "。"), "length"),
        (lambda pack: cluster(RENEW, first_example(pack, RENEW) + "？"), "copy"),
        (lambda pack: cluster(RENEW, first_example(pack, "gov.passport.apply")), "collision"),
        (lambda pack: cluster(RENEW, "嗯" + first_example(pack, "gov.passport.apply") + "啊"), "collision"),
        (lambda pack: cluster(RENEW, "今天天气怎么样"), "collision"),
    ],
)
def test_what_would_do_harm_is_left_out_with_the_reason(
    pack: Path, made: Callable[[Path], ExportedCluster], why: str
) -> None:
    found = suggest([made(pack)], pack)
    assert (found.added, found.diff) == ((), "")
    assert [entry.why for entry in found.left_out] == [why]
    if why in ("copy", "collision"):
        assert ".yaml" in found.left_out[0].where


def test_the_same_question_of_two_clusters_is_added_once_to_the_more_frequent(pack: Path) -> None:
    found = suggest([cluster("gov.passport.apply", NEW), cluster(RENEW, NEW, f"{NEW}怎么整")], pack)
    assert {addition.matter for addition in found.added} == {RENEW}
    assert "collision" in [entry.why for entry in found.left_out]


def test_export_and_suggest_from_a_shell(home: Path, pack: Path, tmp_path: Path) -> None:
    connection = open_database(home / "learning" / FILE)
    store = ClusterStore(connection, 500, 90)
    for _ in range(3):
        store.add(Miss(NEW, "rejected"), Guess(RENEW, 0.7), 740_000)
    store.add(Miss("低保去哪申请", "rejected"), None, 740_000)
    close_database(connection)
    listed = json.loads(kiosk("unknown", "list", "--json").stdout)
    assert [entry["count"] for entry in listed["clusters"]] == [3, 1]
    shown = kiosk("unknown", "list").stdout
    assert NEW[:5] in shown
    assert RENEW in shown
    export = tmp_path / "unknown.yaml"
    done = kiosk("unknown", "export", str(export))
    assert done.returncode == 0
    assert "1 more were asked fewer than 2 times" in done.stderr
    shown = kiosk("pack", "suggest", str(export), str(pack))
    assert (shown.returncode, f"+    - {NEW}" in shown.stdout) == (0, True)
    assert "nothing written" in shown.stderr
    file = pack / "matters" / f"{RENEW}.yaml"
    assert NEW not in file.read_text(encoding="utf-8")
    copied = json.loads(
        kiosk("pack", "suggest", str(export), str(pack), "--out", str(tmp_path / "new"), "--json").stdout
    )
    assert copied["ok"]
    assert NEW not in file.read_text(encoding="utf-8")
    assert NEW in (tmp_path / "new" / "gov" / "matters" / file.name).read_text(encoding="utf-8")
    assert kiosk("pack", "suggest", str(export), str(pack), "--write").returncode == 0
    assert NEW in file.read_text(encoding="utf-8")
    assert kiosk("unknown", "forget").stdout.startswith("2 clusters")
    assert json.loads(kiosk("unknown", "list", "--json").stdout)["clusters"] == []


def test_a_kiosk_that_learnt_nothing_yet_says_so(home: Path, tmp_path: Path) -> None:
    assert json.loads(kiosk("unknown", "list", "--json").stdout) == {"ok": True, "clusters": []}
    assert kiosk("unknown", "export", str(tmp_path / "a.jsonl")).returncode == 0
    assert (tmp_path / "a.jsonl").read_text() == ""
    assert kiosk("unknown", "forget").returncode == 0
    assert not home.exists()


def test_wrong_use_is_said_in_a_line(pack: Path, tmp_path: Path) -> None:
    export = tmp_path / "a.jsonl"
    write_export([cluster(RENEW, NEW)], export)
    assert kiosk("pack", "suggest", str(export), str(tmp_path)).returncode == 2
    assert kiosk("pack", "suggest", str(export), str(pack), "--write", "--out", "x").returncode == 2
    assert kiosk("pack", "suggest", str(export), str(pack), "--out", str(pack.parent)).returncode == 2
    export.write_text("nonsense")
    done = kiosk("pack", "suggest", str(export), str(pack))
    assert (done.returncode, done.stdout) == (1, "")
    assert "line 1 is no JSON" in done.stderr
    (pack / "matters" / f"{RENEW}.yaml").write_text("id: [")
    write_export([cluster(RENEW, NEW)], export)
    done = kiosk("pack", "suggest", str(export), str(pack))
    assert done.returncode == 1
    assert "pack validate" in done.stderr


def test_the_changed_pack_is_as_sound_as_before(pack: Path) -> None:
    before = {problem.message for problem in validate_packs([pack])}
    found = suggest([cluster(RENEW, NEW)], pack)
    for change in found.changes:
        change.path.write_text(change.after, encoding="utf-8")
    assert {problem.message for problem in validate_packs([pack])} <= before
