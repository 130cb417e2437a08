"""What can go wrong with the touchscreen before the first picture."""

from __future__ import annotations


class UiError(Exception):
    """The screen cannot be shown.

    ``code`` is stable and meant for programs; the message says what is wrong, where, and what to do next.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class FontMissingError(UiError):
    """The Chinese font is not installed, or its simplified face cannot be extracted."""


class NoDisplayError(UiError):
    """No window with OpenGL could be opened."""


class PictureRefusedError(UiError):
    """A picture of the screen was asked for while the camera's is on it, or might be."""

    def __init__(self) -> None:
        super().__init__(
            "live_view", "no screenshot while the live view shows the camera's picture: leave that page first"
        )
