"""``kiosk chat``: a line in, exactly one JSON line out."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk_app.cli.root import run
from models.knowledge import load_knowledge
from tests.kiosk_app.cli import kiosk

KEYS = {"heard", "matter", "facet", "act", "confidence", "speech", "cards", "alternatives"}
NONSENSE = "红烧肉怎么做"

Chat = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def chat(gov_artefact: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Chat:
    """A session within this process; the documents."""

    def play(given: str | bytes, *arguments: str, status: int = 0) -> list[dict[str, Any]]:
        raw = given if isinstance(given, bytes) else given.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        assert run(["chat", "--pack", str(gov_artefact), *arguments]) == status
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return play


def test_each_line_gets_one_line_as_a_program(gov_artefact: Path) -> None:
    done = kiosk("chat", "--pack", str(gov_artefact), given="居住证要带什么材料\n\n谢谢\n再见".encode())
    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["act"] for answer in answers] == ["answer", "smalltalk", "goodbye"]
    assert all(set(answer) == KEYS for answer in answers)
    assert answers[0]["heard"] == "居住证要带什么材料"


def test_an_empty_line_starts_a_new_session_and_prints_nothing(chat: Chat) -> None:
    first, second, again = chat(f"{NONSENSE}\n{NONSENSE}\n   \n{NONSENSE}\n")
    assert (first["act"], second["act"], again["act"]) == ("reject", "handoff", "reject")
    assert again["speech"] == first["speech"]


def test_an_answer_ends_the_row_of_misses(chat: Chat) -> None:
    first, _, again = chat(f"{NONSENSE}\n居住证要带什么材料\n{NONSENSE}\n")
    assert again["speech"] == first["speech"]


def test_the_language_follows_each_line_unless_it_is_given(chat: Chat) -> None:
    given = "居住证多少钱\nresidence permit fee\n"
    assert [answer["speech"].isascii() for answer in chat(given)] == [False, True]
    assert [answer["speech"].isascii() for answer in chat(given, "--lang", "en")] == [True, True]


def test_bytes_that_are_no_text_are_replaced_and_the_session_goes_on(chat: Chat) -> None:
    answers = chat(b"\xff\xfe\x00\n" + "居住证要带什么材料\r\n".encode())
    assert len(answers) == 2
    assert answers[1]["heard"] == "居住证要带什么材料"
    assert answers[1]["act"] == "answer"


def test_lines_of_json(chat: Chat) -> None:
    given = '{"user": "居住证要带什么材料", "id": 7}\n\n{"user": "\\u8c22\\u8c22"}\n{"user": ""}\n{"user": "\\ud800"}\n'
    answers = chat(given, "--jsonl")
    assert [answer["act"] for answer in answers] == ["answer", "smalltalk", "reject", "handoff"]
    assert answers[1]["heard"] == "谢谢"


@pytest.mark.parametrize(
    "line",
    ["居住证", "[]", "3", '"user"', "{}", '{"user": null}', '{"user": 3}', '{"user": "x"', "[" * 100_000],
)
def test_a_line_that_is_no_such_json_is_told_and_the_session_goes_on(chat: Chat, line: str) -> None:
    given = f'{{"user": "居住证多少钱"}}\n{line}\n{{"user": "几号窗口"}}\n'
    first, unread, after = chat(given, "--jsonl", status=1)
    assert (unread["act"], unread["heard"], unread["matter"]) == ("reject", "", None)
    assert "line 2" in unread["error"]
    assert set(unread) == KEYS | {"error"}
    assert (after["act"], after["matter"], after["facet"]) == ("answer", first["matter"], "window")


def test_a_line_that_cannot_be_read_is_told_on_standard_error(gov_artefact: Path) -> None:
    done = kiosk("chat", "--pack", str(gov_artefact), "--jsonl", given=b'{"user": "hello"}\n\n{}\n')
    assert done.returncode == 1
    assert [json.loads(line)["act"] for line in done.stdout.splitlines()] == ["smalltalk", "reject"]
    assert done.stderr.splitlines() == ['error: line 3 is not {"user": "…"}']


def test_no_lines_no_answers(chat: Chat) -> None:
    assert chat("") == []
    assert chat("\n\n") == []


def test_the_alternatives_of_a_question_back_are_matters(chat: Chat, gov_artefact: Path) -> None:
    matters = load_knowledge(gov_artefact).matters
    answers = chat("我想办证\n办理\n身份证\n户口\n社保\n怎么办\n")
    asked_back = [answer for answer in answers if answer["act"] in ("clarify", "confirm")]
    assert asked_back, "none of these vague lines was asked back"
    for answer in asked_back:
        assert answer["alternatives"]
        assert set(answer["alternatives"]) <= set(matters)
        assert answer["matter"] is None
