"""What the built-in voice says, the real Vosk hears."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from models.speech import build_speech_model
from models.speech.training.evaluate import hear as stream
from models.speech.training.evaluate import speak
from models.speech.training.voices import HELD_OUT_VARIANTS
from models.speech.words import Segmenter
from tests.models.speech.conftest import CHUNK, Speak

Hear = Callable[[Path, bytes], str]


def test_every_sentence_is_understood_in_voices_never_trained(
    model_folder: Path, sentences: tuple[str, ...], speech: Speak, hear: Hear
) -> None:
    said = [(text, HELD_OUT_VARIANTS[index % 8]) for index, text in enumerate(sentences * 2)]
    heard = [hear(model_folder, speech(text, variant)) for text, variant in said]
    wrong = [
        (text, variant, result) for (text, variant), result in zip(said, heard, strict=True) if text != result
    ]
    assert len(wrong) <= 1, wrong


@pytest.mark.parametrize("rate", [120, 220])
def test_slow_and_fast_speech_is_understood(rate: int, model_folder: Path, speech: Speak, hear: Hear) -> None:
    assert hear(model_folder, speech("身份证丢了怎么补办", "+m2", rate)) == "身份证丢了怎么补办"


@pytest.mark.parametrize(
    "foreign", ["给我讲个笑话吧", "世界杯冠军是哪个国家", "小猫在沙发上睡觉", "请播放周杰伦的歌"]
)
def test_foreign_speech_is_rejected(foreign: str, model_folder: Path, speech: Speak, hear: Hear) -> None:
    assert "[unk]" in hear(model_folder, speech(foreign))


def test_silence_is_nothing(model_folder: Path, hear: Hear) -> None:
    assert hear(model_folder, bytes(2 * 16_000 * 8)) == ""


def test_a_number_in_a_sentence_is_heard_as_words(tmp_path: Path, speech: Speak, hear: Hear) -> None:
    folder = build_speech_model(["15号窗口在几楼"], tmp_path / "model")
    assert hear(folder, speech("十五号窗口在几楼")) == "十五号窗口在几楼"


def test_a_run_time_grammar_narrows_what_is_heard(model_folder: Path, speech: Speak) -> None:
    import vosk

    phrase = " ".join(Segmenter().cut("重新开始"))
    recogniser = vosk.KaldiRecognizer(
        vosk.Model(str(model_folder)), 16_000, json.dumps([phrase, "[unk]"], ensure_ascii=False)
    )
    heard: list[str] = []
    for text in ("重新开始", "银行卡挂失"):
        recogniser.AcceptWaveform(speech(text))
        heard.append(json.loads(recogniser.FinalResult())["text"])
    assert heard[0] == phrase
    assert "[unk]" in heard[1]


def test_the_first_words_come_within_a_quarter_second_of_audio(
    model_folder: Path, sentences: tuple[str, ...], speech: Speak
) -> None:
    import vosk

    model = vosk.Model(str(model_folder))
    rng = random.Random(1)
    waits = [stream(model, speak(text, "+anika", 170, 50), rng).caption_s for text in sentences]
    assert all(wait is not None and wait <= 0.25 for wait in waits), waits


def test_pauses_do_not_end_an_utterance(model_folder: Path, speech: Speak) -> None:
    import vosk

    recogniser = vosk.KaldiRecognizer(vosk.Model(str(model_folder)), 16_000)
    pcm = speech("我要取号") + bytes(2 * 16_000 * 8)
    ended = [recogniser.AcceptWaveform(pcm[at : at + 2 * CHUNK]) for at in range(0, len(pcm), 2 * CHUNK)]
    assert not any(ended)
