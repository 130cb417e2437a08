"""How loud the room is without the kiosk's own voice, heard in passing by the ears."""

from __future__ import annotations

from voice.level import LevelMeter
from voice.ports import AudioChunk, Microphone


class RoomNoise:
    """Measures what a microphone delivers while the kiosk is silent. The meter looks for the quiet between words."""

    def __init__(self) -> None:
        self._meter = LevelMeter()
        self.kiosk_speaks = False
        """What is heard now is the kiosk itself."""

    @property
    def dbfs(self) -> float | None:
        """The room's noise; None before enough was heard."""
        return self._meter.floor_dbfs

    def overhear(self, microphone: Microphone) -> Microphone:
        """The same microphone; whoever reads it lets the room be measured."""
        self._meter.reset()
        return _Overheard(microphone, self)

    def take(self, chunk: AudioChunk) -> None:
        """Measure a chunk, in the thread that reads the microphone."""
        if not self.kiosk_speaks:
            self._meter.feed(chunk.samples)


class _Overheard:
    def __init__(self, microphone: Microphone, noise: RoomNoise) -> None:
        self._microphone = microphone
        self._noise = noise

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
            self._noise.take(chunk)
        return chunk

    def now(self) -> float:
        """The source's time."""
        return self._microphone.now()
