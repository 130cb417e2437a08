"""What can be wrong with something that is to be installed."""

from __future__ import annotations

from kiosk_app.errors import KioskError


class UpdateError(KioskError):
    """It cannot be installed; ``code`` is stable, the message says what is wrong and what to do.

    ``bad``: the fault is its own, so that the same file is not tried again. Otherwise it is this device's (no room,
    a damaged copy), and the next attempt may succeed.
    """

    def __init__(self, code: str, message: str, *, bad: bool = True) -> None:
        super().__init__(message, code)
        self.bad = bad


def disk_says(error: OSError) -> str:
    """Why nothing could be kept."""
    return f"the disk does not take it: {error.strerror or type(error).__name__}"
