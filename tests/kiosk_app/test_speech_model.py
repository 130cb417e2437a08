"""Which speech model listens."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.cli.root import run
from kiosk_app.errors import KioskError
from kiosk_app.reply import Language
from kiosk_app.speech_model import OFFICIAL, speech_model
from models.assets import AssetStore
from models.knowledge import Knowledge
from models.speech import EMBEDDED_LABEL, build_speech_model


@pytest.fixture
def fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store in which the official Chinese model lies; the model itself is not read here."""
    folder = tmp_path / "assets" / OFFICIAL["zh"]

    def find(store: AssetStore, name: str) -> Path | None:
        return folder if name == OFFICIAL["zh"] else None

    monkeypatch.setattr(AssetStore, "find", find)
    return folder


@pytest.mark.parametrize("choice", ["auto", "official"])
def test_the_official_model_is_used_when_it_was_fetched(
    choice: str, fetched: Path, gov: Knowledge, tmp_path: Path
) -> None:
    model = speech_model(choice, "zh", gov, tmp_path)  # type: ignore[arg-type]
    assert (model.path, model.label, model.embedded) == (fetched, OFFICIAL["zh"], False)


def test_an_official_look_ahead_model_gets_the_hall_s_words(
    fetched: Path, gov: Knowledge, tmp_path: Path
) -> None:
    build_speech_model(gov.sentences("zh")[:200], fetched)
    model = speech_model("official", "zh", gov, tmp_path)
    assert model.path.parent == tmp_path / "cache" / "speech"
    assert (model.path / "graph" / "HCLr.fst").resolve() == fetched / "graph" / "HCLr.fst"
    assert (model.path / "graph" / "Gr.fst").read_bytes() != (fetched / "graph" / "Gr.fst").read_bytes()


def test_an_official_model_that_cannot_take_them_stays_as_it_is(
    fetched: Path, gov: Knowledge, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build_speech_model(["谢谢"], fetched)
    (fetched / "graph" / "words.txt").write_text("no number\n")
    assert speech_model("official", "zh", gov, tmp_path).path == fetched
    assert "keeps its own grammar" in caplog.text


def test_what_the_artefact_carries_is_not_made_again(
    gov: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> Path:
        raise AssertionError("made again")

    monkeypatch.setattr("kiosk_app.speech_model.speech_model_for", never)
    assert (speech_model("embedded", "zh", gov, tmp_path).path / "graph" / "Gr.fst").is_file()


def test_the_embedded_model_is_used_when_it_is_asked_for(
    fetched: Path, gov: Knowledge, tmp_path: Path
) -> None:
    model = speech_model("embedded", "zh", gov, tmp_path)
    assert (model.label, model.embedded) == (EMBEDDED_LABEL, True)
    assert model.path.is_relative_to(tmp_path / "cache")


def test_without_an_official_model_the_embedded_one_steps_in(gov: Knowledge, tmp_path: Path) -> None:
    model = speech_model("auto", "zh", gov, tmp_path)
    assert model.embedded
    assert speech_model("auto", "zh", gov, tmp_path).path == model.path, "it is built again each time"


def test_a_folder_is_taken_as_it_is(gov: Knowledge, tmp_path: Path) -> None:
    model = speech_model(tmp_path / "mine", "en", gov, tmp_path)
    assert (model.path, model.label, model.embedded) == (tmp_path / "mine", "mine", False)


@pytest.mark.parametrize(
    ("choice", "lang"), [("official", "zh"), ("official", "en"), ("auto", "en"), ("embedded", "en")]
)
def test_a_model_that_is_missing_is_named_with_the_command_that_fetches_it(
    choice: str, lang: Language, gov: Knowledge, tmp_path: Path
) -> None:
    with pytest.raises(KioskError, match=f"run: kiosk models fetch {OFFICIAL[lang]}") as caught:
        speech_model(choice, lang, gov, tmp_path)  # type: ignore[arg-type]
    assert caught.value.code == "speech_model"


def test_an_english_recording_without_an_english_model_is_one_line(
    gov_artefact: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("YINGBIN_HOME", str(tmp_path))
    assert run(["ask", "--wav", "any.wav", "--lang", "en", "--pack", str(gov_artefact), "--json"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert (
        captured.err
        == f"error: there is no English speech model here; run: kiosk models fetch {OFFICIAL['en']}\n"
    )
