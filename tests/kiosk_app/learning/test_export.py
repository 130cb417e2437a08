"""The export: whole, readable by a person, and read back as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk_app.learning.clusters import Cluster, Hint, Wording
from kiosk_app.learning.errors import LearningError
from kiosk_app.learning.export import exported, read_export, write_export

CLUSTER = Cluster(
    7, "zh", 5, 3, 2, 1, 740_000, 740_010,
    (Wording("暂住的那个卡怎么续", 3), Wording("电话13800138000那个暂住卡", 2)),
    (Hint("gov.residence_permit.renew", 5, 0.62, 1),),
)  # fmt: skip


@pytest.mark.parametrize("name", ["unknown.jsonl", "unknown.yaml"])
def test_what_is_written_reads_back(tmp_path: Path, name: str) -> None:
    entry = exported(CLUSTER)
    write_export([entry, entry], tmp_path / name)
    assert read_export(tmp_path / name) == [entry, entry]
    assert [file.name for file in tmp_path.iterdir()] == [name]
    write_export([], tmp_path / name)
    assert read_export(tmp_path / name) == []


def test_everything_is_redacted_once_more_and_no_id_of_the_file_leaves() -> None:
    entry = exported(CLUSTER).model_dump(mode="json")
    assert [example["text"] for example in entry["examples"]] == [
        "暂住的那个卡怎么续",
        "电话[mobile]那个暂住卡",
    ]
    assert "id" not in entry


@pytest.mark.parametrize(
    ("hints", "matter", "nearest"),
    [
        ((), None, None),
        ((Hint("gov.a", 4, 0.2, 0),), None, "gov.a"),
        ((Hint("gov.a", 4, 0.6, 0),), "gov.a", "gov.a"),
        ((Hint("gov.a", 4, 0.2, 2),), "gov.a", "gov.a"),
    ],
)
def test_a_matter_is_suggested_only_with_good_reason(
    hints: tuple[Hint, ...], matter: str | None, nearest: str | None
) -> None:
    cluster = Cluster(1, "zh", 4, 4, 0, 0, 740_000, 740_000, (Wording("低保", 4),), hints)
    assert (exported(cluster).matter, exported(cluster).nearest) == (matter, nearest)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.jsonl", '{"count": 1}\n', "line 1"),
        ("a.jsonl", "\n\nnonsense\n", "line 3 is no JSON"),
        ("a.jsonl", '{"count": 0, "lang": "zh", "examples": [{"text": "a"}]}', "count"),
        ("a.jsonl", '{"count": 1, "lang": "zh", "examples": [{"text": "a"}], "more": 1}', "more"),
        ("a.jsonl", '{"count": 1, "lang": "zh", "matter": "../etc", "examples": [{"text": "a"}]}', "matter"),
        ("a.jsonl", "[" * 100_000, "line 1"),
        ("a.yaml", "- count: 1\n  lang: zh\n", "entry 1"),
        ("a.yaml", "- nothing\n", "entry 1: is no cluster"),
        ("a.yaml", "- count: 1\n  first: 2026-13-45\n", "not valid YAML"),
        ("a.yaml", "[" * 50_000, "nested too deeply"),
        ("a.yaml", "- [1\n", "line"),
        ("a.yaml", "count: 1\n", "no list"),
        ("a.yaml", "- &a [x]\n- *a\n", "alias"),
        ("a.yaml", "- !!python/object:os.system {}\n", "not valid YAML"),
    ],
)
def test_a_broken_export_is_named_with_its_place(tmp_path: Path, name: str, text: str, says: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(LearningError, match=says) as told:
        read_export(tmp_path / name)
    assert name in str(told.value)


def test_files_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(LearningError, match="cannot be read"):
        read_export(tmp_path / "missing.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(json.dumps({"text": "é"}, ensure_ascii=False).encode("latin-1"))
    with pytest.raises(LearningError, match="UTF-8"):
        read_export(tmp_path / "latin.jsonl")
    with pytest.raises(LearningError, match="cannot be written"):
        write_export([], tmp_path / "no folder" / "a.jsonl")


PIECES = (
    "- ",
    "count: 1\n",
    "  lang: zh\n",
    "  examples:\n",
    "  - text: 低保\n",
    "{",
    '"',
    ":",
    "\t",
    "&a ",
    "[1]",
)
TEXT = st.lists(
    st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=12
)


@settings(max_examples=200)
@given(
    name=st.sampled_from(["any.yaml", "any.jsonl"]),
    raw=st.binary(max_size=60) | TEXT.map("".join).map(str.encode),
)
def test_any_export_is_read_or_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, name: str, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(raw)
    try:
        read_export(path)
    except LearningError as error:
        assert name in str(error) and "\n" not in str(error)
