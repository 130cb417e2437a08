"""A microphone whose device is held by a process of its own, because only a process can always be ended."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from collections.abc import Sequence

from voice.capture import FAILED, HELLO, SOUND
from voice.device_process import DeviceProcess, with_latency
from voice.errors import MicrophoneError
from voice.frames import NoFrameError
from voice.ports import AudioChunk
from voice.ring import ChunkRing

logger = logging.getLogger(__name__)

_END_S = 0.3
_LATENCY_MS = 20
"""Asked of a PulseAudio server unless the environment says otherwise: it comes on top of every caption."""


class IsolatedMicrophone:
    """A Microphone that runs ``voice.capture`` and kills it when it is silent.

    Args:
        device: part of the device's name, whatever the case; the system's default when None.
        buffer_s: sound kept for a reader that is late; then the oldest is dropped and counted.
        stall_s: a process that delivers nothing for so long is killed and the device taken to be gone.
        start_s: how long the process may take to open the device.
        command: another program that speaks the protocol of ``voice.capture``.
    """

    def __init__(
        self,
        device: str | None = None,
        *,
        buffer_s: float = 3.0,
        stall_s: float = 0.6,
        start_s: float = 5.0,
        command: Sequence[str] | None = None,
    ) -> None:
        self._device = device
        self._stall_s = stall_s
        self._start_s = start_s
        self._command = command or (
            [sys.executable, "-m", "voice.capture", *(["--device", device] if device else [])]
        )
        self._changed = threading.Condition()
        self._ring = ChunkRing(buffer_s)
        self._capture: _Capture | None = None
        self._earlier_overruns = 0

    @property
    def name(self) -> str:
        """The opened device, else the name asked for."""
        capture = self._capture
        return (capture.name if capture else "") or self._device or "default"

    @property
    def shape(self) -> str:
        """How the device is opened (``1 x 16000 Hz``), for the technician; empty while that is not known."""
        return self._capture.shape if self._capture else ""

    @property
    def overruns(self) -> int:
        """Chunks dropped because the reader was late, and losses in the process and the device."""
        capture = self._capture
        return self._ring.overruns + self._earlier_overruns + (capture.overruns if capture else 0)

    def now(self) -> float:
        """The monotonic clock, which the process shares."""
        return time.monotonic()

    def start(self) -> None:
        """Start the process and wait until it has opened the device; nothing when it is open.

        Raises:
            MicrophoneError: there is no such device (the message lists those there are), it refuses, or the
                process does not say in time.
        """
        if self._capture is not None:
            return
        began = time.monotonic()
        with self._changed:
            self._ring.clear()
        try:
            capture = _Capture(self._command, self._ring, self._changed)
        except OSError as error:
            raise MicrophoneError(
                "microphone_open_failed", f"{self._command[0]} cannot be started: {error}"
            ) from error
        self._capture = capture
        with self._changed:
            said = self._changed.wait_for(
                lambda: capture.name or capture.error or capture.ended, self._start_s
            )
        if capture.name:
            spent = (time.monotonic() - began) * 1e3
            logger.info("microphone %s opened in %.0f ms, process %d", capture.name, spent, capture.pid)
            return
        self.stop()
        raise capture.error or MicrophoneError(
            "microphone_open_failed",
            f"{self.name!r}: the capture process ended without a word; see the log at DEBUG"
            if said
            else f"{self.name!r} did not open within {self._start_s:.0f} s; unplug it and plug it in",
        )

    def stop(self) -> None:
        """End the process; within 0.3 s when it listens, killed otherwise. Safe to call twice."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.end(_END_S)
            self._earlier_overruns += capture.overruns

    def read(self, timeout: float) -> AudioChunk | None:
        """The next chunk, or None when none came within ``timeout`` seconds.

        Raises:
            MicrophoneError: it was not started, the device or its process is gone, or nothing comes from it.
        """
        with self._changed:
            chunk = self._ring.pop()
            if chunk is None and not (self._capture and self._capture.ended) and self._changed.wait(timeout):
                chunk = self._ring.pop()
        if chunk is None:
            self._check_alive()
        return chunk

    def _check_alive(self) -> None:
        capture = self._capture
        if capture is None:
            raise MicrophoneError("microphone_closed", "the microphone is not open; call start() first")
        silent = time.monotonic() - capture.last_at
        if capture.ended:
            capture.end(0.0)
            raise capture.error or MicrophoneError(
                "microphone_lost", f"{self.name!r}: the capture process ended; it is started again"
            )
        if silent > self._stall_s:
            capture.end(0.0)
            raise MicrophoneError(
                "microphone_stalled",
                f"{self.name!r} has delivered nothing for {silent:.1f} s; unplug it and plug it in",
            )


class _Capture:
    """One run of the process. ``changed`` guards all but pid."""

    def __init__(self, command: Sequence[str], ring: ChunkRing, changed: threading.Condition) -> None:
        self._ring = ring
        self._changed = changed
        self.name = ""
        self.shape = ""
        self.error: MicrophoneError | None = None
        self.overruns = 0
        self.ended = False
        self.last_at = time.monotonic()
        self._process = DeviceProcess(
            command,
            "microphone",
            HELLO + SOUND + FAILED,
            self._take,
            self._over,
            with_latency(_LATENCY_MS),
        )
        self.pid = self._process.pid

    def end(self, patience_s: float) -> None:
        """Ask the process to end, then kill it; its exit is collected. Safe to call twice."""
        self._process.end(patience_s)

    def _take(self, kind: bytes, at: float, overruns: int, body: bytes) -> None:
        with self._changed:
            self.last_at = time.monotonic()
            if kind == SOUND:
                self.overruns = overruns
                self._ring.push(AudioChunk(body, at))
            else:
                self._told(kind, body)
            self._changed.notify_all()

    def _told(self, kind: bytes, body: bytes) -> None:
        try:
            said = json.loads(body)
            if kind == HELLO:
                self.name, self.shape = str(said["name"]), str(said.get("shape", ""))
            else:
                self.error = MicrophoneError(str(said["code"]), str(said["message"]))
        except (ValueError, KeyError, TypeError) as error:
            raise NoFrameError(f"not what a capture process says: {error}") from error

    def _over(self, nonsense: bool) -> None:
        with self._changed:
            if nonsense:
                self.error = MicrophoneError(
                    "microphone_lost",
                    "the capture process sent something else than sound; it is started again",
                )
            self.ended = True
            self._changed.notify_all()
