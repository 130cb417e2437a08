"""Sentences that are known already: what is read from disk, what is written, and what never is."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.voice.humming_voice import HummingVoice
from voice.cached_synthesizer import CachedSynthesizer
from voice.clips import Clip, Clips
from voice.errors import SynthesizerError
from voice.speech_cache import SpeechCache
from voice.synthesizer import EspeakSynthesizer

ROOM = 10_000_000
ANSWER = "请到 3 号窗口。工本费 20 元。"
PRIVATE = "张三，您的号码是 A012。"


@pytest.fixture
def inner() -> HummingVoice:
    return HummingVoice()


@pytest.fixture
def cached(inner: HummingVoice, tmp_path: Path) -> CachedSynthesizer:
    return CachedSynthesizer(inner, SpeechCache(tmp_path, ROOM))


def render(cached: CachedSynthesizer, text: str, rate: float = 1.0) -> bool:
    wanted = {cached.key(part, "zh", rate): part for part in cached.unrecorded(text, "zh")}
    cached.keep(wanted)
    return all(cached.render(part, "zh", rate, key) for key, part in wanted.items())


def speak(cached: CachedSynthesizer, text: str, rate: float = 1.0) -> bytes:
    return b"".join(cached.synthesize(text, "zh", rate))


def on_disk(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_a_rendered_answer_is_not_spoken_again_not_even_after_a_restart(
    cached: CachedSynthesizer, inner: HummingVoice, tmp_path: Path
) -> None:
    assert render(cached, ANSWER)
    assert inner.spoken == ["请到三号窗口。", "工本费二十元。"]
    again = CachedSynthesizer(inner, SpeechCache(tmp_path, ROOM))
    sound = speak(again, ANSWER)
    assert len(inner.spoken) == 2
    assert (again.hits, again.misses) == (2, 0)
    assert len(sound) / 2 == pytest.approx(14 * 1000 + 0.3 * 22_050, abs=400)


def test_answers_that_share_a_sentence_share_its_sound(
    cached: CachedSynthesizer, inner: HummingVoice
) -> None:
    render(cached, ANSWER)
    render(cached, "办居住证，请到三号窗口。工本费 20 元。")
    assert inner.spoken.count("工本费二十元。") == 1


def test_each_rate_is_a_sound_of_its_own(cached: CachedSynthesizer, inner: HummingVoice) -> None:
    render(cached, ANSWER)
    slow = speak(cached, ANSWER, 0.7)
    assert len(inner.spoken) == 4
    assert len(slow) > len(speak(cached, ANSWER)) * 1.3


def test_what_a_citizen_said_is_never_written(
    cached: CachedSynthesizer, inner: HummingVoice, tmp_path: Path
) -> None:
    render(cached, ANSWER)
    kept = on_disk(tmp_path)
    speak(cached, PRIVATE)
    speak(cached, PRIVATE)
    assert on_disk(tmp_path) == kept
    assert inner.spoken.count("张三，您的号码是 A零幺二。") == 2, "nor is it remembered"


def test_a_damaged_sound_is_made_again_when_it_is_needed(
    cached: CachedSynthesizer, inner: HummingVoice, tmp_path: Path
) -> None:
    render(cached, ANSWER)
    for path in tmp_path.rglob("*.speech"):
        path.write_bytes(path.read_bytes()[:-5])
    speak(cached, ANSWER)
    assert len(inner.spoken) == 4
    speak(cached, ANSWER)
    assert len(inner.spoken) == 4


def test_what_another_voice_spoke_instead_is_not_kept(
    cached: CachedSynthesizer, inner: HummingVoice, tmp_path: Path
) -> None:
    inner.stands_in = True
    with pytest.raises(SynthesizerError, match="stood in"):
        render(cached, ANSWER)
    speak(cached, ANSWER)
    assert on_disk(tmp_path) == 0


def test_rendering_stops_when_there_is_no_room(inner: HummingVoice, tmp_path: Path) -> None:
    assert not render(CachedSynthesizer(inner, SpeechCache(tmp_path, 100)), ANSWER)
    assert len(inner.spoken) == 1


def test_a_failing_program_is_an_error_but_known_sentences_are_still_heard(
    cached: CachedSynthesizer, inner: HummingVoice
) -> None:
    render(cached, ANSWER)
    inner.broken = True
    assert speak(cached, ANSWER)
    with pytest.raises(SynthesizerError):
        speak(cached, PRIVATE)


def test_without_a_cache_everything_is_spoken(inner: HummingVoice) -> None:
    cached = CachedSynthesizer(inner)
    assert speak(cached, ANSWER)
    assert not render(cached, ANSWER)


def recording(hertz: float, seconds: float = 1.0, rate: int = 16_000) -> bytes:
    target = io.BytesIO()
    times = np.arange(int(seconds * rate)) / rate
    soundfile.write(target, np.sin(2 * np.pi * hertz * times) * 0.3, rate, format="FLAC")
    return target.getvalue()


def test_a_recording_wins_over_cache_and_program(cached: CachedSynthesizer, inner: HummingVoice) -> None:
    render(cached, ANSWER)
    spoken = list(inner.spoken)
    cached.furnish({}, Clips([Clip("window.flac", "zh", "请到三号窗口。", recording(440))]))
    first, second = cached.synthesize(ANSWER, "zh")
    assert len(first) / 2 == pytest.approx(22_050, abs=50)
    spectrum = np.abs(np.fft.rfft(np.frombuffer(first, np.int16)))
    assert int(np.argmax(spectrum)) == pytest.approx(440, abs=2)
    assert second
    assert inner.spoken == spoken
    assert cached.unrecorded(ANSWER, "zh") == ["工本费二十元。"], "a recorded sentence is not rendered"


def test_one_recording_may_say_several_sentences(cached: CachedSynthesizer, inner: HummingVoice) -> None:
    cached.furnish({}, Clips([Clip("both.flac", "zh", ANSWER, recording(440))]))
    assert len(list(cached.synthesize("您好。" + ANSWER, "zh"))) == 2
    assert inner.spoken == ["您好。"]


def test_a_recording_follows_the_rate_at_its_own_pitch(cached: CachedSynthesizer) -> None:
    cached.furnish({}, Clips([Clip("window.flac", "zh", "请到三号窗口。", recording(440, 2.0))]))
    slow = speak(cached, "请到 3 号窗口。", 0.7)
    assert len(slow) / 2 / 22_050 == pytest.approx(2.0 / 0.7, rel=0.02)
    spectrum = np.abs(np.fft.rfft(np.frombuffer(slow, np.int16)))
    assert np.argmax(spectrum) * 22_050 / (len(slow) / 2) == pytest.approx(440, abs=5)


def test_a_recording_that_cannot_be_read_is_spoken_instead(
    cached: CachedSynthesizer, inner: HummingVoice
) -> None:
    cached.furnish({}, Clips([Clip("window.flac", "zh", "请到三号窗口。", b"no sound")]))
    assert speak(cached, "请到 3 号窗口。")
    assert inner.spoken == ["请到三号窗口。"]


def test_the_real_program_from_the_cache_sounds_the_same(
    synthesizer: EspeakSynthesizer, tmp_path: Path
) -> None:
    cached = CachedSynthesizer(synthesizer, SpeechCache(tmp_path, ROOM))
    live = speak(cached, ANSWER)
    render(cached, ANSWER)
    known = speak(cached, ANSWER)
    assert cached.hits == 2
    assert len(known) == len(live)
    a, b = (np.frombuffer(pcm, np.int16).astype(np.float64) for pcm in (live, known))
    assert np.corrcoef(a, b)[0, 1] > 0.98
