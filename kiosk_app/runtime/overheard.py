"""A microphone whose reader lets others hear along."""

from __future__ import annotations

from collections.abc import Callable

from voice.ports import AudioChunk, Microphone


class OverheardMicrophone:
    """The same microphone; ``take`` gets every chunk in the thread that reads, and must return at once."""

    def __init__(self, microphone: Microphone, take: Callable[[AudioChunk], None]) -> None:
        self._microphone = microphone
        self._take = take

    @property
    def name(self) -> str:
        """The device."""
        return self._microphone.name

    @property
    def overruns(self) -> int:
        """The device's."""
        return self._microphone.overruns

    def start(self) -> None:
        """Open the device. Raises MicrophoneError."""
        self._microphone.start()

    def stop(self) -> None:
        """Close the device."""
        self._microphone.stop()

    def read(self, timeout: float) -> AudioChunk | None:
        """The next chunk. Raises MicrophoneError."""
        chunk = self._microphone.read(timeout)
        if chunk is not None:
            self._take(chunk)
        return chunk

    def now(self) -> float:
        """The source's time."""
        return self._microphone.now()
