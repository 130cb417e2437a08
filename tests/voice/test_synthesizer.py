"""espeak-ng as the kiosk's voice."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from voice.errors import SynthesizerError
from voice.synthesizer import EspeakSynthesizer, runs


def seconds(sound: bytes) -> float:
    return len(sound) / 2 / EspeakSynthesizer.sample_rate


def test_sentences_come_one_by_one(synthesizer: EspeakSynthesizer) -> None:
    pieces = list(synthesizer.synthesize("您好。请到 3 号窗口。再见！", "zh"))
    assert len(pieces) == 3
    for piece in pieces:
        samples = np.frombuffer(piece, np.int16)
        assert np.abs(samples).max() > 3000
    assert not np.frombuffer(pieces[1], np.int16)[: int(0.29 * 22_050)].any(), "a pause comes first"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_rate_changes_how_long_it_takes(synthesizer: EspeakSynthesizer, lang: str) -> None:
    text = "请带好您的身份证和户口簿" if lang == "zh" else "Please bring your identity card with you today"
    slow, normal, fast = (
        seconds(b"".join(synthesizer.synthesize(text, lang, rate))) for rate in (0.7, 1.0, 1.3)
    )
    assert slow > normal * 1.2
    assert fast < normal * 0.9


@pytest.mark.parametrize("text", ["", "。。。", "……", "  \n "])
def test_nothing_to_say_gives_no_sound(synthesizer: EspeakSynthesizer, text: str) -> None:
    assert list(synthesizer.synthesize(text, "zh")) == []


def test_each_stretch_goes_to_the_voice_of_its_language() -> None:
    assert runs("请用ATM机取款", "zh") == [("zh", "请用"), ("en", "ATM"), ("zh", "机取款")]
    assert runs("Go to 居住证 desk 3", "en") == [("en", "Go to "), ("zh", "居住证 "), ("en", "desk 3")]
    assert runs("12", "en") == [("en", "12")]
    assert runs("。", "zh") == []


def test_latin_words_in_chinese_are_heard(synthesizer: EspeakSynthesizer) -> None:
    with_word = seconds(b"".join(synthesizer.synthesize("请用 ATM 取款", "zh")))
    without = seconds(b"".join(synthesizer.synthesize("请用取款", "zh")))
    assert with_word > without + 0.4


def test_text_that_looks_like_an_option_is_spoken(synthesizer: EspeakSynthesizer) -> None:
    assert seconds(b"".join(synthesizer.synthesize("--help is a word", "en"))) > 0.5


def test_another_language_is_refused(synthesizer: EspeakSynthesizer) -> None:
    with pytest.raises(SynthesizerError, match="'fr'") as wrong:
        next(synthesizer.synthesize("bonjour", "fr"))
    assert wrong.value.code == "synthesizer_language"


def test_a_missing_program_is_named_with_its_remedy() -> None:
    with pytest.raises(SynthesizerError, match="apt-get install espeak-ng") as wrong:
        EspeakSynthesizer(program="espeak-ng-that-is-not-there").prepare()
    assert wrong.value.code == "synthesizer_missing"


def script(path: Path, body: str) -> str:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_a_program_that_is_killed_once_speaks_all_the_same(tmp_path: Path) -> None:
    """The real program, killed in the middle of its first sentence as by a kernel without memory."""
    real = shutil.which("espeak-ng")
    if real is None:
        pytest.skip("espeak-ng is not installed: apt-get install espeak-ng")
    once = tmp_path / "killed"
    program = script(
        tmp_path / "espeak-ng",
        f'case "$*" in *stdin*) [ -e {once} ] || {{ touch {once}; kill -9 $$; }};; esac; exec {real} "$@"',
    )
    sound = next(EspeakSynthesizer(program=program).synthesize("请到三号窗口", "zh"))
    assert once.exists()
    assert seconds(sound) > 0.8


def test_a_program_that_hangs_is_given_up(tmp_path: Path) -> None:
    program = script(
        tmp_path / "espeak-ng",
        'case "$1" in --v*) echo eSpeak 1.51 cmn-latn-pinyin;; *) exec sleep 60;; esac',
    )
    with pytest.raises(SynthesizerError) as wrong:
        next(EspeakSynthesizer(program=program, timeout_s=0.3).synthesize("你好", "zh"))
    assert wrong.value.code == "synthesizer_hangs"


def test_the_fingerprint_is_what_decides_the_sound(synthesizer: EspeakSynthesizer) -> None:
    plain = synthesizer.fingerprint("请到三号窗口", "zh", 1.0)
    assert "espeak-ng 1." in plain
    assert plain == EspeakSynthesizer({"居住证": "ju1 zhu4 zheng4"}).fingerprint("请到三号窗口", "zh", 1.0)
    assert plain != synthesizer.fingerprint("请到三号窗口", "zh", 0.7)
    assert plain != EspeakSynthesizer({"窗口": "chuang1 kou5"}).fingerprint("请到三号窗口", "zh", 1.0)


def test_a_program_that_crashes_is_an_error_with_its_words(tmp_path: Path) -> None:
    program = script(
        tmp_path / "espeak-ng",
        'case "$1" in --voices*) echo cmn-latn-pinyin;; *) echo no data >&2; exit 3;; esac',
    )
    with pytest.raises(SynthesizerError, match="ended with 3: no data"):
        next(EspeakSynthesizer(program=program).synthesize("你好", "zh"))


def test_a_program_that_gives_no_sound_is_an_error(tmp_path: Path) -> None:
    program = script(tmp_path / "espeak-ng", "echo cmn-latn-pinyin")
    with pytest.raises(SynthesizerError, match="no sound"):
        next(EspeakSynthesizer(program=program).synthesize("你好", "zh"))


def test_an_old_program_without_the_pinyin_voice_is_refused_and_a_new_one_is_not(tmp_path: Path) -> None:
    answer = 'case "$1" in --voices*) echo 5 cmn;; *) echo eSpeak NG text-to-speech: {};; esac'
    with pytest.raises(SynthesizerError) as wrong:
        EspeakSynthesizer(program=script(tmp_path / "old", answer.format("1.51"))).prepare()
    assert wrong.value.code == "synthesizer_voice"
    EspeakSynthesizer(program=script(tmp_path / "new", answer.format("1.52.0"))).prepare()
