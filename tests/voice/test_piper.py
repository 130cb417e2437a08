"""The piper program: kept, restarted when it fails, and replaced by espeak-ng until it is back.

Its process is tested with a stand-in that speaks its protocol; the real program runs where it is installed, with a
voice of noise, for the real voice comes by download.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.voice.piper_voice import write_voice
from voice.errors import SynthesizerError
from voice.fallback_synthesizer import FallbackSynthesizer
from voice.piper import PiperSynthesizer
from voice.synthesizer import EspeakSynthesizer

STAND_IN = (sys.executable, str(Path(__file__).parent / "piper_stand_in.py"))
RATE = 22_050


class Clock:
    """Real seconds, and those that a test skips."""

    def __init__(self) -> None:
        self.skipped = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.skipped


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def voice_file(tmp_path: Path) -> Path:
    path = tmp_path / "zh_CN-hum.onnx"
    path.write_bytes(b"a voice")
    return path


@pytest.fixture
def piper(voice_file: Path, clock: Clock) -> Iterator[PiperSynthesizer]:
    made = PiperSynthesizer(voice_file, "zh", RATE, program=STAND_IN, sentence_s=0.5, clock=clock)
    yield made
    made.stop()


def starts(voice_file: Path) -> int:
    return len(voice_file.with_suffix(".starts").read_text())


def folders() -> set[str]:
    place = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(os.environ.get("TMPDIR", "/tmp"))
    return {path.name for path in place.glob("yingbin-piper-*")}


def seconds(sound: bytes) -> float:
    return len(sound) / 2 / RATE


def test_one_process_speaks_sentence_after_sentence(piper: PiperSynthesizer, voice_file: Path) -> None:
    first, told = piper.speak("请到三号窗口。", "zh", 1.0)
    second, _ = piper.speak("谢谢。", "zh", 1.0)
    assert (seconds(first), seconds(second)) == (
        pytest.approx(7 * 2000 / RATE),
        pytest.approx(3 * 2000 / RATE),
    )
    assert starts(voice_file) == 1
    assert told == piper.fingerprint("请到三号窗口。", "zh", 1.0)
    assert told != piper.fingerprint("请到三号窗口。", "zh", 0.7)


def test_other_speeds_are_stretched(piper: PiperSynthesizer) -> None:
    slow, _ = piper.speak("请到三号窗口。", "zh", 0.7)
    assert seconds(slow) == pytest.approx(7 * 2000 / RATE / 0.7, rel=0.02)


def test_nothing_that_was_spoken_stays_anywhere(piper: PiperSynthesizer) -> None:
    before = folders()
    piper.speak("张三请到窗口。", "zh", 1.0)
    (mine,) = folders() - before
    place = next(root / mine for root in (Path("/dev/shm"), Path("/tmp")) if (root / mine).is_dir())
    assert not list(place.iterdir())
    piper.stop()
    assert not folders() - before


@pytest.mark.parametrize(
    ("sentence", "code"), [("崩溃", "piper_ended"), ("挂住", "piper_hangs"), ("坏声", "piper_failed")]
)
def test_after_a_failure_it_rests_and_then_starts_again(
    piper: PiperSynthesizer, voice_file: Path, clock: Clock, sentence: str, code: str
) -> None:
    piper.speak("你好。", "zh", 1.0)
    with pytest.raises(SynthesizerError) as wrong:
        piper.speak(sentence, "zh", 1.0)
    assert wrong.value.code == code
    with pytest.raises(SynthesizerError) as rests:
        piper.speak("你好。", "zh", 1.0)
    assert rests.value.code == "piper_rests"
    clock.skipped = 1.1
    assert piper.speak("你好。", "zh", 1.0)[0]
    assert starts(voice_file) == 2


def test_the_pauses_grow_while_it_keeps_failing(piper: PiperSynthesizer, clock: Clock) -> None:
    for pause in (1.0, 2.0, 5.0, 15.0, 60.0, 60.0):
        with pytest.raises(SynthesizerError, match="broke"):
            piper.speak("崩溃", "zh", 1.0)
        clock.skipped += pause - 0.5
        with pytest.raises(SynthesizerError, match="later"):
            piper.speak("你好", "zh", 1.0)
        clock.skipped += 0.6


def test_what_is_missing_is_named_with_its_remedy(voice_file: Path) -> None:
    with pytest.raises(SynthesizerError, match="pipx install piper-tts"):
        PiperSynthesizer(voice_file, "zh", RATE, program=("piper-that-is-not-there",)).prepare()
    voice_file.unlink()
    with pytest.raises(SynthesizerError, match="kiosk models fetch"):
        PiperSynthesizer(voice_file, "zh", RATE, program=STAND_IN).prepare()


def test_the_plain_voice_speaks_the_sentence_that_piper_fails_at(
    piper: PiperSynthesizer, synthesizer: EspeakSynthesizer, clock: Clock
) -> None:
    both = FallbackSynthesizer(piper, synthesizer, {"zh"})
    both.prepare()
    piper_spoke = both.fingerprint("你好。", "zh", 1.0)
    assert both.speak("你好。", "zh", 1.0)[1] == piper_spoke
    sound, told = both.speak("崩溃。", "zh", 1.0)
    assert seconds(sound) > 0.4
    assert told.startswith("espeak-ng")
    assert both.speak("你好。", "zh", 1.0)[1].startswith("espeak-ng"), "piper rests"
    clock.skipped = 1.1
    assert both.speak("你好。", "zh", 1.0)[1] == piper_spoke


def test_what_piper_does_not_speak_the_plain_voice_does(
    piper: PiperSynthesizer, synthesizer: EspeakSynthesizer
) -> None:
    both = FallbackSynthesizer(piper, synthesizer, {"zh"})
    sound, told = both.speak("Please go to window three.", "en", 1.0)
    assert told == both.fingerprint("Please go to window three.", "en", 1.0)
    assert told.startswith("espeak-ng")
    assert seconds(sound) > 1


def test_without_piper_the_plain_voice_is_ready(synthesizer: EspeakSynthesizer, voice_file: Path) -> None:
    piper = PiperSynthesizer(voice_file, "zh", 16_000, program=("piper-that-is-not-there",))
    both = FallbackSynthesizer(piper, synthesizer, {"zh"})
    both.prepare()
    sound, told = both.speak("请到三号窗口。", "zh", 1.0)
    assert told.startswith("espeak-ng")
    plain, _ = synthesizer.speak("请到三号窗口。", "zh", 1.0)
    assert len(sound) / 16_000 == pytest.approx(len(plain) / synthesizer.sample_rate, rel=0.01), (
        "at piper's rate"
    )


def test_the_real_program(tmp_path: Path) -> None:
    program = os.environ.get("YINGBIN_PIPER") or shutil.which("piper")
    if program is None:
        pytest.skip("piper is not installed: pipx install piper-tts, or name it in YINGBIN_PIPER")
    pytest.importorskip("onnx", reason="the voice of noise is made with the packages for training")
    piper = PiperSynthesizer(write_voice(tmp_path), "zh", RATE, program=(program,))
    piper.prepare()
    try:
        short, _ = piper.speak("你好。", "zh", 1.0)
        long, _ = piper.speak("请带身份证到一楼三号窗口办理。", "zh", 1.0)
        assert np.abs(np.frombuffer(short, np.int16)).max() > 1000
        assert len(long) > 2 * len(short)
    finally:
        piper.stop()
