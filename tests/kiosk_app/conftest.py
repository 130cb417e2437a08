"""Sound made by the real synthesiser, and a speech model that understands it."""

from tests.voice.conftest import speech_model, spoken, synthesizer

__all__ = ["speech_model", "spoken", "synthesizer"]
