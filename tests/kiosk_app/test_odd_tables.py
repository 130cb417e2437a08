"""Whatever stands in a table or a model's folder: figures, or one sentence that says what, where and what to do."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import IntentError
from models.intent.files import ENCODER, NAMES
from models.intent.table import doubts, learnable_rows, read_table
from tests.kiosk_app.cli import told

THINGS = {"lights": ("lamp", "bulb"), "music": ("song", "tune")}
FORMS = ("tell me about the", "give me the", "I want the")
ROWS = [(f"{form} {word}", label) for label, words in THINGS.items() for word in words for form in FORMS]
GOOD = "text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in ROWS)
SPLIT = "split\ttext\tlabel\n" + "".join(f"test\t{text}\t{label}\n" for text, label in ROWS)
CELL = st.one_of(
    st.sampled_from(
        ["护照", "a lamp", "😀", "?!", '"', "a\0b", "护照" * 5_000, "x " * 5_000, "oos", "train", ""]
    ),
    st.text(st.characters(exclude_characters="\t\r\n", exclude_categories=["Cs"]), max_size=12),
)
TABLE = st.builds(
    lambda header, rows, end, mark: (mark + end.join(["\t".join(row) for row in [header, *rows]])).encode(),
    st.sampled_from(
        [["text", "label"], ["split", "text", "label"], ["label", "text"], [""], ["text"] * 3_000]
    ),
    st.lists(st.lists(CELL, min_size=1, max_size=4) | st.tuples(CELL, st.sampled_from("abc")), max_size=9),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\ufeff"]),
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sound model of two things."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "good.tsv").write_text(GOOD, "utf-8")
    assert told("intent", "train", "--data", str(folder / "good.tsv"), "--out", str(folder / "model"))[0] == 0
    return folder / "model"


def is_one_sentence(error: str, names: str) -> bool:
    """Whether an error is for people: one line that names the place, nothing of Python."""
    return (
        error.startswith("error: ")
        and error.count("\n") == 1
        and names in error
        and "unexpected" not in error
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "t.tsv:1: the header"),
        (b"text,label\na,b\n", "t.tsv:1: the header"),
        (b"text\tlabel\n", "t.tsv:2: the table has no rows"),
        (b"text\tlabel\ngive\tme\tx\n", "t.tsv:2: 3 columns instead of 2"),
        (b"text\tlabel\n" + b"x\t" * 50_000, "t.tsv:2: 50001 columns instead of 2"),
        (GOOD.encode() + b"\xff\xfe\tx\n", "t.tsv:14: the text is not UTF-8: save"),
        ("text\tlabel\n护照\ta\n".encode("gbk"), "t.tsv:2: the text is not UTF-8 but looks like GB18030"),
        (GOOD.encode("utf-16"), "t.tsv:1: the text is not UTF-8 but UTF-16"),
        (gzip.compress(GOOD.encode()), "t.tsv:1: this is no text but a gzip file"),
        ("text\tlabel\n😀\ta\n?!\tb\n".encode(), "t.tsv: there is no label to learn"),
        (b"text\tlabel\nhello\ta\nbye\toos\n", "t.tsv: there is only the label 'a' to learn"),
        (SPLIT.encode(), "t.tsv: no row has the split `train`, only test"),
        (
            b"text\tlabel\n" + b"".join(b"a%d\tb%d\n" % (n, n) for n in range(5_001)),
            "5001 labels are more than",
        ),
    ],
)
def test_a_table_that_nothing_can_be_learned_from(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "t.tsv").write_bytes(content)
    status, out, err = told(
        "intent", "train", "--data", str(tmp_path / "t.tsv"), "--out", str(tmp_path / "m")
    )
    assert (status, out) == (1, "")
    assert is_one_sentence(err, says), err
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            "give me the lamp\tmusic\n",
            "t.tsv:14: the text stands under 'music' here and under 'lights' in line 3",
        ),
        (
            "Give me the LAMP\tmusic\n",
            "t.tsv:14: the text stands under 'music' here and under 'lights' in line 3",
        ),
        ("😀\tlights\n!\tmusic\n", "t.tsv:14: a text without a word is left out (2 in all)"),
        ('"quoted, like this"\tmusic\n', ""),
        ("word " * 2_000 + "\tlights\n", ""),
        ("a\0b\x1b[31m\tlights\n", ""),
        ("one more\t../l ï\x1b[31m<b>灯😀\n", ""),
    ],
)
def test_what_is_odd_but_no_hindrance(tmp_path: Path, rows: str, says: str) -> None:
    table, folder = tmp_path / "t.tsv", tmp_path / "m"
    table.write_text(GOOD + rows, "utf-8")
    status, out, err = told("intent", "train", "--data", str(table), "--out", str(folder), "--json")
    assert status == 0 and json.loads(out)["accuracy"] > 0.5
    assert says in err and err.count("\n") == bool(says)
    assert told("intent", "eval", "--model", str(folder), "--data", str(table), "--json")[::2] == (0, "")


@settings(max_examples=200)
@given(
    raw=TABLE | st.binary(max_size=60) | st.builds(lambda tail: GOOD.encode() + tail, st.binary(max_size=40))
)
def test_any_table_is_read_or_refused_with_its_name(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.tsv"
    path.write_bytes(raw)
    try:
        rows = read_table(path)
        assert all(row.text and row.label and row.line > 1 for row in rows)
        assert all(line.startswith(f"{path}:") and "\n" not in line for line in doubts(path, rows))
        assert learnable_rows(path, rows, "oos")
    except IntentError as error:
        assert error.message.startswith(str(path)) and "\n" not in error.message


@settings(max_examples=15)
@given(rows=st.lists(st.tuples(CELL.filter(str.strip), st.sampled_from("abc")), min_size=2, max_size=12))
def test_any_sentences_train_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "some.tsv").write_text(
        "text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in rows), "utf-8"
    )
    status, _, err = told(
        "intent", "train", "--data", str(folder / "some.tsv"), "--out", str(folder / "some")
    )
    assert status == 0 or is_one_sentence(err, "some.tsv"), err


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", ["emptied", "halved", "overwritten", "a folder", "gone"])
def test_a_damaged_model_is_told_with_its_folder(model: Path, tmp_path: Path, name: str, damage: str) -> None:
    shutil.copytree(model, tmp_path / "hurt")
    file = tmp_path / "hurt" / name
    raw = file.read_bytes()
    file.unlink()
    if damage == "a folder":
        file.mkdir()
    elif damage != "gone":
        file.write_bytes({"emptied": b"", "halved": raw[: len(raw) // 2], "overwritten": b"hello"}[damage])
    evaluated = told(
        "intent", "eval", "--model", str(tmp_path / "hurt"), "--data", str(model.parent / "good.tsv")
    )
    assert evaluated[0] == 1 and is_one_sentence(evaluated[2], str(tmp_path / "hurt")), evaluated


@settings(max_examples=80)
@given(
    name=st.sampled_from([*NAMES, ENCODER]),
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_any_flipped_bytes_are_refused_or_harmless(
    model: Path, tmp_path_factory: pytest.TempPathFactory, name: str, flips: list[tuple[float, int]]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "flipped"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(model, folder)
    raw = bytearray((folder / name).read_bytes() if name != ENCODER else b"no encoder at all")
    for place, value in flips:
        raw[min(int(place * len(raw)), len(raw) - 1)] = value
    (folder / name).write_bytes(raw)
    status, _, err = told("intent", "eval", "--model", str(folder), "--data", str(model.parent / "good.tsv"))
    assert status == 0 or is_one_sentence(err, str(folder)), err


@pytest.mark.parametrize(
    "words",
    [
        ("eval", "--noise", "-1"),
        ("eval", "--noise", "2"),
        ("eval", "--noise", "nan"),
        ("eval", "--model", "nowhere"),
        ("eval", "--data", "nowhere.tsv"),
        ("eval", "--data", "."),
        ("train", "--data", "nowhere.tsv"),
        ("train", "--data", "."),
        ("train", "--valid", "nowhere.tsv"),
        ("train", "--out", __file__),
        ("train", "--seed", "-1"),
        ("train", "--seed", "99999999999999999999"),
        ("train", "--encoder", "magic"),
    ],
)
def test_wrong_use_is_exit_2(model: Path, words: tuple[str, ...]) -> None:
    table = str(model.parent / "good.tsv")
    whole = ("--model", str(model)) if words[0] == "eval" else ("--out", str(model.parent / "new"))
    status, out, err = told("intent", words[0], "--data", table, *whole, *words[1:])
    assert (status, out) == (2, "") and words[1] in err and "Traceback" not in err


def test_a_folder_that_cannot_be_written_is_told(model: Path, tmp_path: Path) -> None:
    table = str(model.parent / "good.tsv")
    (tmp_path / "file").touch()
    (tmp_path / "full" / NAMES[0]).mkdir(parents=True)
    for out in (tmp_path / "file" / "below", tmp_path / "full"):
        status, _, err = told("intent", "train", "--data", table, "--out", str(out))
        assert status == 1 and is_one_sentence(err, str(out)) and "--out" in err


def test_labels_that_the_model_does_not_know_are_noted(model: Path, tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_text("text\tlabel\ngive me the lamp\tlamps\n", "utf-8")
    status, out, err = told(
        "intent", "eval", "--model", str(model), "--data", str(tmp_path / "t.tsv"), "--json"
    )
    assert status == 0 and json.loads(out)["accuracy"] == 0.0
    assert "1 labels of" in err and "'lamps'" in err
