"""The talk so far and a request in, the talk and a reply out: read, lean on memory, understand, decide, render."""

from kiosk_app.dialogue.cues import cues, language_of
from kiosk_app.dialogue.dialogue import Dialogue
from kiosk_app.memory import Memory
from kiosk_app.reply import LANGUAGES

__all__ = ["Dialogue", "Memory", "language_of", "prepare"]


def prepare() -> None:
    """Load what answers need (patterns, numerals, readings), so that no citizen waits for it."""
    for lang in LANGUAGES:
        cues(lang)
    import cn2an  # noqa: F401
    import pypinyin  # noqa: F401
