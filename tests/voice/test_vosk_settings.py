"""A Vosk model with other decoder settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.voice.conftest import QUESTIONS, Spoken
from voice.errors import RecognizerError
from voice.vosk_recognizer import VoskRecognizer
from voice.vosk_settings import FULL, SMALL_BOARD, with_settings


def settings_of(model: Path) -> dict[str, str]:
    """What stands in a model's configuration; a setting that stands twice is an error."""
    lines = (model / "conf" / "model.conf").read_text(encoding="utf-8").split()
    pairs = [re.fullmatch(r"--([^=]+)=(.*)", line) for line in lines]
    names = [pair[1] for pair in pairs if pair]
    assert len(names) == len(set(names))
    return {pair[1]: pair[2] for pair in pairs if pair}


def test_the_settings_are_replaced_and_the_others_stay(speech_model: Path, tmp_path: Path) -> None:
    before = settings_of(speech_model)
    after = settings_of(with_settings(speech_model, SMALL_BOARD, tmp_path))
    assert {name: float(after[name]) for name in SMALL_BOARD} == SMALL_BOARD
    assert {name: value for name, value in after.items() if name not in SMALL_BOARD} == {
        name: value for name, value in before.items() if name not in SMALL_BOARD
    }
    assert settings_of(speech_model) == before, "the model itself was changed"


def test_it_is_made_once_and_anew_for_other_settings(speech_model: Path, tmp_path: Path) -> None:
    first = with_settings(speech_model, SMALL_BOARD, tmp_path)
    assert with_settings(speech_model, SMALL_BOARD, tmp_path) == first
    assert with_settings(speech_model, FULL, tmp_path) != first
    assert sum(
        file.stat().st_size for file in tmp_path.rglob("*") if file.is_file() and not file.is_symlink()
    ) < (64 << 10), "the model was copied"


@pytest.mark.parametrize("settings", [SMALL_BOARD, FULL], ids=["small board", "full"])
def test_vosk_hears_with_them(
    settings: dict[str, float], speech_model: Path, spoken: Spoken, tmp_path: Path
) -> None:
    recognizer = VoskRecognizer(with_settings(speech_model, settings, tmp_path))
    recognizer.accept(spoken(QUESTIONS[0]))
    assert recognizer.finish().text == QUESTIONS[0]


def test_a_model_of_the_flat_layout_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "flat").mkdir()
    assert with_settings(tmp_path / "flat", SMALL_BOARD, tmp_path / "cache") == tmp_path / "flat"
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_is_told(speech_model: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    with pytest.raises(RecognizerError, match="check the folder's rights") as wrong:
        with_settings(speech_model, SMALL_BOARD, tmp_path / "file" / "cache")
    assert wrong.value.code == "cache_not_writable"
