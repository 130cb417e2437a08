"""The endpoint with the real detector on what real people say; ``tests/bench/endpoint.py`` measures it in full."""

from __future__ import annotations

import numpy as np
import pytest

from tests.bench.endpoint import Bench, Condition
from tests.bench.endpoint_hearing import Heard
from tests.bench.recordings import spoken_span
from tests.voice.conftest import SHARED_SPEECH

needs_recordings = pytest.mark.skipif(
    not SHARED_SPEECH.is_dir(), reason="the recordings of real people (shared/data/speech) are not here"
)


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(SHARED_SPEECH.parent, tuning=False)


def wrong(heard: list[Heard]) -> tuple[int, int]:
    """How many were cut off, and of how many the beginning was lost."""
    return sum(one.cut for one in heard), sum(one.lead is None or one.lead < 0 for one in heard)


@needs_recordings
def test_people_are_heard_out_and_answered_soon(bench: Bench) -> None:
    clean, _ = bench.measure(Condition("clean"), 24)
    noisy, _ = bench.measure(Condition("noisy", snr_db=10.0), 24)
    for heard in (clean, noisy):
        cut, late = wrong(heard)
        assert cut <= 1
        assert late <= 2
        assert np.median([one.delay for one in heard if one.delay is not None]) <= 0.45


@needs_recordings
def test_endless_talk_ends_at_the_cap(bench: Bench) -> None:
    lengths = [decided - start for start, decided in bench.babble_alone()]
    assert lengths
    assert max(lengths) <= 10.04


@needs_recordings
def test_noise_alone_is_nobody(bench: Bench) -> None:
    starts = {name: bench.false_starts(noise, -36.0, 20.0) for name, noise in bench.noises.items()}
    assert sum(starts.values()) <= 1, starts


def test_the_true_span_of_a_word_is_found_by_its_energy() -> None:
    rng = np.random.default_rng(3)
    sound = rng.normal(0, 1e-4, 32_000)
    sound[8_000:12_000] += rng.normal(0, 0.1, 4_000)
    sound[13_000:16_000] += rng.normal(0, 0.05, 3_000)
    sound[30_000:30_200] += rng.normal(0, 0.1, 200)
    assert spoken_span(sound.astype(np.float32)) == (8_000, 16_000), "a late click is no part of it"
