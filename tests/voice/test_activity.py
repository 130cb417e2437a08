"""The real voice activity detector with the real endpoint."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.voice.conftest import SHARED_SPEECH, Spoken
from voice.activity import SileroActivity
from voice.endpoint import Ended, Endpoint, Started
from voice.errors import ActivityError
from voice.file_source import load_sound
from voice.ports import FRAME_BYTES, FRAME_SECONDS

needs_recordings = pytest.mark.skipif(
    not SHARED_SPEECH.is_dir(), reason="the recordings of real people (shared/data/speech) are not here"
)


def utterances(pcm: bytes) -> list[tuple[float, float]]:
    """Start and end in seconds of what the detector and the endpoint take for speech."""
    activity, endpoint = SileroActivity(), Endpoint()
    found: list[tuple[float, float]] = []
    started = 0.0
    for number in range(len(pcm) // FRAME_BYTES):
        frame = pcm[number * FRAME_BYTES : (number + 1) * FRAME_BYTES]
        now = (number + 1) * FRAME_SECONDS
        decision = endpoint.feed(FRAME_SECONDS, activity.probability(frame))
        if isinstance(decision, Started):
            started = now - decision.ago
        elif isinstance(decision, Ended):
            found.append((started, now - decision.ago))
    return found


def padded(path: Path) -> bytes:
    silence = np.random.default_rng(1).normal(0, 5, 16_000).astype(np.int16)
    return np.concatenate([silence, load_sound(path), silence]).tobytes()


def test_a_synthetic_sentence_is_found_where_it_is(spoken: Spoken) -> None:
    pcm = spoken("我想办居住证要带什么材料", before=1.0, after=1.0)
    ((began, ended),) = utterances(pcm)
    assert began == pytest.approx(1.0, abs=0.15)
    assert ended == pytest.approx(len(pcm) / 32_000 - 1.0, abs=0.15)


@pytest.mark.parametrize("level", [0, 30, 1000])
def test_noise_alone_is_not_speech(level: int) -> None:
    noise = np.random.default_rng(2).normal(0, level, 16_000 * 5).astype(np.int16)
    assert utterances(noise.tobytes()) == []


def test_a_knock_is_not_speech() -> None:
    sound = np.zeros(32_000, np.int16)
    sound[8000:8400] = (20_000 * np.exp(-np.arange(400) / 80)).astype(np.int16)
    assert utterances(sound.tobytes()) == []


@needs_recordings
def test_a_real_sentence_is_one_utterance() -> None:
    assert len(utterances(padded(SHARED_SPEECH / "zh_sentence_bsd.flac"))) == 1


@needs_recordings
def test_single_words_of_real_people_are_heard() -> None:
    words = sorted((SHARED_SPEECH / "words_zh").glob("*.flac"))[::24]
    assert words
    missed = [path.name for path in words if not utterances(padded(path))]
    assert len(missed) <= len(words) * 0.05, f"not heard: {missed}"


def test_a_frame_of_another_length_is_refused() -> None:
    with pytest.raises(ActivityError, match="1024 bytes"):
        SileroActivity().probability(b"\0" * 10)


def test_reset_forgets(spoken: Spoken) -> None:
    frame = bytes(FRAME_BYTES)
    activity = SileroActivity()
    fresh = activity.probability(frame)
    pcm = spoken("你好", before=0.0)
    for offset in range(0, FRAME_BYTES * 20, FRAME_BYTES):
        activity.probability(pcm[offset : offset + FRAME_BYTES])
    activity.reset()
    assert activity.probability(frame) == pytest.approx(fresh)
