"""What can go wrong while seeing."""

from __future__ import annotations


class VisionError(Exception):
    """Base of all errors of this package; ``code`` is stable, the message says what to do next."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class CameraError(VisionError):
    """The camera or the recording gives no picture."""


class DetectorError(VisionError):
    """The detector cannot be made, or cannot work on a frame."""
