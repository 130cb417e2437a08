"""The real voice activity detector with the real endpoint."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.voice.conftest import SHARED_SPEECH, Spoken
from voice import activity
from voice.activity import SileroActivity, _network_file, _Wheel
from voice.endpoint import Ended, Endpoint, Started
from voice.errors import ActivityError
from voice.file_source import load_sound
from voice.ports import FRAME_BYTES, FRAME_SECONDS
from voice.silero_network import SileroNetwork

needs_recordings = pytest.mark.skipif(
    not SHARED_SPEECH.is_dir(), reason="the recordings of real people (shared/data/speech) are not here"
)


def utterances(pcm: bytes) -> list[tuple[float, float]]:
    """Start and end in seconds of what the detector and the endpoint take for speech."""
    detector, endpoint = SileroActivity(), Endpoint()
    found: list[tuple[float, float]] = []
    started = 0.0
    for number in range(len(pcm) // FRAME_BYTES):
        frame = pcm[number * FRAME_BYTES : (number + 1) * FRAME_BYTES]
        now = (number + 1) * FRAME_SECONDS
        decision = endpoint.feed(FRAME_SECONDS, detector.probability(frame))
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
    detector = SileroActivity()
    fresh = detector.probability(frame)
    pcm = spoken("你好", before=0.0)
    for offset in range(0, FRAME_BYTES * 20, FRAME_BYTES):
        detector.probability(pcm[offset : offset + FRAME_BYTES])
    detector.reset()
    assert detector.probability(frame) == pytest.approx(fresh)


def test_the_network_gives_what_the_wheels_own_code_gives(spoken: Spoken) -> None:
    noise = np.random.default_rng(3).normal(0, 400, 16_000).astype(np.int16).tobytes()
    pcm = spoken("我想办居住证要带什么材料") + noise + spoken("How do I apply", lang="en")
    ours, theirs = SileroActivity(), _Wheel()
    assert isinstance(ours._detector, SileroNetwork), "the wheel's network is not the one this code knows"
    frames = [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES)]
    heard = [ours.probability(frame) for frame in frames]
    expected = [theirs.probability(np.frombuffer(frame, np.int16)) for frame in frames]
    assert max(expected) > 0.9 > 0.1 > min(expected)
    assert heard == pytest.approx(expected, abs=0.01)


def test_a_network_that_is_not_known_is_refused(tmp_path: Path) -> None:
    whole = _network_file().read_bytes()
    for number, damaged in enumerate((b"", b"RIFF" + whole, whole[:5000], whole[:16])):
        file = tmp_path / f"{number}.bin"
        file.write_bytes(damaged)
        with pytest.raises(ActivityError) as caught:
            SileroNetwork(file)
        assert caught.value.code == "activity_model"
    with pytest.raises(ActivityError):
        SileroNetwork(tmp_path / "missing.bin")


def test_a_wheel_with_another_network_is_used_as_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spoken: Spoken
) -> None:
    other = tmp_path / "ggml-silero-v9.bin"
    other.write_bytes(b"another format")
    monkeypatch.setattr(activity, "_network_file", lambda: other)
    pcm = spoken("我想办居住证要带什么材料")
    detector = SileroActivity()
    assert isinstance(detector._detector, _Wheel)
    frames = (pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES))
    assert max(detector.probability(frame) for frame in frames) > 0.9
