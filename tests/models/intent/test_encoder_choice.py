from __future__ import annotations

from pathlib import Path

import pytest

from models.intent import choice
from models.intent.choice import Choice, choose
from models.intent.encoders import BUILTIN, ENCODERS


@pytest.mark.parametrize("asked", [Choice.BUILTIN, Choice.MINILM, Choice.BGE_ZH])
def test_what_is_named_is_taken(asked: Choice) -> None:
    assert choose(asked, []) in ENCODERS
    assert (choose(asked, []) == BUILTIN) == (asked is Choice.BUILTIN)


@pytest.mark.parametrize(
    ("texts", "name"),
    [(["身份证丢了", "lost card"] * 2 + ["社保"], "bge-zh-1"), (["my card", "卡"], "minilm-1")],
)
def test_auto_takes_the_encoder_of_the_language_when_it_can_be_had_and_tuned(
    monkeypatch: pytest.MonkeyPatch, texts: list[str], name: str
) -> None:
    from models.intent.encoders import pretrained_weights

    here = (Path("weights"), Path("vocabulary"))
    monkeypatch.setattr(pretrained_weights, "find_files", lambda of: here if of.name == name else None)
    monkeypatch.setattr(choice, "can_tune", lambda: True)
    assert choose(Choice.AUTO, texts) == name
    monkeypatch.setattr(choice, "can_tune", lambda: False)
    assert choose(Choice.AUTO, texts) == BUILTIN


def test_auto_falls_back_on_the_builtin_encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from models.intent.encoders import pretrained_weights

    monkeypatch.setattr(choice, "can_tune", lambda: True)
    monkeypatch.setattr(pretrained_weights, "find_files", lambda _of: None)
    assert choose(Choice.AUTO, ["my card"]) == BUILTIN
