"""A microphone whose device is held by a process of its own, because only a process can always be ended."""

from __future__ import annotations

import json
import logging
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from voice.capture import FAILED, HEADER, HELLO, SOUND
from voice.errors import MicrophoneError
from voice.ports import AudioChunk
from voice.ring import ChunkRing

logger = logging.getLogger(__name__)

_LONGEST_BODY = 1 << 20
_KEPT_NOISE = 4096
"""Bytes of a child's standard error that are logged; a PortAudio in trouble prints without end."""
_END_S = 0.3
_KILL_S = 1.0


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
    """One run of the process, and the thread that takes what it sends. ``changed`` guards all but pid."""

    def __init__(self, command: Sequence[str], ring: ChunkRing, changed: threading.Condition) -> None:
        self._ring = ring
        self._changed = changed
        self._kept_noise = _KEPT_NOISE
        self.name = ""
        self.shape = ""
        self.error: MicrophoneError | None = None
        self.overruns = 0
        self.ended = False
        self.last_at = time.monotonic()
        # A session of its own: Ctrl-C is for this process, which then ends the other.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        self.pid = self._process.pid
        self._thread = threading.Thread(target=self._receive, name="microphone", daemon=True)
        self._thread.start()

    def end(self, patience_s: float) -> None:
        """Ask the process to end, then kill it; its exit is collected. Safe to call twice."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        if patience_s > 0:
            self._thread.join(patience_s)
        if self._thread.is_alive():
            self._process.kill()
            self._thread.join(_KILL_S)
            if self._thread.is_alive():
                logger.warning("capture process %d does not end; left behind", self.pid)

    def _receive(self) -> None:
        out, noise = self._process.stdout, self._process.stderr
        if out is None or noise is None:
            return
        with out, noise, selectors.DefaultSelector() as selector:
            selector.register(out, selectors.EVENT_READ)
            selector.register(noise, selectors.EVENT_READ)
            pending = bytearray()
            open_out = True
            while open_out:
                for key, _events in selector.select():
                    data = os.read(key.fd, 65_536)
                    if key.fileobj is out:
                        pending += data
                        open_out = bool(data) and self._take(pending)
                    elif data:
                        self._log(data)
                    else:
                        selector.unregister(noise)
        self._process.kill()  # it has closed its output or sent nonsense: it is of no use any more
        self._process.wait()
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def _take(self, pending: bytearray) -> bool:
        """Take the whole frames that have come; False after something that is not a frame."""
        while len(pending) >= HEADER.size:
            kind, at, overruns, length = HEADER.unpack_from(pending)
            if kind not in (HELLO, SOUND, FAILED) or length > _LONGEST_BODY:
                return self._nonsense()
            if len(pending) < HEADER.size + length:
                break
            body = bytes(pending[HEADER.size : HEADER.size + length])
            del pending[: HEADER.size + length]
            with self._changed:
                self.last_at = time.monotonic()
                if kind == SOUND:
                    self.overruns = overruns
                    self._ring.push(AudioChunk(body, at))
                else:
                    try:
                        said = json.loads(body)
                        if kind == HELLO:
                            self.name, self.shape = str(said["name"]), str(said.get("shape", ""))
                        else:
                            self.error = MicrophoneError(str(said["code"]), str(said["message"]))
                    except (ValueError, KeyError, TypeError):
                        return self._nonsense()
                self._changed.notify_all()
        return True

    def _nonsense(self) -> bool:
        self.error = MicrophoneError(
            "microphone_lost", "the capture process sent something else than sound; it is started again"
        )
        return False

    def _log(self, data: bytes) -> None:
        kept, self._kept_noise = data[: self._kept_noise], max(0, self._kept_noise - len(data))
        if kept:
            logger.debug("capture process %d: %s", self.pid, kept.decode(errors="replace").rstrip())
