"""What can go wrong in hearing and speaking.

Every error has a stable ``code`` for logs and the fleet, and a message that says what is wrong, where, and
what to do next.
"""


class VoiceError(Exception):
    """Base of all errors of the voice parts."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class MicrophoneError(VoiceError):
    """The microphone is missing, cannot be opened, or has gone while it was in use."""


class SpeakerError(VoiceError):
    """The loudspeaker is missing, cannot be opened, or has gone while it was in use."""


class SoundFileError(VoiceError):
    """A recording that was to be heard is missing or is not sound."""


class ActivityError(VoiceError):
    """The voice activity detector could not be loaded or refused a frame."""


class RecognizerError(VoiceError):
    """The speech model is missing or damaged, or the decoder failed."""


class SynthesizerError(VoiceError):
    """The speech synthesiser is missing or failed."""
