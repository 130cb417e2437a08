"""Building model folders: content, repeatability, replacement, refusals."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import models.speech.language as language_module
import models.speech.model as model_module
from models.speech import (
    EMBEDDED,
    EMBEDDED_LABEL,
    EMBEDDED_LABEL_ZH,
    SpeechModelError,
    Weights,
    build_speech_model,
    folder_for,
    language_of,
    speech_model_for,
)
from models.speech.compact import CompactGrammar
from models.speech.fst import Fst


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_is_a_complete_vosk_model(model_folder: Path) -> None:
    assert set(content(model_folder)) == {
        "am/final.mdl",
        "conf/mfcc.conf",
        "conf/model.conf",
        "graph/Gr.fst",
        "graph/HCLr.fst",
        "graph/disambig_tid.int",
        "graph/phones/word_boundary.int",
        "graph/words.txt",
        "LICENSE",
        "README",
    }


def test_the_readme_says_whom_it_understands(model_folder: Path) -> None:
    text = (model_folder / "README").read_text("utf-8")
    assert EMBEDDED_LABEL in text
    assert EMBEDDED_LABEL_ZH in text


def test_graph_labels_are_numbers_of_words(model_folder: Path) -> None:
    graph = model_folder / "graph"
    words = dict(line.rsplit(" ", 1) for line in (graph / "words.txt").read_text("utf-8").splitlines())
    known = {int(number) for number in words.values()}
    fst = Fst.from_bytes((graph / "HCLr.fst").read_bytes())
    assert {arc.output for arcs in fst.arcs for arc in arcs} <= known
    CompactGrammar((graph / "Gr.fst").read_bytes()).check(int(words["[unk]"]))
    assert words["[unk]"] == str(len(words) - 2)


def test_the_same_sentences_give_the_same_bytes(
    sentences: tuple[str, ...], model_folder: Path, tmp_path: Path
) -> None:
    again = build_speech_model(tuple(reversed(sentences)), tmp_path / "again")
    assert content(again) == content(model_folder)


def test_a_new_model_replaces_the_old_one_whole(tmp_path: Path) -> None:
    out = build_speech_model(["我要取号"], tmp_path / "model")
    (out / "left-over").write_text("x")
    build_speech_model(["谢谢"], out)
    assert not (out / "left-over").exists()
    assert "取号" not in (out / "graph" / "words.txt").read_text("utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_failed_build_leaves_the_old_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = build_speech_model(["我要取号"], tmp_path / "model")
    before = content(out)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Fst, "write", full_disk)
    with pytest.raises(SpeechModelError, match="No space left") as caught:
        build_speech_model(["谢谢"], out)
    assert caught.value.code == "out_not_writable"
    assert content(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_the_cache_builds_once_per_set_of_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = speech_model_for(["我要取号", "谢谢"], tmp_path)
    other = speech_model_for(["我要取号"], tmp_path)
    assert first != other

    def never(*_: object) -> Path:
        raise AssertionError("built again")

    monkeypatch.setattr(model_module, "build_speech_model", never)
    assert speech_model_for(["谢谢", "我要取号"], tmp_path) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([first.name, other.name])


def test_two_processes_may_build_the_same_model_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build_while_another_finishes(
        sentences: list[str], out: Path, terms: tuple[str, ...], weights: Weights
    ) -> Path:
        monkeypatch.undo()
        speech_model_for(sentences, tmp_path, terms, weights)
        return build_speech_model(sentences, out, terms, weights)

    monkeypatch.setattr(model_module, "build_speech_model", build_while_another_finishes)
    folder = speech_model_for(["谢谢"], tmp_path)
    assert (folder / "am" / "final.mdl").is_file()
    assert list(tmp_path.iterdir()) == [folder]


def test_new_weights_make_a_new_cache_entry(tmp_path: Path) -> None:
    other = replace(EMBEDDED, folder=tmp_path / "weights")
    shutil.copytree(EMBEDDED.folder, other.folder)
    (other.folder / "model.conf").write_text("--beam=9\n")
    first = speech_model_for(["谢谢"], tmp_path / "cache")
    assert speech_model_for(["谢谢"], tmp_path / "cache", weights=other) != first


def test_a_language_is_put_under_the_weights_without_its_sentences(
    model_folder: Path, sentences: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    language = language_of(sentences)
    monkeypatch.setattr(language_module, "cut_all", None)  # nothing is cut, read or counted again
    folder = folder_for(language, tmp_path)
    assert content(folder) == content(model_folder)
    assert folder_for(language, tmp_path) == folder


def test_the_licence_of_the_weights_goes_with_them(tmp_path: Path) -> None:
    weights = replace(EMBEDDED, folder=tmp_path / "weights")
    shutil.copytree(EMBEDDED.folder, weights.folder)
    (weights.folder / "LICENSE").write_text("recordings: CC BY-SA 4.0\n")
    folder = build_speech_model(["谢谢"], tmp_path / "model", weights=weights)
    assert (folder / "LICENSE").read_text() == "recordings: CC BY-SA 4.0\n"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([], "no_sentences"),
        (["How do I apply", "ETC"], "not_chinese"),
        (["？！"], "not_chinese"),
        (["㐀"], "not_chinese"),
    ],
)
def test_nothing_to_understand_is_refused(given: list[str], code: str, tmp_path: Path) -> None:
    with pytest.raises(SpeechModelError) as caught:
        build_speech_model(given, tmp_path / "model")
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for attempt in (build_speech_model, speech_model_for):
        with pytest.raises(SpeechModelError, match="file") as caught:
            attempt(["谢谢"], tmp_path / "file" / "model")
        assert caught.value.code == "out_not_writable"


def test_missing_weights_are_reported(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    weights = replace(EMBEDDED, folder=tmp_path / "weights")
    with pytest.raises(SpeechModelError, match="reinstall") as caught:
        build_speech_model(["谢谢"], tmp_path / "model", weights=weights)
    assert caught.value.code == "weights_missing"


def test_sentences_with_other_scripts_are_left_out(tmp_path: Path) -> None:
    out = build_speech_model(["ETC怎么开通", "我要取号"], tmp_path / "model")
    assert "开通" not in (out / "graph" / "words.txt").read_text("utf-8")
