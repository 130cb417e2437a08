"""The microphone through PyAudio: callback mode, 16 kHz mono s16 whatever the device has."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping

from voice import portaudio
from voice.device_rate import SteadySound
from voice.errors import MicrophoneError
from voice.ports import SAMPLE_RATE, AudioChunk
from voice.ring import ChunkRing

logger = logging.getLogger(__name__)

_CALLBACK_S = 0.016
"""Short enough not to add to the delay, long enough for Python's callback on a small board."""

_CODES = {
    "missing": "microphone_missing",
    "open_failed": "microphone_open_failed",
    "not_installed": "pyaudio_missing",
}


class PyAudioMicrophone:
    """A Microphone on a PortAudio input device.

    Args:
        device: which one, see ``sound_devices.choose``; the system's default when None.
        buffer_s: sound kept for a reader that is late; then the oldest is dropped and counted.
        stall_s: a device that delivers nothing for so long is taken to be gone.
    """

    def __init__(self, device: str | None = None, *, buffer_s: float = 3.0, stall_s: float = 0.6) -> None:
        self._device = device
        self._stall_s = stall_s
        self._arrived = threading.Condition()
        self._ring = ChunkRing(buffer_s)
        self._sound = SteadySound(SAMPLE_RATE)
        self._stream: portaudio.Stream | None = None
        self._last_callback = 0.0
        self._device_overruns = 0

    @property
    def name(self) -> str:
        """The opened device, else the name asked for."""
        return self._stream.device.name if self._stream else self._device or "default"

    @property
    def shape(self) -> str:
        """How the device is opened, for the technician; empty while it is not."""
        return f"{self._stream.channels} x {self._stream.rate} Hz" if self._stream else ""

    @property
    def overruns(self) -> int:
        """Chunks dropped because the reader was late, and losses that the device reported."""
        return self._ring.overruns + self._device_overruns

    def now(self) -> float:
        """The monotonic clock."""
        return time.monotonic()

    def start(self) -> None:
        """Open the device and begin to listen; nothing when it is open.

        Raises:
            MicrophoneError: there is no such device (the message lists those there are) or it refuses.
        """
        if self._stream is not None:
            return
        try:
            portaudio.acquire()
        except portaudio.PortAudioError as error:
            raise MicrophoneError(_CODES[error.code], str(error)) from error
        try:
            stream = portaudio.open_stream("input", self._device, SAMPLE_RATE, _CALLBACK_S, self._on_sound)
            with self._arrived:
                self._ring.clear()
                self._sound = SteadySound(stream.rate)
                self._last_callback = time.monotonic()
            self._stream = stream
            stream.start()
        except portaudio.PortAudioError as error:
            portaudio.release()
            raise MicrophoneError(_CODES[error.code], str(error)) from error
        except OSError as error:
            self.stop()
            raise MicrophoneError(
                "microphone_open_failed",
                f"{self.name!r} does not start: {error}; unplug it and plug it in again",
            ) from error
        logger.info("microphone %s opened, %s", self.name, self.shape)

    def stop(self) -> None:
        """Close the device; safe to call twice."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()
            portaudio.release()

    def read(self, timeout: float) -> AudioChunk | None:
        """The next chunk, or None when none came within ``timeout`` seconds.

        Raises:
            MicrophoneError: the device was not started, has failed, or has been silent of callbacks.
        """
        with self._arrived:
            chunk = self._ring.pop()
            if chunk is None and self._arrived.wait(timeout):
                chunk = self._ring.pop()
        if chunk is None:
            self._check_alive()
        return chunk

    def _check_alive(self) -> None:
        stream = self._stream
        if stream is None:
            raise MicrophoneError("microphone_closed", "the microphone is not open; call start() first")
        if not stream.active:
            raise MicrophoneError(
                "microphone_lost",
                f"{stream.device.name!r} stopped: it was unplugged or the sound server ended",
            )
        silent = time.monotonic() - self._last_callback
        if silent > self._stall_s:
            raise MicrophoneError(
                "microphone_stalled",
                f"{stream.device.name!r} has delivered nothing for {silent:.1f} s; unplug it and plug it in",
            )

    def _on_sound(
        self, data: bytes | None, frames: int, times: Mapping[str, float], status: int
    ) -> tuple[None, int]:
        """PortAudio's thread: stamp, queue, wake the reader."""
        arrived = time.monotonic()
        with self._arrived:
            self._last_callback = arrived
            if status & portaudio.INPUT_OVERFLOW:
                self._device_overruns += 1
            chunk = self._sound.take(data, arrived) if data else None
            if chunk is not None:
                self._ring.push(chunk)
                self._arrived.notify()
        return None, portaudio.CONTINUE
