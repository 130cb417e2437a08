"""Text in, reply out: understand, decide, render."""

from kiosk_app.dialogue.dialogue import Dialogue, language_of

__all__ = ["Dialogue", "language_of"]
