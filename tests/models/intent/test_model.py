from __future__ import annotations

import dataclasses
import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from models.errors import IntentError
from models.intent.calibrate import WRONG_LIMIT
from models.intent.files import IntentFiles
from models.intent.graph_check import check_graph
from models.intent.run import IntentModel
from models.intent.train import SEED, Sentence, Trained, train
from tests.models.knowledge.tiny import SUBJECTS


@pytest.mark.parametrize(
    ("text", "label", "facet"),
    [
        ("办护照要带什么材料", "gov.passport.apply", "materials"),
        ("护照多少钱", "gov.passport.apply", "fee"),
        ("几号窗口办护照", "gov.passport.apply", "window"),
        ("健康证网上能办吗", "gov.health_certificate", "online"),
        ("结婚证几天能办好", "gov.marriage.register", "time_limit"),
        ("我想办护照", "gov.passport.apply", "summary"),
        ("how much is an invoice", "gov.tax.invoice", "fee"),
        ("what should I bring for a passport", "gov.passport.apply", "materials"),
        ("办胡照要带什么才料", "gov.passport.apply", "materials"),
        ("姐婚正多少前", "gov.marriage.register", "fee"),
    ],
)
def test_matter_and_facet_are_understood_together(
    model: IntentModel, text: str, label: str, facet: str
) -> None:
    understood = model.understand(text)
    assert understood.known
    assert understood.candidates[0].label == label
    assert understood.facet == facet


@pytest.mark.parametrize(
    "text", ["今天天气怎么样", "给我讲个笑话", "我想考公务员", "what is the capital of France"]
)
def test_what_is_outside_is_not_known(model: IntentModel, text: str) -> None:
    understood = model.understand(text)
    assert not understood.known
    assert all(candidate.probability < model.thresholds.answer for candidate in understood.candidates)


def test_labels_are_matters_and_small_talk(model: IntentModel) -> None:
    assert set(model.labels) == {*SUBJECTS, "smalltalk.thanks", "command.louder"}


def test_candidates_come_best_first_and_at_most_five(model: IntentModel) -> None:
    candidates = model.understand("证在几号窗口").candidates
    probabilities = [candidate.probability for candidate in candidates]
    assert 1 < len(candidates) <= 5
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0 <= sum(probabilities) <= 1.0001


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t\x00\x07", "😀😀", "？！。", "ξψ", "q", "\ud800", "0", "很" * 10_000, "a " * 5_000]
)
def test_odd_texts_get_a_calm_answer(model: IntentModel, text: str) -> None:
    understood = model.understand(text)
    assert len(understood.candidates) <= 5
    if not any(character.isalnum() for character in text):
        assert not understood.known and understood.candidates == ()


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=400) | st.text(st.sampled_from("护照办结婚证多少钱 passport?1"), max_size=40))
def test_any_text_gets_probabilities(model: IntentModel, text: str) -> None:
    understood = model.understand(text, "zh")
    assert all(0.0 <= candidate.probability <= 1.0 for candidate in understood.candidates)
    assert 0.0 <= understood.facet_confidence <= 1.0
    assert 0.0 <= model.belonging(text) <= 1.0


def test_the_same_sentences_and_seed_give_the_same_model(trained: Trained) -> None:
    chosen = [Sentence(f"{word} {n}", word) for word in ("lamp", "song") for n in range(12)]
    first = train(chosen, seed=3)
    assert train(list(reversed(chosen)), seed=3) == first
    assert first.files != trained.files


def test_training_is_the_same_in_another_process() -> None:
    program = (
        "import hashlib; from models.intent.train import Sentence, train;"
        "t = train([Sentence(f'{w} {n} 证', w) for w in ('lamp', 'song') for n in range(12)], seed=3);"
        "print(hashlib.sha256(t.files.onnx + t.files.head + t.files.arrays).hexdigest())"
    )
    here = train(
        [Sentence(f"{word} {n} 证", word) for word in ("lamp", "song") for n in range(12)], seed=3
    ).files
    there = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == hashlib.sha256(here.onnx + here.head + here.arrays).hexdigest()


def test_its_own_evaluation_is_honest_about_what_it_answers(trained: Trained) -> None:
    evaluation = trained.evaluation
    assert evaluation.questions == 4 * 20
    assert evaluation.accuracy > 0.8
    assert evaluation.offered >= evaluation.accuracy
    assert evaluation.wrong <= WRONG_LIMIT
    assert evaluation.foreign == 16
    assert evaluation.foreign_rejected > 0.5


def test_strangers_are_judged_when_nothing_foreign_is_taught() -> None:
    sentences = [Sentence(f"{form} {label}word", label) for label in map("label{}".format, range(20))
                 for form in ("give me", "I want", "where is", "what about", "tell me", "how much is")]  # fmt: skip
    evaluation = train(sentences, facets=("summary",)).evaluation
    assert evaluation.foreign == 0
    assert evaluation.near_rejected > 0.2


def test_one_label_cannot_be_trained() -> None:
    with pytest.raises(IntentError) as caught:
        train([Sentence("lamp", "a"), Sentence("light", "a"), Sentence("king", "oos")], outside="oos")
    assert caught.value.code == "too_few_labels"


def test_two_labels_with_one_sentence_each_can() -> None:
    model = IntentModel(train([Sentence("the lamp", "a"), Sentence("a song", "b")], seed=SEED).files)
    assert model.understand("the lamp").candidates[0].label == "a"


def test_files_survive_a_folder(trained: Trained, tmp_path: Path) -> None:
    trained.files.write(tmp_path / "model")
    assert IntentFiles.read(tmp_path / "model") == trained.files
    with pytest.raises(IntentError) as caught:
        IntentFiles.read(tmp_path)
    assert caught.value.code == "model_missing"


def test_the_network_is_onnx_and_runs_on_one_thread(trained: Trained, model: IntentModel) -> None:
    onnx.checker.check_model(onnx.load_from_string(trained.files.onnx), full_check=True)
    model.understand("护照多少钱")
    before = threading.active_count()
    model.understand("护照多少钱")
    assert threading.active_count() == before


def _graph(*nodes: onnx.NodeProto, initializers: list[TensorProto] | None = None) -> bytes:
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n"])
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n"])
    graph = helper.make_graph(list(nodes), "g", [given], [out], initializers or [])
    return helper.make_model(graph).SerializeToString()


def test_graphs_that_do_more_than_ours_are_refused() -> None:
    loop = helper.make_node("Loop", ["", "", "x"], ["y"], body=helper.make_graph([], "b", [], []))
    foreign = helper.make_node("Mul", ["x", "x"], ["y"], domain="com.example")
    outside = helper.make_tensor("t", TensorProto.FLOAT, [1], [1.0])
    outside.external_data.add(key="location", value="../secret")
    outside.data_location = TensorProto.EXTERNAL
    for raw in (_graph(loop), _graph(foreign), _graph(initializers=[outside])):
        with pytest.raises(IntentError) as caught:
            check_graph(raw)
        assert caught.value.code == "model_refused"
    check_graph(_graph(helper.make_node("Mul", ["x", "x"], ["y"])))


@pytest.mark.parametrize("raw", [b"", b"ONNX", b"\xff" * 50, b"\x3a\x05ab", b"\x3b\x01"])
def test_what_is_no_graph_is_refused(raw: bytes) -> None:
    with pytest.raises(IntentError) as caught:
        check_graph(raw)
    assert caught.value.code == "model_damaged"


@settings(max_examples=100, deadline=None)
@given(
    place=st.floats(0, 1, exclude_max=True),
    patch=st.binary(min_size=1, max_size=4),
    which=st.sampled_from(["onnx", "head", "arrays"]),
)
def test_damage_to_any_file_is_an_intent_error_or_harmless(
    trained: Trained, place: float, patch: bytes, which: str
) -> None:
    raw = bytearray(getattr(trained.files, which))
    at = int(place * len(raw))
    raw[at : at + len(patch)] = patch
    try:
        damaged = IntentModel(dataclasses.replace(trained.files, **{which: bytes(raw)}))
    except IntentError:
        return
    assert len(damaged.understand("护照多少钱").candidates) <= 5


def test_the_network_gives_what_the_weights_say(trained: Trained, model: IntentModel) -> None:
    """int8 rows lose little: the training sentences' best labels survive."""
    texts = ("我想办护照", "结婚证多少钱", "help me with the medical check", "谢谢")
    found = [model.understand(text).candidates[0] for text in texts]
    assert [candidate.label for candidate in found] == [
        "gov.passport.apply",
        "gov.marriage.register",
        "gov.health_certificate",
        "smalltalk.thanks",
    ]
    assert np.mean([candidate.probability for candidate in found]) > 0.5
