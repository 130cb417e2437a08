"""A microphone that is watched while it is read: its level for whoever asks, its faults as events."""

from __future__ import annotations

import logging
from collections.abc import Callable

from voice.events import MicrophoneClear, MicrophoneImpaired
from voice.level import Level, LevelMeter
from voice.microphone_watch import MicrophoneWatch, WatchSettings
from voice.ports import AudioChunk, Microphone

logger = logging.getLogger(__name__)

_WINDOW_S = 0.1


class MonitoredMicrophone:
    """A Microphone around another one; what is read passes through unchanged.

    Args:
        emit: called on the reading thread with MicrophoneImpaired and MicrophoneClear; must not block.
    """

    def __init__(
        self,
        inner: Microphone,
        emit: Callable[[MicrophoneImpaired | MicrophoneClear], None],
        settings: WatchSettings | None = None,
    ) -> None:
        self._inner = inner
        self._emit = emit
        self._meter = LevelMeter(_WINDOW_S)
        self._watch = MicrophoneWatch(settings, _WINDOW_S)
        self._open = False

    @property
    def name(self) -> str:
        """The device, as the system names it."""
        return self._inner.name

    @property
    def overruns(self) -> int:
        """How often sound was lost because nobody read it in time, since the start."""
        return self._inner.overruns

    @property
    def level(self) -> Level:
        """The latest tenth of a second that was read; from any thread."""
        return self._meter.level

    @property
    def room_dbfs(self) -> float | None:
        """The room's own noise over the last ten seconds, None before anything was heard; from any thread."""
        return self._meter.floor_dbfs

    def start(self) -> None:
        """Open the device. Raises MicrophoneError when it cannot be opened."""
        self._inner.start()
        if not self._open:
            self._open = True
            self._meter.reset()
            self._watch.reset()

    def stop(self) -> None:
        """Close the device; safe to call at any time, also twice."""
        self._inner.stop()
        self._open = False

    def now(self) -> float:
        """The time by this source."""
        return self._inner.now()

    def read(self, timeout: float) -> AudioChunk | None:
        """The next chunk, or None when there is none within ``timeout`` seconds. Raises MicrophoneError."""
        chunk = self._inner.read(timeout)
        if chunk is not None:
            before = self._meter.windows
            level = self._meter.feed(chunk.samples)
            if self._meter.windows > before:
                self._tell(level, chunk.end)
        return chunk

    def _tell(self, level: Level, at: float) -> None:
        told = self._watch.feed(level, at)
        if isinstance(told, MicrophoneImpaired):
            logger.warning("microphone %s impaired (%s): %s", self.name, told.fault, told.reason)
        elif told is not None:
            logger.info("microphone %s is well again", self.name)
        if told is not None:
            self._emit(told)
