"""The ears for a knowledge's vocabulary, and how they are exchanged between two utterances for new knowledge."""

from __future__ import annotations

import logging
import threading

from kiosk_app.config import KioskConfig
from kiosk_app.errors import KioskError
from kiosk_app.recognizers import open_recognizer, other_languages
from kiosk_app.reply import Language
from kiosk_app.runtime.languages import FirstWords, VisitLanguage, takes_of
from models.knowledge import Knowledge
from models.speech import SpeechModelError
from voice.errors import VoiceError
from voice.ports import Recognition, Recognizer

logger = logging.getLogger(__name__)


def ears_for(config: KioskConfig, knowledge: Knowledge, visit: VisitLanguage) -> Recognizer:
    """Ears for the words of ``knowledge``, in each of its languages that there is a model for.

    Raises KioskError, SpeechModelError, RecognizerError: there are none for the site's own language.
    """
    native = config.site.lang
    ears: dict[Language, Recognizer] = {
        native: open_recognizer(config.recognition, native, knowledge, config.home)
    }
    for lang in other_languages(config, knowledge):
        try:
            ears[lang] = open_recognizer(config.recognition, lang, knowledge, config.home)
        except (KioskError, SpeechModelError, VoiceError) as error:
            logger.info("first words are not heard in %s: %s", lang, error)
    return FirstWords(ears, visit, takes_of(knowledge))


class ReplaceableRecognizer:
    """Passes everything on to the recogniser in use; a replacement begins with the next utterance."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._current = recognizer
        self._next: Recognizer | None = None
        self._in_utterance = False
        self._lock = threading.Lock()

    def replace(self, recognizer: Recognizer) -> None:
        """Use ``recognizer`` from the next utterance on; from any thread."""
        with self._lock:
            self._next = recognizer

    def accept(self, pcm: bytes) -> str:
        """Take more sound; the text so far."""
        if not self._in_utterance:
            self._exchange()
            self._in_utterance = True
        return self._current.accept(pcm)

    def finish(self) -> Recognition:
        """The result of the utterance."""
        self._in_utterance = False
        return self._current.finish()

    def reset(self) -> None:
        """Forget the utterance."""
        self._in_utterance = False
        self._current.reset()

    def _exchange(self) -> None:
        with self._lock:
            if self._next is not None:
                self._current, self._next = self._next, None
