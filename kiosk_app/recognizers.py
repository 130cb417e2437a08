"""The recogniser that a site's configuration asks for, in the kiosk's own words and figures."""

from __future__ import annotations

import logging
from pathlib import Path

from kiosk_app.config import KioskConfig, RecognitionConfig
from kiosk_app.errors import KioskError
from kiosk_app.reply import Language
from kiosk_app.speech_model import OFFICIAL, speech_model
from kiosk_app.wording.heard import Wording
from models.knowledge import Knowledge
from voice.ports import Recognition, Recognizer
from voice.vosk_settings import SMALL_BOARD, with_settings

logger = logging.getLogger(__name__)


class WordedRecognizer:
    """A recogniser whose results are put right by the hall's words and written in figures; partials stay as heard."""

    def __init__(self, recognizer: Recognizer, wording: Wording) -> None:
        self._recognizer = recognizer
        self._wording = wording

    def accept(self, pcm: bytes) -> str:
        """Take more sound; the text so far, as it was heard."""
        return self._recognizer.accept(pcm)

    def finish(self) -> Recognition:
        """The result, in the hall's words."""
        return self._wording.written(self._recognizer.finish())

    def reset(self) -> None:
        """Forget the utterance."""
        self._recognizer.reset()


def open_recognizer(
    config: RecognitionConfig, lang: Language, knowledge: Knowledge, home: Path
) -> Recognizer:
    """The recogniser of one language, with the words of ``knowledge`` where its engine takes them at run time.

    Raises:
        KioskError: there is no model for ``lang``; the message says how to get one.
        SpeechModelError: the model for the hall's words cannot be built.
        RecognizerError: the engine or a file of the model is missing.
    """
    engine = (
        _sherpa(config, knowledge)
        if config.backend == "sherpa-onnx"
        else _vosk(config, lang, knowledge, home)
    )
    return WordedRecognizer(engine, Wording.of(knowledge)) if lang == "zh" else engine


def other_languages(config: KioskConfig, knowledge: Knowledge) -> tuple[Language, ...]:
    """The languages beside the site's own that the knowledge has and that a recogniser may be there for.

    A model folder that was named is of one language, or knows both by itself.
    """
    if config.recognition.backend != "vosk" or isinstance(config.recognition.model, Path):
        return ()
    return tuple(lang for lang in OFFICIAL if lang != config.site.lang and lang in knowledge.languages)


def _vosk(config: RecognitionConfig, lang: Language, knowledge: Knowledge, home: Path) -> Recognizer:
    """Vosk; the hall's words are in its graph already, which was made for them."""
    from voice.vosk_recognizer import VoskRecognizer

    model = speech_model(config.model, lang, knowledge, home)
    logger.info("speech model: %s", model.label)
    path = model.path
    if config.decoding == "small-board":
        path = with_settings(path, SMALL_BOARD, home / "cache" / "speech")
    return VoskRecognizer(path)


def _sherpa(config: RecognitionConfig, knowledge: Knowledge) -> Recognizer:
    """sherpa-onnx, whose search prefers the hall's words."""
    from voice.sherpa_model import HOW
    from voice.sherpa_recognizer import SherpaRecognizer

    if not isinstance(config.model, Path):
        raise KioskError(f'recognition.backend "sherpa-onnx" has no model of its own: {HOW}', "speech_model")
    vocabulary = (word for term in knowledge.lexicon for word in (term.term, *term.synonyms))
    return SherpaRecognizer(config.model, vocabulary)
