"""The recogniser that a configuration asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_app.config import KioskConfig, RecognitionConfig, SiteConfig
from kiosk_app.errors import KioskError
from kiosk_app.recognizers import WordedRecognizer, open_recognizer, other_languages
from kiosk_app.wording.heard import Wording
from kiosk_app.wording.vocabulary import Vocabulary
from models.knowledge import Knowledge
from models.speech import speech_model_for
from tests.kiosk_app.knowledge import chinese_only
from tests.voice.conftest import Spoken
from tests.voice.tone_model import tones, write_tone_model
from voice.errors import RecognizerError
from voice.ports import Recognition, Word

SENTENCES = ("每月十五号还款三千五百块", "我要挂失银行卡", "利率是百分之三点五吗", "我要挂师银行卡")


@pytest.fixture(scope="module")
def heard_by(tmp_path_factory: pytest.TempPathFactory) -> RecognitionConfig:
    """An embedded model that knows a mistake beside the right word."""
    return RecognitionConfig(model=speech_model_for(SENTENCES, tmp_path_factory.mktemp("model")))


def test_vosk_is_heard_in_figures_and_the_raw_text_stays_beside(
    heard_by: RecognitionConfig, gov: Knowledge, spoken: Spoken, tmp_path: Path
) -> None:
    recognizer = open_recognizer(heard_by, "zh", gov, tmp_path)
    partial = recognizer.accept(spoken(SENTENCES[0]))
    heard = recognizer.finish()
    assert (heard.text, heard.raw) == ("每月15号还款3500块", SENTENCES[0])
    assert partial == SENTENCES[0], "what is still being said is shown as it is heard"
    recognizer.accept(spoken(SENTENCES[2]))
    assert recognizer.finish().text == "利率是3.5%吗"


def test_english_is_given_as_it_is_heard(
    heard_by: RecognitionConfig, gov: Knowledge, spoken: Spoken, tmp_path: Path
) -> None:
    """No English model can be had in tests: the Chinese one in its place shows that nothing is rewritten."""
    recognizer = open_recognizer(heard_by, "en", gov, tmp_path)
    recognizer.accept(spoken(SENTENCES[0]))
    heard = recognizer.finish()
    assert (heard.text, heard.raw) == (SENTENCES[0], "")


def test_a_folder_that_is_no_model_is_named_with_what_to_do(gov: Knowledge, tmp_path: Path) -> None:
    config = RecognitionConfig(model=tmp_path / "mine", decoding="small-board")
    with pytest.raises(RecognizerError, match=rf"no speech model at {tmp_path}/mine; .*kiosk models fetch"):
        open_recognizer(config, "zh", gov, tmp_path)


class Doubtful:
    """A recogniser that is not certain of a word."""

    def accept(self, pcm: bytes) -> str:
        return "银行卡挂师"

    def finish(self) -> Recognition:
        words = (Word("银行卡", 0.0, 0.6, 1.0), Word("挂", 0.6, 0.8, 0.9), Word("师", 0.8, 1.0, 0.4))
        return Recognition("银行卡挂师", words, 0.77)

    def reset(self) -> None:
        return


def test_the_halls_words_put_right_what_was_doubtful() -> None:
    vocabulary = Vocabulary({"挂失": (), "银行卡": ()}, ("银行卡丢了怎么挂失",))
    recognizer = WordedRecognizer(Doubtful(), Wording(vocabulary))
    assert recognizer.accept(b"") == "银行卡挂师"
    heard = recognizer.finish()
    assert (heard.text, heard.raw) == ("银行卡挂失", "银行卡挂师")
    recognizer.reset()


@pytest.mark.parametrize("decoding", ["model", "small-board"])
def test_small_boards_search_less_and_hear_the_same(
    decoding: str, heard_by: RecognitionConfig, gov: Knowledge, spoken: Spoken, tmp_path: Path
) -> None:
    config = heard_by.model_copy(update={"decoding": decoding})
    recognizer = open_recognizer(config, "zh", gov, tmp_path)
    recognizer.accept(spoken("我要挂失银行卡"))
    assert recognizer.finish().text == "我要挂失银行卡"
    assert any((tmp_path / "cache" / "speech").glob("*/conf/model.conf")) is (decoding == "small-board")


def test_sherpa_prefers_the_words_of_the_pack(gov: Knowledge, tmp_path: Path) -> None:
    pytest.importorskip(
        "sherpa_onnx", reason="the extra 'sherpa' is not installed: pip install 'yingbin[sherpa]'"
    )
    config = RecognitionConfig(backend="sherpa-onnx", model=write_tone_model(tmp_path / "tones"))
    recognizer = open_recognizer(config, "zh", gov, tmp_path)
    recognizer.accept(tones("银", "行", "卡", "挂", "失"))
    assert recognizer.finish().text == "银行卡挂失"


def test_sherpa_without_a_model_says_where_to_get_one(gov: Knowledge, tmp_path: Path) -> None:
    with pytest.raises(KioskError, match="pretrained_models") as wrong:
        open_recognizer(RecognitionConfig(backend="sherpa-onnx"), "zh", gov, tmp_path)
    assert wrong.value.code == "speech_model"
    with pytest.raises(RecognizerError, match=r"no speech model at"):
        open_recognizer(
            RecognitionConfig(backend="sherpa-onnx", model=tmp_path / "none"), "zh", gov, tmp_path
        )


def test_the_languages_of_first_words(gov: Knowledge, tmp_path: Path) -> None:
    assert other_languages(KioskConfig(), gov) == ("en",)
    assert other_languages(KioskConfig(site=SiteConfig(lang="en")), gov) == ("zh",)
    assert other_languages(KioskConfig(), chinese_only(gov)) == ()
    for recognition in (
        RecognitionConfig(backend="none"),
        RecognitionConfig(model=tmp_path),
        RecognitionConfig(backend="sherpa-onnx", model=tmp_path),
    ):
        assert other_languages(KioskConfig(recognition=recognition), gov) == ()
