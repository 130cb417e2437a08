"""Sound made by the real synthesiser, a speech model that understands it, and a machine with another voice."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from kiosk_app.runtime import voices
from kiosk_app.runtime.voices import PIPER_SETTINGS, PIPER_VOICE
from tests.voice.conftest import speech_model, spoken, synthesizer

__all__ = ["speech_model", "spoken", "synthesizer", "with_piper"]

STAND_IN = Path(__file__).parents[1] / "voice" / "piper_stand_in.py"


@pytest.fixture
def with_piper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose store has piper's voice, on a machine that has the program (``bin/piper`` beside the home)."""
    program = tmp_path / "bin" / "piper"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {STAND_IN} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    store = tmp_path / "home" / "assets"
    store.mkdir(parents=True)
    (store / PIPER_VOICE).write_bytes(b"a voice")
    (store / PIPER_SETTINGS).write_text(json.dumps({"audio": {"sample_rate": 22_050}}))
    monkeypatch.setattr(voices.AssetStore, "find", lambda _self, name: _found(store / name))
    return tmp_path / "home"


def _found(path: Path) -> Path | None:
    return path if path.is_file() else None
