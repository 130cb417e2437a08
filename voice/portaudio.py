"""The one place that touches PortAudio: initialisation, devices, callback streams.

PortAudio reads the list of devices only when it is initialised, so a device plugged in later is unknown to
it. Whenever a stream cannot be opened while no other is open, PortAudio is therefore initialised afresh and
asked once more.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from voice.alsa_messages import log_alsa_messages

if TYPE_CHECKING:
    import pyaudio

logger = logging.getLogger(__name__)

Direction = Literal["input", "output"]
StreamCallback = Callable[[bytes | None, int, Mapping[str, float], int], tuple[bytes | None, int]]

CONTINUE = 0
"""paContinue, what a callback returns with its data (portaudio.h)."""
INPUT_OVERFLOW = 0x2
"""paInputOverflow: the device lost sound before this callback."""
OUTPUT_UNDERFLOW = 0x4
"""paOutputUnderflow: the device ran dry before this callback."""


class PortAudioError(Exception):
    """A device is missing or cannot be opened; the microphone and the speaker turn it into their errors."""

    def __init__(self, code: Literal["missing", "open_failed", "not_installed"], message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """A device as PortAudio lists it: its name, how many channels each way, its own rate in Hz."""

    name: str
    inputs: int
    outputs: int
    rate: int


class Stream:
    """An open mono s16 callback stream."""

    def __init__(self, inner: pyaudio.Stream, device: AudioDevice, rate: int) -> None:
        self._inner = inner
        self.device = device
        self.rate = rate

    def start(self) -> None:
        """Let the callbacks begin."""
        self._inner.start_stream()

    @property
    def active(self) -> bool:
        """False once the device has failed."""
        try:
            return self._inner.is_active()
        except OSError:
            return False

    def close(self) -> None:
        """Stop the callbacks and close the device; waits for a callback that is running.

        PortAudio 19.6 can loop for ever in the callback thread of a device that was unplugged, and closing
        joins that thread. Closing is therefore left behind after a second; from then on this process keeps
        PortAudio initialised, since terminating would close the stream once more.
        """
        global _hung
        with _lock:
            if self not in _streams:
                return
            _streams.discard(self)
            with _captured_stderr():
                closing = threading.Thread(target=self._close_inner, name="audio-close", daemon=True)
                closing.start()
                closing.join(_CLOSE_S)
            if closing.is_alive():
                _hung = True
                logger.error(
                    "closing %s hangs inside PortAudio; left behind until this program is restarted",
                    self.device.name,
                )

    def _close_inner(self) -> None:
        try:
            self._inner.close()
        except OSError as error:
            logger.warning("closing %s: %s", self.device.name, error)


_CLOSE_S = 1.0
_lock = threading.RLock()
_streams: set[Stream] = set()
_users = 0
_host: pyaudio.PyAudio | None = None
_hung = False
"""A stream could not be closed; PortAudio must not be terminated any more."""


def acquire() -> None:
    """Initialise PortAudio, or count one more user of it. Raises PortAudioError without PyAudio."""
    global _users
    with _lock:
        _require_host()
        _users += 1


def release() -> None:
    """Count one user less; the last one terminates PortAudio."""
    global _users
    with _lock:
        _users -= 1
        if _users == 0:
            _terminate()


def devices() -> list[AudioDevice]:
    """All devices there are now. Raises PortAudioError without PyAudio."""
    acquire()
    try:
        with _lock:
            if not _streams:
                _terminate()
            return _listed(_require_host())
    finally:
        release()


def open_stream(
    direction: Direction, name: str | None, rate: int | None, frames: int, callback: StreamCallback
) -> Stream:
    """Open a stream, not yet started; the caller holds an acquire().

    Args:
        direction: ``input`` or ``output``.
        name: part of the device's name, whatever the case; the system's default device when None.
        rate: Hz; the device's own rate when None.
        frames: samples per callback.
        callback: called on PortAudio's thread with (input or None, frames, times, status flags).

    Raises:
        PortAudioError: no such device, or it refuses.
    """
    with _lock:
        try:
            return _open(direction, name, rate, frames, callback)
        except PortAudioError:
            if _streams:
                raise
            _terminate()
            return _open(direction, name, rate, frames, callback)


def _open(
    direction: Direction, name: str | None, rate: int | None, frames: int, callback: StreamCallback
) -> Stream:
    import pyaudio

    host = _require_host()
    index, device = _find(host, direction, name)
    chosen = rate or device.rate
    with _captured_stderr() as noise:
        try:
            inner = host.open(
                rate=chosen,
                channels=1,
                format=pyaudio.paInt16,
                input=direction == "input",
                output=direction == "output",
                input_device_index=index if direction == "input" else None,
                output_device_index=index if direction == "output" else None,
                frames_per_buffer=frames,
                stream_callback=callback,
                start=False,
            )
        except (OSError, ValueError) as error:
            raise PortAudioError(
                "open_failed",
                f"{direction} device {device.name!r} cannot be opened at {chosen} Hz: {error}"
                f" ({noise() or 'no further reason given'}); is it plugged in, and does nobody else use it?",
            ) from error
    stream = Stream(inner, device, chosen)
    _streams.add(stream)
    return stream


def _find(host: pyaudio.PyAudio, direction: Direction, name: str | None) -> tuple[int, AudioDevice]:
    def channels(device: AudioDevice) -> int:
        return device.inputs if direction == "input" else device.outputs

    usable = [(index, device) for index, device in enumerate(_listed(host)) if channels(device) > 0]
    if name is None:
        try:
            info = (
                host.get_default_input_device_info()
                if direction == "input"
                else host.get_default_output_device_info()
            )
        except OSError as error:
            raise PortAudioError(
                "missing", f"there is no default {direction} device; {_there_are(usable)}"
            ) from error
        return int(info["index"]), _device(info)
    for index, device in usable:
        if name.lower() in device.name.lower():
            return index, device
    raise PortAudioError("missing", f"no {direction} device has {name!r} in its name; {_there_are(usable)}")


def _there_are(usable: list[tuple[int, AudioDevice]]) -> str:
    if not usable:
        return "there is none at all: plug one in, or check that the sound server runs"
    return "there are: " + ", ".join(device.name for _, device in usable)


def _listed(host: pyaudio.PyAudio) -> list[AudioDevice]:
    return [_device(host.get_device_info_by_index(index)) for index in range(host.get_device_count())]


def _device(info: Mapping[str, Any]) -> AudioDevice:
    return AudioDevice(
        name=str(info["name"]),
        inputs=int(info["maxInputChannels"]),
        outputs=int(info["maxOutputChannels"]),
        rate=round(info["defaultSampleRate"]),
    )


def _require_host() -> pyaudio.PyAudio:
    global _host
    if _host is None:
        try:
            import pyaudio
        except ImportError as error:
            raise PortAudioError(
                "not_installed",
                f"PyAudio cannot be loaded ({error}); apt-get install portaudio19-dev,"
                " then pip install 'yingbin[kiosk]'",
            ) from error
        log_alsa_messages()
        began = time.monotonic()
        with _captured_stderr() as noise:
            _host = pyaudio.PyAudio()
            said = noise()
        logger.debug("PortAudio initialised in %.0f ms; it said: %s", (time.monotonic() - began) * 1e3, said)
    return _host


def _terminate() -> None:
    global _host
    if _host is not None and not _hung:
        _host.terminate()
        _host = None


@contextmanager
def _captured_stderr() -> Iterator[Callable[[], str]]:
    """Keep what C libraries print while they probe devices that are not there; gives its last lines.

    ALSA and JACK write straight to file descriptor 2. Python's own messages of other threads in these few
    milliseconds are captured too, which is why the time is kept short.
    """
    try:
        saved = os.dup(2)
    except OSError:  # stderr is closed: nothing to keep clean
        yield lambda: ""
        return
    with tempfile.TemporaryFile() as sink:
        sys.stderr.flush()
        os.dup2(sink.fileno(), 2)

        def last_lines() -> str:
            sink.seek(0)
            return " / ".join(sink.read().decode(errors="replace").split("\n")[-4:]).strip(" /")

        try:
            yield last_lines
        finally:
            os.dup2(saved, 2)
            os.close(saved)
