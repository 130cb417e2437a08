"""How loud it is at the microphone and whether somebody speaks, for the technician's meter. No sound is kept."""

from __future__ import annotations

import logging

from kiosk_app.runtime.overheard import OverheardMicrophone
from kiosk_app.staff.reports import SoundLook
from voice.activity import SileroActivity
from voice.errors import VoiceError
from voice.level import LevelMeter
from voice.ports import FRAME_BYTES, AudioChunk, Microphone

logger = logging.getLogger(__name__)

_SPEECH = 0.5
"""Probability from which on a frame counts as speech."""
_HELD_FRAMES = 12
"""So long, 0.4 s, speech is still shown: it has gaps between its syllables."""


class SoundMeter:
    """Measures what is read of the microphone while it is ``open``; the look may be taken from any thread."""

    def __init__(self) -> None:
        self.open = False
        self.look: SoundLook | None = None
        """The latest; None before anything was heard."""
        self._meter = LevelMeter()
        self._activity: SileroActivity | None = None
        self._deaf = False
        self._pending = b""
        self._spoken = 0

    def watch(self, wanted: bool) -> None:
        """Measure from now on, or no more; what was measured before is forgotten."""
        if wanted != self.open:
            self.look = None
            self.open = wanted

    def overhear(self, microphone: Microphone) -> Microphone:
        """The same microphone; whoever reads it feeds the meter."""
        return OverheardMicrophone(microphone, self.take)

    def take(self, chunk: AudioChunk) -> None:
        """Measure a chunk, in the thread that reads the microphone."""
        if not self.open:
            self._pending = b""
            return
        level = self._meter.feed(chunk.samples)
        self.look = SoundLook(level.rms_dbfs, self._meter.floor_dbfs, self._speech(chunk.samples))

    def _speech(self, samples: bytes) -> bool | None:
        if self._deaf:
            return None
        sound = self._pending + samples
        whole = len(sound) - len(sound) % FRAME_BYTES
        self._pending = sound[whole:]
        try:
            if self._activity is None:
                self._activity = SileroActivity()
            for start in range(0, whole, FRAME_BYTES):
                spoken = self._activity.probability(sound[start : start + FRAME_BYTES]) >= _SPEECH
                self._spoken = _HELD_FRAMES if spoken else max(0, self._spoken - 1)
        except VoiceError as error:
            self._deaf = True
            logger.warning("the sound page cannot tell speech: %s", error)
            return None
        return self._spoken > 0
