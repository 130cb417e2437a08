"""The loudspeaker through PyAudio, callback mode: pieces of sound one after another, with true end times."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable, Mapping

import numpy as np
import soxr

from voice import portaudio
from voice.errors import SpeakerError
from voice.played import PlayedLevels
from voice.playlist import Piece, Playlist
from voice.ports import PlaybackEnd

logger = logging.getLogger(__name__)

_CALLBACK_S = 512 / 48_000
_USUAL_RATE = 48_000  # Hz; while there is no stream to ask
_CODES = {
    "missing": "speaker_missing",
    "open_failed": "speaker_open_failed",
    "not_installed": "pyaudio_missing",
}


class PyAudioSpeaker:
    """A Speaker on a PortAudio output device.

    The stream is opened by the first play() and closed when nothing has been played for ``idle_close_s`` and
    ``keep_open`` is not set, so that the sound server can rest and PortAudio can look for new devices.

    Args:
        device: part of the device's name, whatever the case; the system's default when None.
        stall_s: a stream that takes nothing for so long is replaced; after three in vain the device is lost.
        levels: where it is noted how loud what leaves the device is.
    """

    def __init__(
        self,
        device: str | None = None,
        *,
        idle_close_s: float = 5.0,
        stall_s: float = 0.25,
        levels: PlayedLevels | None = None,
    ) -> None:
        self._device = device
        self._idle_close_s = idle_close_s
        self._stall_s = stall_s
        self.volume = 1.0
        self.keep_open = False
        self.underruns = 0
        """How often the device ran dry while something played."""
        self.restarts = 0
        """How often a stream that had stopped was replaced while something played."""
        # Guards the rest. PortAudio's thread takes it too, so nothing slow happens under it.
        self._changed = threading.Condition()
        self._pieces = Playlist(self._notify)
        self._played = levels or PlayedLevels()
        self._notices: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._stream: portaudio.Stream | None = None
        self._last_callback = 0.0
        self._watched_callback = 0.0
        self._busy_until = 0.0
        self._restarts_in_a_row = 0
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
                self._pieces.drop_all(time.monotonic(), None)
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
            piece = Piece(_converted(pcm, rate, stream.rate, self.volume), on_started, on_finished)
            with self._changed:
                if self._stream is not stream:
                    raise _lost(stream)
                if not self._pieces:  # the watch on the device begins now
                    self._last_callback = time.monotonic()
                self._pieces.add(piece)
                self._changed.notify_all()

    def cancel(self) -> None:
        """Fade out within 20 ms (plus what the device has buffered) and forget what waits."""
        with self._changed:
            self._pieces.cancel(time.monotonic(), self._rate)

    def pause(self) -> None:
        """Fade out within 20 ms (plus what the device has buffered) and keep the place; see Speaker.pause."""
        with self._changed:
            self._pieces.hold(time.monotonic(), self._rate)

    def resume(self) -> None:
        """Go on from a little before where it stopped."""
        with self._changed:
            self._pieces.carry_on(self._rate)

    def duck(self, gain: float) -> None:
        """Play at a part of the loudness, 0 to 1, until the next duck() or cancel()."""
        with self._changed:
            self._pieces.duck(gain, self._rate)

    def loudest(self, since: float, until: float) -> float:
        """The highest level in dBFS of what left the device between two monotonic times of the last seconds."""
        with self._changed:
            return self._played.loudest(since, until)

    @property
    def _rate(self) -> int:
        return self._stream.rate if self._stream else _USUAL_RATE

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
            stream = portaudio.open_stream("output", self._device, None, _CALLBACK_S, self._on_demand)
        except portaudio.PortAudioError as error:
            raise SpeakerError(_CODES[error.code], str(error)) from error
        with self._changed:
            self._busy_until = self._last_callback = time.monotonic()
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
        with self._changed:
            self._last_callback = now
            if status & portaudio.OUTPUT_UNDERFLOW and self._pieces:
                self.underruns += 1
            # PortAudio's clock is not ours; only the difference of its two times means something to us.
            ahead = times["output_buffer_dac_time"] - times["current_time"]
            leaves = now + min(max(0.0, ahead), _MOST_AHEAD_S)
            rate = self._rate
            samples, sounding = self._pieces.fill(frames, leaves, rate)
            if sounding:
                self._played.note(leaves, frames / rate, samples)
                self._restarts_in_a_row = 0
                self._busy_until = leaves + sounding / rate
        return samples, portaudio.CONTINUE

    def _notify(self, at: float, notice: Callable[[], None]) -> None:
        """Have the speaker's thread call back at a time; the lock is held."""
        heapq.heappush(self._notices, (at, next(self._order), notice))
        self._changed.notify_all()

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
            # Twice the same: a callback that is only late because this process was busy has come by then.
            unchanged = self._last_callback == self._watched_callback
            self._watched_callback = self._last_callback
            stalled = unchanged and now - self._last_callback > self._stall_s
            rested = not self.keep_open and now - self._busy_until > self._idle_close_s
            idle = not playing and not self._notices and (stalled or rested)
        if stream is None:
            return
        if not stream.active:
            self._fail(_lost(stream))
        elif (idle or (playing and stalled)) and self._opening.acquire(blocking=False):
            # Not waiting for the lock: whoever holds it is about to play, or to stop.
            try:
                if playing:
                    self._reopen(stream)
                elif not self._pieces:
                    self._close()
            finally:
                self._opening.release()

    def _reopen(self, stalled: portaudio.Stream) -> None:
        """Go on in a new stream; the opening lock is held.

        After an underrun PortAudio and PulseAudio can wait for each other for ever; only a new stream helps.
        """
        self.restarts += 1
        self._restarts_in_a_row += 1
        self._close()
        if self._restarts_in_a_row > _MOST_RESTARTS:
            self._fail(_lost(stalled))
            return
        try:
            stream = self._opened()
        except SpeakerError as error:
            self._fail(error)
            return
        if stream.rate != stalled.rate:  # what waits was converted for the other device
            self._fail(_lost(stalled))

    def _fail(self, error: SpeakerError) -> None:
        logger.warning("%s", error)
        self._close()
        with self._changed:
            self._restarts_in_a_row = 0
            self._pieces.drop_all(time.monotonic(), error)


_WATCH_S = 0.05
_MOST_AHEAD_S = 1.0
"""No device buffers more; PortAudio's times are wrong for a moment after an underrun."""
_MOST_RESTARTS = 3


def _lost(stream: portaudio.Stream) -> SpeakerError:
    return SpeakerError(
        "speaker_lost", f"{stream.device.name!r} stopped: it was unplugged or the sound server ended"
    )


def _converted(pcm: bytes, rate: int, wanted_rate: int, volume: float) -> bytes:
    """The piece at the device's rate and the wanted volume."""
    samples = np.frombuffer(pcm, np.int16).astype(np.float32)
    if rate != wanted_rate and samples.size:
        samples = soxr.resample(samples, rate, wanted_rate)
    return np.clip(samples * min(max(volume, 0.0), 1.0), -32768, 32767).astype(np.int16).tobytes()
