"""The weights for people: the built-in voice, and people who were never trained on."""

from collections.abc import Callable
from pathlib import Path

import pytest
import vosk

from models.speech import EMBEDDED, build_speech_model
from models.speech.training.voices import HELD_OUT_VARIANTS
from tests.bench.people import decode, recordings
from tests.models.speech.conftest import Speak

DATA = Path(__file__).parents[3].parent / "shared" / "data"


def test_the_built_in_voice_is_understood_in_voices_never_trained(
    sentences: tuple[str, ...], speech: Speak, hear: Callable[[Path, bytes], str], tmp_path: Path
) -> None:
    folder = build_speech_model(sentences, tmp_path / "model")
    said = [(text, HELD_OUT_VARIANTS[index % 8]) for index, text in enumerate(sentences)]
    heard = [hear(folder, speech(text, variant)) for text, variant in said]
    wrong = [(text, result) for (text, _), result in zip(said, heard, strict=True) if text != result]
    assert len(wrong) <= 1, wrong


def test_its_folder_says_what_it_is_and_under_which_licence(
    sentences: tuple[str, ...], tmp_path: Path
) -> None:
    folder = build_speech_model(sentences, tmp_path / "model")
    assert EMBEDDED.label in (folder / "README").read_text("utf-8")
    licence = (folder / "LICENSE").read_text("utf-8")
    assert all(name in licence for name in ("CC BY-SA", "Yue Tan", "Chen\n  Wang", "DSPSpeech-20"))


@pytest.mark.skipif(
    not (DATA / "speech").is_dir(), reason="the recordings of real people (shared/data/speech) are not here"
)
def test_people_never_trained_on_are_understood(tmp_path: Path) -> None:
    clips = list(recordings(DATA, "zh"))
    words = sorted({clip.text for clip in clips})
    vosk.SetLogLevel(-1)
    model = vosk.Model(str(build_speech_model(words, tmp_path / "model", words)))
    result = decode(model, clips[::4], words, "every fourth")
    assert result.clips > 60
    assert result.exact >= 0.85 * result.clips
