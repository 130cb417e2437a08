"""Whatever is typed, piped or passed as an argument: a calm answer or one clear sentence, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.knowledge import build_knowledge
from tests.kiosk_app.cli import ROOT, told
from tests.models.knowledge.tiny import write_pack

KEYS = {"heard", "matter", "facet", "act", "confidence", "speech", "cards", "alternatives"}
ODD = [
    "",
    " \t　",
    "护照" * 5_000,
    "ab " * 4_000,
    "1" * 10_000,
    "一" * 10_000,
    "😀👨‍👩‍👧🇨🇳" * 50,
    "护照fee怎么getするпаспорт جواز",
    "\x00\x01\x1b[31m\x07\x7f\x85",
    "\u202e\u200b\ufeff\u2028\u2029",
    "a\u0300" * 500,
    "\ufffd\uffff\U0010ffff",
    "[bold]x[/bold][/]",
    '{"user": "x"}',
    "%s %n {0} ${x} `ls` '; drop table",
    "-–—--json",
]
ANY_TEXT = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=60),
    st.text(st.characters(categories=["Cc", "Cf", "Zl", "Zp", "So", "Mn", "Co"]), max_size=30),
    st.builds(
        lambda a, b, c: a + b + c,
        st.text(max_size=4),
        st.sampled_from(["护照多少钱", "how much"]),
        st.text(max_size=4),
    ),
)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small pack, built."""
    folder = tmp_path_factory.mktemp("odd")
    build_knowledge([write_pack(folder)], folder / "tiny.zip")
    return folder / "tiny.zip"


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_asking_anything(tiny: Path, text: str) -> None:
    status, out, err = told("ask", "--pack", str(tiny), "--text", text, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out).keys() >= KEYS
    assert told("ask", "--pack", str(tiny), "--text", text)[::2] == (0, "")


@settings(max_examples=60)
@given(text=ANY_TEXT)
def test_asking_any_text(tiny: Path, text: str) -> None:
    status, out, err = told("ask", "--pack", str(tiny), f"--text={text}", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out).keys() >= KEYS


@settings(max_examples=60)
@given(lines=st.lists(ANY_TEXT.map(str.encode) | st.binary(max_size=40), max_size=5))
def test_a_session_of_any_lines_gets_one_json_line_for_each(tiny: Path, lines: list[bytes]) -> None:
    given_lines = b"\n".join(lines).split(b"\n")
    spoken = [line for line in given_lines if line.decode("utf-8", "replace").strip()]
    status, out, err = told("chat", "--pack", str(tiny), given=b"\n".join(given_lines))
    assert (status, err) == (0, "")
    answers = [json.loads(line) for line in out.split("\n") if line]
    assert len(answers) == len(spoken)
    assert all(answer.keys() >= KEYS for answer in answers)


@settings(max_examples=40)
@given(
    lines=st.lists(
        st.text(max_size=20) | st.sampled_from(["{", "[]", '{"user": 1}', '{"user": "\\udc80"}']), max_size=3
    )
)
def test_any_lines_as_json_get_one_json_line_for_each(tiny: Path, lines: list[str]) -> None:
    given_lines = "\n".join(lines).encode("utf-8", "replace").split(b"\n")
    spoken = [line for line in given_lines if line.decode().strip()]
    status, out, err = told("chat", "--jsonl", "--pack", str(tiny), given=b"\n".join(given_lines))
    answers = [json.loads(line) for line in out.split("\n") if line]
    assert len(answers) == len(spoken)
    unread = sum("error" in answer for answer in answers)
    assert status == (1 if unread else 0)
    assert len(err.splitlines()) == unread and "Traceback" not in err


@pytest.mark.parametrize(("command", "given"), [("ask", b""), ("chat", b"\xff\xfe\xed\xa0\x80\n\xe6\x8a\n")])
def test_bytes_that_are_no_text(tiny: Path, command: str, given: bytes) -> None:
    argument = [b"--text", b"\xff\xfe\xed\xa0\x80"] if command == "ask" else []
    words = [os.fsencode(sys.executable), b"-c", b"from kiosk_app.cli import main; main()", command.encode()]
    done = subprocess.run(
        [*words, b"--pack", os.fsencode(tiny), *argument],
        input=given,
        capture_output=True,
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8")


def test_a_terminal_that_has_no_chinese_gets_escapes(tiny: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    words = [
        sys.executable,
        "-c",
        "from kiosk_app.cli import main; main()",
        "ask",
        "--pack",
        str(tiny),
        "--text",
        "护照多少钱",
    ]
    done = subprocess.run(words, capture_output=True, cwd=ROOT, env=environment, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u62a4\\u7167" in done.stdout


@settings(max_examples=60)
@given(
    cut=st.floats(0, 1),
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=4),
    tail=st.binary(max_size=30),
)
def test_a_damaged_artefact_is_told_in_one_sentence(
    tiny: Path,
    tmp_path_factory: pytest.TempPathFactory,
    cut: float,
    flips: list[tuple[float, int]],
    tail: bytes,
) -> None:
    raw = bytearray(tiny.read_bytes())
    for place, value in flips:
        raw[min(int(place * len(raw)), len(raw) - 1)] = value
    file = tmp_path_factory.getbasetemp() / "damaged.zip"
    file.write_bytes(bytes(raw[: int(cut * len(raw))] if cut < 0.9 else raw) + tail)
    for command in (("validate", str(file)), ("show", str(file)), ("diff", str(file), str(tiny))):
        status, _, err = told("pack", *command)
        assert status in (0, 1)
        assert "Traceback" not in err and "unexpected" not in err and len(err.splitlines()) <= 2
