"""The training tool: its parts, its refusals, and a fresh lite build."""

import importlib.util
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.speech import EMBEDDED, SpeechModelError, build_speech_model
from models.speech.training.__main__ import main
from models.speech.training.evaluate import Heard, Score, edit_distance, onset
from models.speech.training.report import questions_of
from models.speech.training.texts import random_texts, toned_syllables
from tests.models.speech.conftest import Speak


def test_training_texts_use_only_what_the_voice_can_say() -> None:
    usable = frozenset(("wo", "xiang", "ban"))
    for text in random_texts(50, ["我想办", "他去"], usable, random.Random(1)):
        syllables = "".join(c if c.isalpha() else " " for c in text).split()
        assert set(syllables) <= usable


def test_training_covers_mandarin() -> None:
    assert len({syllable[:-1] for syllable in toned_syllables()}) > 400


def test_edit_distance_counts_characters() -> None:
    assert [edit_distance("我要取号", text) for text in ("我要取号", "我取号", "我要取款", "")] == [
        0,
        1,
        1,
        4,
    ]


def test_a_score_counts_errors_and_rejections() -> None:
    score = Score()
    score.add("取号", Heard("取号", 0.1, 0.1, 1.0))
    score.add("谢谢", Heard("[unk]", None, 0.1, 1.0))
    summary = score.summary()
    assert (summary["utterances"], summary["sentences_exact"], summary["rejected"]) == (2, 50.0, 50.0)
    assert summary["caption_ms_median"] == 100


def test_speech_begins_where_it_gets_loud() -> None:
    assert onset(np.concatenate([np.full(1600, 1.0), np.full(1600, 1000.0)])) == 1600


def test_questions_are_read_from_pack_folders(tmp_path: Path) -> None:
    matters = tmp_path / "hall" / "matters"
    matters.mkdir(parents=True)
    (matters / "a.yaml").write_text("examples: {zh: [我要取号], en: [ticket]}")
    (tmp_path / "hall" / "smalltalk.yaml").write_text(
        "entries: [{id: x, examples: {zh: [谢谢]}}]\noutside: {zh: [今天天气怎么样]}"
    )
    questions = questions_of(tmp_path)
    assert questions.known == ("我要取号", "谢谢")
    assert questions.outside == ("今天天气怎么样",)


def test_packs_without_questions_are_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--packs", str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_missing_training_tools_are_named_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec

    def find(name: str, package: str | None = None) -> object:
        return None if name == "torch" else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find)
    assert main(["train", "--work", str(tmp_path), "--out", str(tmp_path)]) == 1
    assert "pip install torch" in capsys.readouterr().err


needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="training needs torch, which only training installs"
)


@needs_torch
def test_recordings_without_an_index_are_reported(tmp_path: Path) -> None:
    from models.speech.training.recordings import read_recordings

    with pytest.raises(SpeechModelError) as caught:
        read_recordings(tmp_path)
    assert caught.value.code == "recordings_missing"


@needs_torch
def test_a_recording_is_cut_out_of_its_file(tmp_path: Path) -> None:
    import soundfile

    from models.speech.training.recordings import read_recordings

    soundfile.write(tmp_path / "words.flac", np.arange(100, dtype=np.int16), 16_000)
    header = "file\tstart_sample\tsamples\tspeaker\ttext\tuse\n"
    (tmp_path / "index.tsv").write_text(header + "words.flac\t10\t20\tone\t中国\ttrain\n", "utf-8")
    (recording,) = read_recordings(tmp_path)
    assert recording.samples.tolist() == list(range(10, 30))
    assert recording.syllables == ("zhong1", "guo2")
    (tmp_path / "index.tsv").write_text(header + "words.flac\t90\t20\tone\t中国\ttrain\n", "utf-8")
    with pytest.raises(SpeechModelError, match=r"index.tsv:2"):
        read_recordings(tmp_path)


@needs_torch
@pytest.mark.timeout(1500)
def test_a_fresh_lite_build_understands_its_sentences(
    sentences: tuple[str, ...],
    speech: Speak,
    hear: Callable[[Path, bytes], str],
    tmp_path: Path,
) -> None:
    weights = tmp_path / "weights"
    assert main(["train", "--size", "lite", "--work", str(tmp_path / "work"), "--out", str(weights)]) == 0
    assert (weights / "mfcc.conf").read_text() == (EMBEDDED.folder / "mfcc.conf").read_text()
    (weights / "model.conf").write_bytes((EMBEDDED.folder / "model.conf").read_bytes())
    folder = build_speech_model(sentences, tmp_path / "model", weights=replace(EMBEDDED, folder=weights))
    variants = ("+f3", "+m2", "+m7", "+anika")
    heard = [(text, hear(folder, speech(text, variant))) for text in sentences for variant in variants]
    errors = sum(edit_distance(*pair) for pair in heard)
    rate = errors / sum(len(text) for text, _ in heard)
    sys.stdout.write(f"character error rate of the fresh lite build: {100 * rate:.2f} %\n")
    assert rate < 0.05, [pair for pair in heard if pair[0] != pair[1]]
