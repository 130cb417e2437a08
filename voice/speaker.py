"""The loudspeaker through PyAudio, callback mode: pieces of sound one after another, with true end times."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import soxr

from voice import portaudio
from voice.errors import SpeakerError
from voice.ports import PlaybackEnd

logger = logging.getLogger(__name__)

_CALLBACK_SAMPLES = 512
_FADE_S = 0.02
_CODES = {
    "missing": "speaker_missing",
    "open_failed": "speaker_open_failed",
    "not_installed": "pyaudio_missing",
}


@dataclass(slots=True, eq=False)
class _Piece:
    """Sound at the device's rate, how much of it the device has taken, and who wants to know."""

    pcm: bytes
    on_started: Callable[[float], None]
    on_finished: Callable[[PlaybackEnd], None]
    position: int = 0
    cut: bool = False  # its end is a fade-out, not its own


class PyAudioSpeaker:
    """A Speaker on a PortAudio output device.

    The stream is opened by the first play() and closed when nothing has been played for ``idle_close_s``, so
    that the sound server can rest and PortAudio can look for new devices.

    Args:
        device: part of the device's name, whatever the case; the system's default when None.
        stall_s: a device that takes nothing for so long while something plays is taken to be gone.
    """

    def __init__(self, device: str | None = None, *, idle_close_s: float = 5.0, stall_s: float = 0.6) -> None:
        self._device = device
        self._idle_close_s = idle_close_s
        self._stall_s = stall_s
        self.volume = 1.0
        self.underruns = 0
        """How often the device ran dry while something played."""
        # Guards the rest. PortAudio's thread takes it too, so nothing slow happens under it.
        self._changed = threading.Condition()
        self._pieces: deque[_Piece] = deque()
        self._notices: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._stream: portaudio.Stream | None = None
        self._last_callback = 0.0
        self._busy_until = 0.0
        self._thread: threading.Thread | None = None
        self._opening = threading.Lock()

    @property
    def name(self) -> str:
        """The opened device, else the name asked for."""
        return self._stream.device.name if self._stream else self._device or "default"

    def start(self) -> None:
        """Open the device now, to find out whether it is there; play() does it too.

        Raises:
            SpeakerError: there is no such device (the message lists those there are) or it refuses.
        """
        with self._opening:
            self._opened()

    def stop(self) -> None:
        """End everything and close the device; callbacks still due come before it returns."""
        with self._opening:
            thread, self._thread = self._thread, None
            if thread is None:
                return
            self._close()
            with self._changed:
                self._drop_all(time.monotonic(), None)
                self._changed.notify_all()
            if thread is not threading.current_thread():
                thread.join()
            portaudio.release()

    def play(
        self,
        pcm: bytes,
        rate: int,
        on_started: Callable[[float], None],
        on_finished: Callable[[PlaybackEnd], None],
    ) -> None:
        """Play a piece after those already waiting; see Speaker.play. An empty piece ends at once."""
        with self._opening:
            stream = self._opened()
            piece = _Piece(_converted(pcm, rate, stream.rate, self.volume), on_started, on_finished)
            with self._changed:
                if self._stream is not stream:
                    raise _lost(stream)
                if not self._pieces:  # the watch on the device begins now
                    self._last_callback = time.monotonic()
                self._pieces.append(piece)
                self._changed.notify_all()

    def cancel(self) -> None:
        """Fade out within 20 ms (plus what the device has buffered) and forget what waits."""
        now = time.monotonic()
        with self._changed:
            if not self._pieces:
                return
            first, *rest = self._pieces
            self._pieces.clear()
            if first.position and not first.cut and self._stream is not None:
                first.pcm = first.pcm[: first.position] + self._faded(first.pcm[first.position :])
                first.cut = True
            if first.cut:
                self._pieces.append(first)
            else:
                rest.insert(0, first)
            for piece in rest:
                self._notify(now, partial(piece.on_finished, PlaybackEnd(now, completed=False)))
            self._changed.notify_all()

    def _faded(self, rest: bytes) -> bytes:
        rate = self._stream.rate if self._stream else 48_000
        tail = np.frombuffer(rest[: int(_FADE_S * rate) * 2], np.int16)
        ramp = np.linspace(1.0, 0.0, tail.size, dtype=np.float32)
        return (tail * ramp).astype(np.int16).tobytes()

    def _opened(self) -> portaudio.Stream:
        """The running stream; the opening lock is held."""
        if self._thread is None:
            try:
                portaudio.acquire()
            except portaudio.PortAudioError as error:
                raise SpeakerError(_CODES[error.code], str(error)) from error
            self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)
            self._thread.start()
        stream = self._stream
        if stream is not None:
            return stream
        try:
            stream = portaudio.open_stream("output", self._device, None, _CALLBACK_SAMPLES, self._on_demand)
        except portaudio.PortAudioError as error:
            raise SpeakerError(_CODES[error.code], str(error)) from error
        with self._changed:
            self._busy_until = time.monotonic()
            self._stream = stream
        try:
            stream.start()
        except OSError as error:
            self._close()
            raise SpeakerError(
                "speaker_open_failed",
                f"{stream.device.name!r} does not start: {error}; unplug it and plug it in",
            ) from error
        return stream

    def _close(self) -> None:
        with self._changed:
            stream, self._stream = self._stream, None
        if stream is not None:  # outside the lock: closing waits for a callback, which takes the lock
            stream.close()

    def _on_demand(
        self, _data: bytes | None, frames: int, times: Mapping[str, float], status: int
    ) -> tuple[bytes, int]:
        """PortAudio's thread: give the next samples, silence when there are none."""
        now = time.monotonic()
        wanted = frames * 2
        parts: list[bytes] = []
        with self._changed:
            self._last_callback = now
            rate = self._stream.rate if self._stream else 1
            if status & portaudio.OUTPUT_UNDERFLOW and self._pieces:
                self.underruns += 1
            # PortAudio's clock is not ours; only the difference of its two times means something to us.
            leaves = now + max(0.0, times["output_buffer_dac_time"] - times["current_time"])
            filled = 0
            while self._pieces and filled < wanted:
                piece = self._pieces[0]
                if piece.position == 0:
                    begins = leaves + filled / 2 / rate
                    self._notify(begins, partial(piece.on_started, begins))
                part = piece.pcm[piece.position : piece.position + wanted - filled]
                parts.append(part)
                piece.position += len(part)
                filled += len(part)
                if piece.position >= len(piece.pcm):
                    self._pieces.popleft()
                    end = leaves + filled / 2 / rate
                    self._busy_until = end
                    self._notify(end, partial(piece.on_finished, PlaybackEnd(end, completed=not piece.cut)))
        parts.append(b"\0" * (wanted - filled))
        return b"".join(parts), portaudio.CONTINUE

    def _notify(self, at: float, notice: Callable[[], None]) -> None:
        """Have the speaker's thread call back at a time; the lock is held."""
        heapq.heappush(self._notices, (at, next(self._order), notice))
        self._changed.notify_all()

    def _drop_all(self, now: float, error: SpeakerError | None) -> None:
        """End every waiting piece; the lock is held."""
        for piece in self._pieces:
            self._notify(now, partial(piece.on_finished, PlaybackEnd(now, completed=False, error=error)))
        self._pieces.clear()

    def _run(self) -> None:
        """The speaker's thread: callbacks at their times, a watch on the device, closing when idle."""
        while True:
            due: list[Callable[[], None]] = []
            with self._changed:
                stopping = self._thread is not threading.current_thread()
                now = time.monotonic()
                while self._notices and (stopping or self._notices[0][0] <= now):
                    due.append(heapq.heappop(self._notices)[2])
                if not due:
                    if stopping:
                        return
                    next_at = self._notices[0][0] if self._notices else now + _WATCH_S
                    self._changed.wait(min(next_at - now, _WATCH_S))
            for call in due:
                call()
            if not due:
                self._watch()

    def _watch(self) -> None:
        now = time.monotonic()
        with self._changed:
            stream = self._stream
            playing = bool(self._pieces)
            idle = not playing and not self._notices and now - self._busy_until > self._idle_close_s
            stalled = playing and now - self._last_callback > self._stall_s
        if stream is None:
            return
        if not stream.active or stalled:
            self._fail(stream)
        elif idle and self._opening.acquire(blocking=False):
            # Not waiting for the lock: whoever holds it is about to play, or to stop.
            try:
                if not self._pieces:
                    self._close()
            finally:
                self._opening.release()

    def _fail(self, stream: portaudio.Stream) -> None:
        error = _lost(stream)
        logger.warning("%s", error)
        self._close()
        with self._changed:
            self._drop_all(time.monotonic(), error)


_WATCH_S = 0.1


def _lost(stream: portaudio.Stream) -> SpeakerError:
    return SpeakerError(
        "speaker_lost", f"{stream.device.name!r} stopped: it was unplugged or the sound server ended"
    )


def _converted(pcm: bytes, rate: int, wanted_rate: int, volume: float) -> bytes:
    """The piece at the device's rate and the wanted volume."""
    samples = np.frombuffer(pcm, np.int16).astype(np.float32)
    if rate != wanted_rate and samples.size:
        samples = soxr.resample(samples, rate, wanted_rate)
    samples = np.clip(samples * min(max(volume, 0.0), 1.0), -32768, 32767)
    return samples.astype(np.int16).tobytes()
