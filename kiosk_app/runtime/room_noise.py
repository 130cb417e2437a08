"""How loud the room is without the kiosk's own voice, heard in passing by the ears."""

from __future__ import annotations

from kiosk_app.runtime.overheard import OverheardMicrophone
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
        return OverheardMicrophone(microphone, self.take)

    def take(self, chunk: AudioChunk) -> None:
        """Measure a chunk, in the thread that reads the microphone."""
        if not self.kiosk_speaks:
            self._meter.feed(chunk.samples)
