"""Sequences in training: the sequence loss against every path counted one by one, labels, alignment."""

# pyright: reportMissingImports=false
# torch is installed for training only.

import importlib.util
import itertools
import math

import numpy as np
import pytest

if importlib.util.find_spec("torch") is None:
    pytest.skip("training needs torch, which only training installs", allow_module_level=True)

import torch

from models.speech.training.alignment import _path, _states
from models.speech.training.clips import Clip, ClipStore
from models.speech.training.log_mel import SAMPLE_RATE
from models.speech.training.network import Architecture, Network, Taps
from models.speech.training.sequence_loss import SequenceLoss
from models.speech.training.stream import Diet, Shape, Stream

PHONES = 3


def all_paths(
    scores: np.ndarray, bigram: np.ndarray, allowed: list[set[int]], labels: list[int] | None
) -> float:
    """log of the sum over sequences; with labels only those that say their phones in order, within ``allowed``."""
    wanted = [phone for phone, _ in itertools.groupby(labels)] if labels else None
    total = 0.0
    for path in itertools.product(range(PHONES), repeat=len(scores)):
        if wanted is not None:
            said = [phone for phone, _ in itertools.groupby(path)]
            inside = all(phone in allowed[time] for time, phone in enumerate(path))
            if not inside or said != wanted:
                continue
        weight = sum(scores[time, phone] for time, phone in enumerate(path))
        weight += sum(bigram[a, b] for a, b in itertools.pairwise(path) if a != b)
        total += math.exp(weight)
    return math.log(total)


def test_the_sequence_loss_sums_over_every_path() -> None:
    rng = np.random.default_rng(1)
    labels = [0, 0, 1, 1, 2]
    scores = rng.standard_normal((len(labels), PHONES))
    bigram = np.log(rng.dirichlet(np.ones(PHONES), PHONES))
    near = [{labels[max(0, t - 1)], labels[t], labels[min(4, t + 1)]} for t in range(len(labels))]
    numerator, denominator = all_paths(scores, bigram, near, labels), all_paths(scores, bigram, [], None)
    loss = SequenceLoss(torch.from_numpy(bigram.astype(np.float32)), 1)(
        torch.from_numpy(scores)[None], torch.tensor([labels])
    )
    # A row may be cut within the tolerance of its last boundary, so the last phone may be missing.
    shorter = all_paths(scores, bigram, near, [0, 0, 1, 1, 1])
    expected = denominator - np.logaddexp(numerator, shorter)
    assert loss.item() * len(labels) == pytest.approx(expected, rel=1e-4)


def test_the_loss_is_least_where_the_labels_are_certain() -> None:
    labels = torch.tensor([[0, 0, 1, 1, 2, 2, 0]])
    certain = 20.0 * torch.nn.functional.one_hot(labels, PHONES).float()
    loss = SequenceLoss(torch.full((PHONES, PHONES), -1.0), 2)
    assert loss(certain, labels) < 0.01 < loss(torch.zeros_like(certain), labels)


def store() -> ClipStore:
    clips = ClipStore()
    rng = np.random.default_rng(2)
    for speaker in ("a", "b"):
        sound = (rng.standard_normal(SAMPLE_RATE) * 1000).astype(np.int16)
        clips.add(
            "words",
            speaker,
            Clip(sound, np.array([3000, 6000, 12_000], np.int32), np.array([1, 2, 0], np.int16)),
        )
    return clips


def test_a_batch_has_the_shape_that_the_network_wants() -> None:
    architecture = Architecture(PHONES, 8, 8, 4, 8, (Taps(-1, (0, 1)), Taps(-2, (-1, 0))))
    shape = Shape(40, architecture.left, architecture.right)
    stream = Stream(store(), Diet({"words": 1.0}, field=frozenset({"words"})), shape, 3, 1)
    features, labels = stream.batch()
    assert features.shape == (3, shape.frames, 40)
    assert torch.isfinite(features).all()
    assert set(labels.unique().tolist()) <= set(range(PHONES))
    assert Network(architecture)(features).shape == (3, 40, PHONES)


def test_labels_follow_the_boundaries_and_no_phone_is_lost() -> None:
    stream = Stream(store(), Diet({"words": 1.0}), Shape(40, 30, 9), 1, 1)
    row = stream._speech("words", [0], 40_000, 1.0)
    row.bounds, row.phones = [0.0, 14_400.0, 14_410.0, 14_420.0], [0, 1, 2, 0]
    labels = stream._labels(row, 160).tolist()
    begins = round((14_400 - 30 * 160 - 200) / 480)
    assert labels[begins : begins + 3] == [1, 2, 0]
    assert labels.count(1) == labels.count(2) == 1


def test_a_path_skips_pauses_that_are_not_there() -> None:
    said = [0, 0, 1, 1, 2, 2, 2, 0]
    scores = np.log(np.full((len(said), PHONES), 0.05, np.float32))
    scores[np.arange(len(said)), said] = np.log(0.9)
    changes, score = _path(scores, scores, _states([("x",), ("y",)], {"x": 1, "y": 2}))
    assert changes == [(0, 0), (2, 1), (4, 2), (7, 0)]
    assert score == pytest.approx(np.log(0.9), rel=1e-4)


def test_too_short_a_recording_has_no_path() -> None:
    scores = np.zeros((2, PHONES), np.float32)
    assert _path(scores, scores, _states([("x", "y")], {"x": 1, "y": 2}))[0] == []


def test_an_utterance_is_judged_like_a_row_of_it() -> None:
    torch.manual_seed(1)
    architecture = Architecture(PHONES, 8, 8, 4, 8, (Taps(-1, (0, 1)),))
    network = Network(architecture).eval()
    features = torch.randn(60, 40)
    judged = network.judge(features)
    middle = network(features[None])[0]
    first = architecture.left // 3
    assert len(judged) == 20
    offset = architecture.left % 3
    assert offset == 0, "the test's layout"
    torch.testing.assert_close(judged[first : first + len(middle)], middle)
