from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import IntentError
from models.facets import FACETS
from models.intent.evaluate import measure
from models.intent.facets import asked_facet
from models.intent.run import IntentModel
from models.intent.table import Row, read_table, training_rows, unseen_rows


@pytest.mark.parametrize(
    ("sentence", "facet"),
    [
        ("居住证要带什么材料", "materials"),
        ("居住证多少钱", "fee"),
        ("几号窗口办居住证", "window"),
        ("居住证网上能办吗", "online"),
        ("居住证要多久", "time_limit"),
        ("居住证怎么办", "steps"),
        ("周末上班吗", "hours"),
        ("什么人可以办居住证", "conditions"),
        ("居住证在哪里办", "location"),
        ("我想办居住证", "summary"),
        ("Which window handles passports", "window"),
        ("What documents do I need", "materials"),
        ("How much does it cost", "fee"),
        ("How long does it take", "time_limit"),
        ("Can I apply online", "online"),
        ("Where is it", "location"),
        ("Am I eligible", "conditions"),
        ("How do I apply", "steps"),
        ("I want a passport", "summary"),
    ],
)
def test_cue_words_tell_the_facet(sentence: str, facet: str) -> None:
    assert asked_facet(sentence) == facet
    assert facet in FACETS


def test_splits_to_train_on_and_to_measure_on(table: Path) -> None:
    rows = read_table(table)
    assert {row.split for row in training_rows(rows)} == {"train", "oos_train"}
    assert {row.split for row in unseen_rows(rows)} == {"test", "oos_test"}
    few = [Row("train_10", "a", "b"), Row("valid", "c", "d")]
    assert training_rows(few) == few[:1] and unseen_rows(few) == few[1:]
    plain = [Row("", "a", "b")]
    assert training_rows(plain) == plain and unseen_rows(plain) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", ":1: the header"),
        (b"label\ttext\n", ":1: the header"),
        (b"text\tlabel\n", ":2: the table has no rows"),
        (b"text\tlabel\nhello\n", ":2: 1 columns instead of 2"),
        (b"text\tlabel\nhello\t \n", ":2: the text or the label is empty"),
        (b"text\tlabel\n\xff\tx\n", "not UTF-8"),
    ],
)
def test_a_bad_table_is_explained(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "t.tsv").write_bytes(content)
    with pytest.raises(IntentError) as caught:
        read_table(tmp_path / "t.tsv")
    assert says in caught.value.message


def test_quotes_and_odd_line_ends_are_text(tmp_path: Path) -> None:
    (tmp_path / "t.tsv").write_bytes('\ufefftext\tlabel\r\nsay "hi\u2028there\t1\r\n\r\n'.encode())
    assert read_table(tmp_path / "t.tsv") == [Row("", 'say "hi\u2028there', "1")]


def test_figures_of_a_table_in_scope(model: IntentModel) -> None:
    rows = [Row("", "护照多少钱", "gov.passport.apply"), Row("", "护照多少钱", "gov.tax.invoice")]
    measured = measure(model, rows)
    assert (measured.n, measured.accuracy, measured.in_scope_accuracy) == (2, 0.5, 0.5)
    assert measured.wrong == 0.5
    assert measured.oos_recall is None and measured.auroc is None
    assert 0 < measured.p50_ms <= measured.p95_ms


def test_figures_with_sentences_out_of_scope(model: IntentModel) -> None:
    rows = [
        Row("", "护照多少钱", "gov.passport.apply"),
        Row("", "今天天气怎么样", "oos"),
        Row("", "结婚证在几号窗口", "oos"),
    ]
    measured = measure(model, rows)
    assert measured.oos_recall == 0.5
    assert measured.accuracy == pytest.approx(2 / 3, abs=1e-3)
    assert measured.auroc is not None and measured.auroc >= 0.5


def test_homophones_hardly_hurt(model: IntentModel) -> None:
    rows = [Row("", text, label) for label, texts in {
        "gov.passport.apply": ("我想办护照", "护照怎么办理", "护照在几号窗口"),
        "gov.marriage.register": ("我想办结婚证", "结婚证多少钱", "我要领证结婚该找谁"),
    }.items() for text in texts]  # fmt: skip
    assert measure(model, rows, noise=0.2).in_scope_accuracy >= 0.8


def test_nothing_to_measure_is_an_error(model: IntentModel) -> None:
    with pytest.raises(IntentError):
        measure(model, [])
