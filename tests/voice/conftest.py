"""Fixtures: the private sound devices, and sound made by the real synthesiser."""

from __future__ import annotations

import shutil
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from kiosk_app.demo.audio_server import AudioServer
from voice.file_source import load_sound
from voice.synthesizer import EspeakSynthesizer

SHARED_SPEECH = Path(__file__).parents[2].parent / "shared" / "data" / "speech"

QUESTIONS = (
    "我想办居住证要带什么材料",
    "银行卡丢了怎么挂失",
    "身份证到期了怎么换",
    "公积金怎么提取",
    "营业执照在哪里办",
    "办护照多少钱",
    "请到一楼三号窗口办理",
    "营业时间是几点",
    "怎么取号",
    "大声一点",
    "转人工",
    "谢谢",
)
"""What the embedded model of these tests understands."""


@pytest.fixture(scope="session")
def synthesizer() -> EspeakSynthesizer:
    """espeak-ng, which every machine that runs the kiosk has."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed: apt-get install espeak-ng")
    made = EspeakSynthesizer()
    made.prepare()
    return made


Spoken = Callable[..., bytes]


@pytest.fixture(scope="session")
def spoken(synthesizer: EspeakSynthesizer, tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    """Gives 16 kHz PCM of a text, between silences (seconds before, seconds after)."""
    folder = tmp_path_factory.mktemp("spoken")

    def make(
        text: str, lang: str = "zh", rate: float = 1.0, before: float = 0.4, after: float = 0.8
    ) -> bytes:
        path = folder / "sound.wav"
        write_wav(path, b"".join(synthesizer.synthesize(text, lang, rate)), synthesizer.sample_rate)
        silence = [np.zeros(int(seconds * 16_000), np.int16) for seconds in (before, after)]
        return np.concatenate([silence[0], load_sound(path), silence[1]]).tobytes()

    return make


@pytest.fixture(scope="session")
def speech_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded model of QUESTIONS."""
    from models.speech import speech_model_for

    return speech_model_for(QUESTIONS, tmp_path_factory.mktemp("speech-model"))


@pytest.fixture
def audio(monkeypatch: pytest.MonkeyPatch) -> Iterator[AudioServer]:
    """The private sound devices, selected for this process."""
    if shutil.which("pulseaudio") is None:
        pytest.skip(
            "PulseAudio is not installed: apt-get install pulseaudio pulseaudio-utils libasound2-plugins"
        )
    with AudioServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


def write_wav(path: Path, pcm: bytes, rate: int = 16_000) -> Path:
    """Mono s16 PCM as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return path
