"""The embedded recogniser: small Vosk models made of committed acoustic weights and graphs of a pack's own sentences.

:func:`language_of` makes words and grammar of any sentences, which an artefact carries; :func:`folder_for` puts the
weights under it within a second and keeps the result. ``models.speech.training`` makes the weights.
"""

from models.speech.errors import SpeechModelError
from models.speech.label import EMBEDDED_LABEL, EMBEDDED_LABEL_ZH
from models.speech.language import Language, language_of
from models.speech.model import build_folder, build_speech_model, folder_for, speech_model_for
from models.speech.official import hall_model, is_look_ahead
from models.speech.settings import MEASURED, GraphSettings
from models.speech.weights import EMBEDDED, Weights

__all__ = [
    "EMBEDDED",
    "EMBEDDED_LABEL",
    "EMBEDDED_LABEL_ZH",
    "MEASURED",
    "GraphSettings",
    "Language",
    "SpeechModelError",
    "Weights",
    "build_folder",
    "build_speech_model",
    "folder_for",
    "hall_model",
    "is_look_ahead",
    "language_of",
    "speech_model_for",
]
