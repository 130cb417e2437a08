"""A model of a dozen sentences, and a voice to speak to it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.speech import build_speech_model
from models.speech.training.evaluate import speak

CHUNK = 512  # samples, 32 ms
SENTENCES = (
    "我想办居住证要带什么材料",
    "身份证丢了怎么补办",
    "银行卡挂失",
    "三号窗口在哪里",
    "还要等多久",
    "我要取号",
    "重新开始",
    "你们几点下班",
    "公积金怎么提取",
    "绿色通道在哪儿",
    "转人工服务",
    "谢谢",
)

Speak = Callable[..., bytes]


@pytest.fixture(scope="session")
def sentences() -> tuple[str, ...]:
    return SENTENCES


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_speech_model(SENTENCES, tmp_path_factory.mktemp("speech") / "model")


@pytest.fixture(scope="session")
def speech() -> Speak:
    """Speaks Chinese with the espeak-ng program: 16 kHz PCM with 0.3 s of silence before and 0.5 s after."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("the program espeak-ng is not installed")

    def pcm(text: str, variant: str = "+f3", rate: int = 168, pitch: int = 50) -> bytes:
        samples = speak(text, variant, rate, pitch)
        stream = np.concatenate([np.zeros(4800), samples, np.zeros(8000)])
        return np.clip(np.round(stream), -32768, 32767).astype("<i2").tobytes()

    return pcm


@pytest.fixture(scope="session")
def hear() -> Callable[[Path, bytes], str]:
    """Decodes PCM with the real Vosk in 32 ms chunks; words without blanks."""
    import vosk

    vosk.SetLogLevel(-1)
    loaded: dict[Path, vosk.Model] = {}

    def text(folder: Path, pcm: bytes) -> str:
        if folder not in loaded:
            loaded[folder] = vosk.Model(str(folder))
        recogniser = vosk.KaldiRecognizer(loaded[folder], 16_000)
        for start in range(0, len(pcm), 2 * CHUNK):
            assert not recogniser.AcceptWaveform(pcm[start : start + 2 * CHUNK]), (
                "vosk ended the utterance itself"
            )
        return json.loads(recogniser.FinalResult())["text"].replace(" ", "")

    return text
