"""The self-test speech model: a small Vosk model for the built-in synthetic Mandarin voice, not for people.

:func:`build_speech_model` combines the committed acoustic weights with graphs made from any sentences within a
second; :func:`speech_model_for` keeps the result. ``models.speech.training`` makes the weights.
"""

from models.speech.errors import SpeechModelError
from models.speech.label import SELFTEST_LABEL, SELFTEST_LABEL_ZH
from models.speech.model import build_speech_model, speech_model_for

__all__ = [
    "SELFTEST_LABEL",
    "SELFTEST_LABEL_ZH",
    "SpeechModelError",
    "build_speech_model",
    "speech_model_for",
]
