"""The training tool: its parts, its refusals, and a fresh lite build."""

import importlib.util
import random
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models.speech import SELFTEST, build_speech_model
from models.speech.training.__main__ import main
from models.speech.training.evaluate import Heard, Score, edit_distance, onset
from models.speech.training.features import write_mfcc_conf
from models.speech.training.report import questions_of
from models.speech.training.synthesis import augment, frame_labels
from models.speech.training.texts import random_texts, toned_syllables
from tests.models.speech.conftest import Speak

MISSING = [name for name in ("torch", "kaldi_native_fbank") if importlib.util.find_spec(name) is None]


def test_labels_follow_the_phones_at_30_ms() -> None:
    outputs = {"SIL": 0, "a": 1, "b": 2}
    phones = [("SIL", 0.0), ("a", 0.1025), ("b", 0.1625), ("SIL", 0.2225)]
    labels = frame_labels(phones, 40, outputs)
    assert labels.tolist() == [0, 0, 0, 1, 1, 2, 2, 0, 0, 0, 0, 0, 0, 0]


def test_every_phone_gets_a_label_however_short() -> None:
    outputs = {"SIL": 0, "a": 1, "b": 2, "c": 3}
    labels = frame_labels([("a", 0.1), ("b", 0.101), ("c", 0.102), ("SIL", 0.103)], 30, outputs)
    assert [label for label in labels.tolist() if label] == [1, 2, 3]


def test_augmentation_says_how_much_silence_it_put_in_front() -> None:
    speech = np.full(1600, 8000.0)
    for seed in range(20):
        samples, lead = augment(speech, random.Random(seed))
        assert len(samples) > len(speech)
        assert (
            abs(samples[: int(lead * 16_000) - 1]).mean() < abs(samples[int(lead * 16_000) :][:1600]).mean()
        )


def test_training_texts_use_only_what_the_voice_can_say() -> None:
    usable = frozenset(("wo", "xiang", "ban"))
    for text in random_texts(50, usable, random.Random(1)):
        syllables = "".join(c if c.isalpha() else " " for c in text).split()
        assert set(syllables) <= usable


def test_training_covers_mandarin() -> None:
    assert len({syllable[:-1] for syllable in toned_syllables()}) > 400


def test_the_committed_features_are_those_of_training(tmp_path: Path) -> None:
    write_mfcc_conf(tmp_path / "mfcc.conf")
    assert (tmp_path / "mfcc.conf").read_text() == (SELFTEST.folder / "mfcc.conf").read_text()


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
    assert main(["train", "--out", str(tmp_path)]) == 1
    assert "pip install torch" in capsys.readouterr().err


@pytest.mark.skipif(
    bool(MISSING), reason=f"a fresh build needs {' and '.join(MISSING)}, which only training installs"
)
@pytest.mark.timeout(1500)
def test_a_fresh_lite_build_understands_its_sentences(
    sentences: tuple[str, ...],
    speech: Speak,
    hear: Callable[[Path, bytes], str],
    tmp_path: Path,
) -> None:
    weights = tmp_path / "weights"
    assert main(["train", "--size", "lite", "--out", str(weights)]) == 0
    (weights / "model.conf").write_bytes((SELFTEST.folder / "model.conf").read_bytes())
    fresh = replace(SELFTEST, folder=weights)
    folder = build_speech_model(sentences, tmp_path / "model", weights=fresh)
    variants = ("+f3", "+m2", "+m7", "+anika")
    heard = [(text, hear(folder, speech(text, variant))) for text in sentences for variant in variants]
    errors = sum(edit_distance(*pair) for pair in heard)
    rate = errors / sum(len(text) for text, _ in heard)
    sys.stdout.write(f"character error rate of the fresh lite build: {100 * rate:.2f} %\n")
    assert rate < 0.03, [pair for pair in heard if pair[0] != pair[1]]
