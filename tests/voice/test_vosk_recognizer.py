"""Vosk with the embedded model."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.voice.conftest import QUESTIONS, Spoken
from tests.voice.listening import partials_of
from voice.errors import RecognizerError
from voice.ports import FRAME_BYTES, Word
from voice.transcript import recognition_of
from voice.vosk_recognizer import VoskRecognizer, load_model


@pytest.fixture
def recognizer(speech_model: Path) -> VoskRecognizer:
    return VoskRecognizer(speech_model)


def test_text_words_times_and_confidence(recognizer: VoskRecognizer, spoken: Spoken) -> None:
    partials = partials_of(recognizer, spoken("银行卡丢了怎么挂失"))
    result = recognizer.finish()
    assert result.text == "银行卡丢了怎么挂失"
    assert partials[-1] == result.text
    assert all(" " not in partial for partial in partials)
    assert "".join(word.text for word in result.words) == result.text
    assert all(0 <= word.start_s < word.end_s for word in result.words)
    assert 0.5 < result.confidence <= 1


def test_a_long_pause_inside_does_not_lose_the_first_half(recognizer: VoskRecognizer, spoken: Spoken) -> None:
    partials_of(recognizer, spoken("怎么取号", after=3.0) + spoken("谢谢"))
    assert recognizer.finish().text == "怎么取号谢谢"


def test_finish_and_reset_start_afresh(recognizer: VoskRecognizer, spoken: Spoken) -> None:
    partials_of(recognizer, spoken("转人工"))
    recognizer.reset()
    partials_of(recognizer, spoken("谢谢"))
    assert recognizer.finish().text == "谢谢"
    assert recognizer.finish().text == ""


def test_a_reset_in_mid_word_leaves_no_sound_behind(recognizer: VoskRecognizer, spoken: Spoken) -> None:
    pcm = spoken("我想办居住证要带什么材料")
    for part in range(8, 24):
        partials_of(recognizer, pcm[: part * FRAME_BYTES])
        recognizer.reset()
        partials_of(recognizer, spoken("转人工"))
        assert recognizer.finish().text == "转人工", f"after {part} frames of another sentence"


def test_silence_and_noise_are_nothing(recognizer: VoskRecognizer) -> None:
    noise = np.random.default_rng(3).normal(0, 300, 32_000).astype(np.int16).tobytes()
    for sound in (b"\0" * 32_000, noise):
        partials_of(recognizer, sound)
        assert (recognizer.finish().text, recognizer.finish().confidence) == ("", 0.0)


def word(text: str, seconds: float, confidence: float = 0.8) -> Word:
    return Word(text, 0.0, seconds, confidence)


def test_mostly_unknown_is_rejected() -> None:
    result = recognition_of([word("我", 0.2), word("[unk]", 1.0), word("[unk]", 0.5)])
    assert (result.text, result.words, result.confidence) == ("", (), 0.0)


def test_a_little_unknown_is_dropped() -> None:
    result = recognition_of([word("[unk]", 0.3), word("怎么", 0.5, 0.6), word("取号", 0.6, 1.0)])
    assert result.text == "怎么取号"
    assert result.confidence == pytest.approx(0.8)


def test_blanks_stay_between_latin_words_only() -> None:
    words = [word(text, 0.3) for text in ("how", "do", "我", "用", "wechat", "pay")]
    assert recognition_of(words).text == "how do 我用 wechat pay"


def test_the_model_is_loaded_once(speech_model: Path) -> None:
    assert load_model(speech_model) is load_model(speech_model / ".")


ENDS = """
import ctypes, sys
from pathlib import Path
import voice.vosk_recognizer
voice.vosk_recognizer.load_model(Path(sys.argv[1]))
import vosk
# As when anything that outlives the interpreter's own order holds on to them: both are taken down where they stand.
for module in (vosk, voice.vosk_recognizer):
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(module))
"""


def test_a_program_that_has_loaded_a_model_ends_without_a_word(speech_model: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENDS, str(speech_model)], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


def test_a_missing_folder_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(RecognizerError, match="kiosk models fetch") as wrong:
        VoskRecognizer(tmp_path / "none")
    assert wrong.value.code == "model_missing"


def damaged(model: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "damaged"
    shutil.copytree(model, copy)
    return copy


@pytest.mark.parametrize("name", ["am/final.mdl", "conf/mfcc.conf", "graph/Gr.fst", "graph/HCLr.fst"])
def test_a_missing_file_is_named(speech_model: Path, tmp_path: Path, name: str) -> None:
    model = damaged(speech_model, tmp_path)
    (model / name).unlink()
    with pytest.raises(RecognizerError, match=Path(name).name) as wrong:
        VoskRecognizer(model)
    assert wrong.value.code == "model_damaged"


def test_an_empty_file_is_named(speech_model: Path, tmp_path: Path) -> None:
    model = damaged(speech_model, tmp_path)
    (model / "am/final.mdl").write_bytes(b"")
    with pytest.raises(RecognizerError, match=r"final\.mdl is empty"):
        VoskRecognizer(model)


def test_a_file_of_rubbish_is_refused(speech_model: Path, tmp_path: Path) -> None:
    model = damaged(speech_model, tmp_path)
    (model / "am/final.mdl").write_bytes(b"rubbish" * 100)
    with pytest.raises(RecognizerError) as wrong:
        VoskRecognizer(model)
    assert wrong.value.code == "model_damaged"


@pytest.mark.parametrize("rate", [0.7, 1.0, 1.3])
def test_what_the_kiosk_says_its_own_recogniser_hears(
    recognizer: VoskRecognizer, spoken: Spoken, rate: float
) -> None:
    heard = []
    for sentence in QUESTIONS:
        partials_of(recognizer, spoken(sentence, rate=rate))
        heard.append(recognizer.finish().text)
    assert heard == list(QUESTIONS)
