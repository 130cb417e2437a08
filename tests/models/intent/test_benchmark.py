from __future__ import annotations

import sys
from pathlib import Path

import pytest

from models.intent import benchmark
from models.intent.encoders import BUILTIN
from models.intent.table import Row


def _rows(split: str, forms: tuple[str, ...]) -> list[Row]:
    return [Row(split, form.format(label), label) for label in ("lamp", "song", "rain") for form in forms]


def test_a_task_gives_the_baseline_and_each_encoder() -> None:
    learned = _rows(
        "train", ("the {} now", "give me the {}", "what about the {}", "I want a {}", "tell me the {}")
    )
    asked = [*_rows("valid", ("may I have the {}",)), Row("valid", "who is the king", benchmark.OOS)]
    results = list(benchmark.run_task(benchmark.Task("small", learned, asked), [BUILTIN]))
    assert [result.method for result in results] == ["TF-IDF + SVM", BUILTIN]
    for result in results:
        assert result.accuracy == 1.0
        assert result.auroc is not None and result.oos_recall_at_5 is not None
    assert results[1].megabytes is not None and results[1].wrong is not None


def test_absent_data_is_said_and_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        sys, "argv", ["benchmark", "--data", str(tmp_path), "--only", "clinc", "--encoder", BUILTIN]
    )
    benchmark.main()
    shown = capsys.readouterr()
    assert "clinc150: its table is not in" in shown.err
    assert shown.out == ""


def test_near_sentences_are_of_labels_that_were_held_out() -> None:
    rows = [Row("train", f"about thing {number}", f"label{number}") for number in range(20)]
    task = benchmark._near("set", rows, rows, 1)
    assert len(task.learned) == 16
    assert sum(row.label == benchmark.OOS for row in task.asked) == 4
