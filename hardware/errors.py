"""What can go wrong with the board."""

from __future__ import annotations


class HardwareError(Exception):
    """Base of all errors of this package; ``code`` is stable, the message says what to do next."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
