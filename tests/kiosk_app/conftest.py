"""Sound made by the real synthesiser."""

from tests.voice.conftest import spoken, synthesizer

__all__ = ["spoken", "synthesizer"]
