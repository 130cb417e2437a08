"""``kiosk intent train``: which encoder a model gets, and whether it is tuned."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk_app.cli.intent import app
from models.errors import IntentError
from models.intent import choice
from models.intent import train as training
from models.intent.encoders import pretrained
from models.intent.encoders.pretrained import PretrainedEncoder
from models.intent.encoders.pretrained_graph import write_graph
from models.intent.files import IntentFiles
from tests.models.intent.tiny_encoder import PIECES, tiny_bert

needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of labelled questions."""
    rows = ["text\tlabel"]
    for state in ("lost", "stolen", "broken", "gone"):
        rows += [f"my card is {state}\tcard_lost", f"the card was {state} today\tcard_lost"]
    for loan in ("house", "car", "student", "small"):
        rows += [f"what does a {loan} loan cost\tloan_rate", f"rate of the {loan} loan\tloan_rate"]
    path = tmp_path / "table.tsv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The published encoder is a tiny one; its file."""
    onnx = write_graph(tiny_bert(), "minilm-1", PIECES)
    known = {"minilm-1": PretrainedEncoder(onnx, "minilm-1")}
    monkeypatch.setattr(training, "load_encoder", known.__getitem__)
    monkeypatch.setattr(pretrained, "read_pretrained", lambda *_: (tiny_bert(), PIECES))
    return onnx


def train(table: Path, *options: str) -> Result:
    """Run the command on the table; the model lies beside it."""
    to = ("--data", str(table), "--out", str(table.parent / "model"))
    return CliRunner().invoke(app, ["train", *to, "--encoder", "minilm", *options, "--json"])


def carried(table: Path) -> bytes | None:
    """The encoder in the model that was written."""
    return IntentFiles.read(table.parent / "model").encoder


def test_untuned_it_is_carried_as_published(table: Path, published: bytes) -> None:
    result = train(table, "--no-tune")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["encoder"] == "minilm-1"
    assert carried(table) == published


@needs_torch
@pytest.mark.parametrize("options", [["--tune"], []])
def test_tuned_it_is_another_one(table: Path, published: bytes, options: list[str]) -> None:
    result = train(table, *options)
    assert result.exit_code == 0, result.output
    assert carried(table) not in (None, published)


def test_without_torch_it_says_that_nothing_was_tuned(
    table: Path, published: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choice, "can_tune", lambda: False)
    monkeypatch.setattr(training, "can_tune", lambda: False)
    result = train(table)
    assert result.stderr == "torch is not installed: the encoder is used as published, not fine-tuned\n"
    assert carried(table) == published


def test_tuning_that_was_asked_for_needs_torch(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "torch" else find(name))
    result = train(table, "--tune")
    assert isinstance(result.exception, IntentError)
    assert result.exception.code == "torch_missing"
