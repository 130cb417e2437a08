"""The one place that touches PortAudio: initialisation, devices, callback streams.

PortAudio reads the list of devices only when it is initialised, so a device plugged in later is unknown to
it. Whenever a stream cannot be opened while no other is open, PortAudio is therefore initialised afresh and
asked once more.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from voice.alsa_messages import captured_stderr, log_alsa_messages
from voice.sound_devices import (
    AudioDevice,
    Direction,
    NoSuchDeviceError,
    choose,
    sound_cards,
    there_are,
)
from voice.stream_shape import Shape, all_channels, one_channel, shapes

if TYPE_CHECKING:
    import pyaudio

logger = logging.getLogger(__name__)

StreamCallback = Callable[[bytes | None, int, Mapping[str, float], int], tuple[bytes | None, int]]

CONTINUE = 0
"""paContinue, what a callback returns with its data (portaudio.h)."""
INPUT_OVERFLOW = 0x2
"""paInputOverflow: the device lost sound before this callback."""
OUTPUT_UNDERFLOW = 0x4
"""paOutputUnderflow: the device ran dry before this callback."""
_OTHER_SHAPE_MAY_DO = frozenset({-9999, -9998, -9997, -9994, -9993})
"""Unanticipated host error, invalid channel count, invalid sample rate, sample format not supported, bad combination
(portaudio.h): what a device answers that has not the rate or the channels asked for."""


class PortAudioError(Exception):
    """A device is missing or cannot be opened; the microphone and the speaker turn it into their errors."""

    def __init__(self, code: Literal["missing", "open_failed", "not_installed"], message: str) -> None:
        super().__init__(message)
        self.code = code


class Stream:
    """An open s16 callback stream, of one channel for whoever uses it, whatever the device has."""

    def __init__(self, inner: pyaudio.Stream, device: AudioDevice, shape: Shape) -> None:
        self._inner = inner
        self.device = device
        self.rate = shape.rate
        self.channels = shape.channels

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
            with captured_stderr():
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


def hangs() -> bool:
    """A stream could not be closed: a thread of PortAudio may spin until this process ends."""
    return _hung


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
    direction: Direction, wish: str | None, rate: int | None, seconds: float, callback: StreamCallback
) -> Stream:
    """Open a stream, not yet started; the caller holds an acquire().

    Args:
        wish: which device, see ``sound_devices.choose``; the system's default when None.
        rate: Hz that is best, the device's own when None; a device that has it not is opened at a rate that it has,
            which the stream tells.
        seconds: sound per callback.
        callback: called on PortAudio's thread with (mono input or None, frames, times, status flags).

    Raises:
        PortAudioError: no such device, or it refuses.
    """
    with _lock:
        try:
            return _open(direction, wish, rate, seconds, callback)
        except PortAudioError:
            if _streams:
                raise
            _terminate()
            return _open(direction, wish, rate, seconds, callback)


def _open(
    direction: Direction, wish: str | None, rate: int | None, seconds: float, callback: StreamCallback
) -> Stream:
    host = _require_host()
    index, device = _find(host, direction, wish)
    refusals: list[str] = []
    with captured_stderr() as noise:
        for shape in shapes(rate, device.rate, device.channels(direction)):
            try:
                inner = _opened(host, direction, index, shape, seconds, callback)
            except (OSError, ValueError) as error:
                refusals.append(f"{shape.channels} x {shape.rate} Hz: {error}")
                if not (error.args and error.args[0] in _OTHER_SHAPE_MAY_DO):
                    break
            else:
                if refusals:
                    logger.info("%s has not the shape asked for (%s)", device.name, "; ".join(refusals))
                stream = Stream(inner, device, shape)
                _streams.add(stream)
                return stream
        raise PortAudioError(
            "open_failed",
            f"{direction} device {device.name!r} cannot be opened at {'; '.join(refusals)}"
            f" ({noise() or 'no further reason given'}); is it plugged in, and does nobody else use it?",
        )


def _opened(
    host: pyaudio.PyAudio,
    direction: Direction,
    index: int,
    shape: Shape,
    seconds: float,
    callback: StreamCallback,
) -> pyaudio.Stream:
    import pyaudio

    def in_one_channel(
        data: bytes | None, frames: int, times: Mapping[str, float], status: int
    ) -> tuple[bytes | None, int]:
        given, going = callback(data and one_channel(data, shape.channels), frames, times, status)
        return given and all_channels(given, shape.channels), going

    return host.open(
        rate=shape.rate,
        channels=shape.channels,
        format=pyaudio.paInt16,
        input=direction == "input",
        output=direction == "output",
        input_device_index=index if direction == "input" else None,
        output_device_index=index if direction == "output" else None,
        frames_per_buffer=round(shape.rate * seconds),
        stream_callback=callback if shape.channels == 1 else in_one_channel,
        start=False,
    )


def _find(host: pyaudio.PyAudio, direction: Direction, wish: str | None) -> tuple[int, AudioDevice]:
    listed, cards = _listed(host), sound_cards()
    try:
        index = choose(listed, direction, wish, cards)
    except NoSuchDeviceError as error:
        raise PortAudioError("missing", str(error)) from error
    if index is not None:
        return index, listed[index]
    try:
        info = (
            host.get_default_input_device_info()
            if direction == "input"
            else host.get_default_output_device_info()
        )
    except OSError as error:
        raise PortAudioError(
            "missing", f"there is no default {direction} device; {there_are(listed, direction, cards)}"
        ) from error
    return int(info["index"]), _device(info)


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
        with captured_stderr() as noise:
            _host = pyaudio.PyAudio()
            said = noise()
        logger.debug("PortAudio initialised in %.0f ms; it said: %s", (time.monotonic() - began) * 1e3, said)
    return _host


def _terminate() -> None:
    global _host
    if _host is not None and not _hung:
        _host.terminate()
        _host = None
