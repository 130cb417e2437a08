"""The program that owns the loudspeaker's device: ``python -m voice.playback [--device NAME]``.

Does with a PyAudioSpeaker what the frames (``voice.frames``) on standard input say, tells on standard output what
became of it, and ends with its standard input. Every START and every PLAY is answered with a DONE of its number.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

from voice import portaudio
from voice.errors import SpeakerError
from voice.frames import FrameReader, send
from voice.played import PlayedLevels
from voice.ports import PlaybackEnd
from voice.speaker import PyAudioSpeaker

START, PLAY, CANCEL, PAUSE, RESUME, DUCK, KEEP_OPEN = b"S", b"P", b"C", b"H", b"R", b"D", b"K"
"""What is wanted. PLAY: figure is the volume, the body RATE and samples; DUCK: the gain; KEEP_OPEN: 0 or 1."""
WANTED = START + PLAY + CANCEL + PAUSE + RESUME + DUCK + KEEP_OPEN

DONE, BEGAN, ENDED, LEVEL, ALIVE = b"d", b"b", b"e", b"l", b"a"
"""What is told. DONE: body is JSON with the device's name, or code and message of an error. BEGAN and ENDED: figure is
the time, number the piece's; ENDED carries JSON. LEVEL: a block left at figure; its body is BLOCK."""
TOLD = DONE + BEGAN + ENDED + LEVEL + ALIVE

RATE = struct.Struct("<I")
BLOCK = struct.Struct("<dd")
"""Seconds of a block, its level in dBFS."""

ALIVE_S = 0.25

Tell = Callable[[bytes, bytes, float], None]


class _ToldLevels(PlayedLevels):
    """Sends on what is played how loud, for the kiosk compares the microphone with it."""

    def __init__(self, told: Tell) -> None:
        super().__init__()
        self._told = told

    def noted(self, at: float, seconds: float, level_dbfs: float) -> None:
        super().noted(at, seconds, level_dbfs)
        self._told(LEVEL, BLOCK.pack(seconds, level_dbfs), at)


class _Playback:
    """Carries out frames, in the order in which they come."""

    def __init__(self, device: str | None, handle: int) -> None:
        self._lock = threading.Lock()
        self._handle = handle
        self._playing: set[int] = set()
        self._speaker = PyAudioSpeaker(device, levels=_ToldLevels(self.tell))

    @property
    def plays(self) -> bool:
        """Something was given to the loudspeaker and has not ended."""
        return bool(self._playing)

    def tell(self, kind: bytes, body: bytes = b"", figure: float = 0.0, number: int = 0) -> None:
        """Write a frame; from any thread. A kiosk that is gone ends this process."""
        with self._lock:
            try:
                send(self._handle, kind, body, figure, number)
            except OSError:
                os._exit(1)

    def take(self, kind: bytes, figure: float, number: int, body: bytes) -> None:
        """Do what one frame says."""
        if kind == START:
            self._answered(number)
        elif kind == PLAY:
            self._play(figure, number, body)
        elif kind == CANCEL:
            self._speaker.cancel()
        elif kind == PAUSE:
            self._speaker.pause()
        elif kind == RESUME:
            self._speaker.resume()
        elif kind == DUCK:
            self._speaker.duck(figure)
        elif kind == KEEP_OPEN:
            self._speaker.keep_open = bool(figure)

    def _answered(self, number: int) -> bool:
        """Open the device and say how that went, before anything is told of what is played; whether it is open."""
        try:
            self._speaker.start()
        except SpeakerError as error:
            self.tell(DONE, _error(error), number=number)
            return False
        self.tell(DONE, json.dumps({"name": self._speaker.name}).encode(), number=number)
        return True

    def _play(self, volume: float, number: int, body: bytes) -> None:
        (rate,) = RATE.unpack_from(body)
        self._speaker.volume = volume
        self._playing.add(
            number
        )  # from before the answer on: a piece that was taken must not end with the process
        if not self._answered(number):
            self._playing.discard(number)
            return
        try:
            self._speaker.play(
                body[RATE.size :], rate, partial(self._began, number), partial(self._ended, number)
            )
        except SpeakerError as error:
            self._ended(number, PlaybackEnd(time.monotonic(), completed=False, error=error))

    def _began(self, number: int, at: float) -> None:
        self.tell(BEGAN, figure=at, number=number)

    def _ended(self, number: int, end: PlaybackEnd) -> None:
        body = _error(end.error) if end.error else json.dumps({"completed": end.completed}).encode()
        self.tell(ENDED, body, end.at, number)
        self._playing.discard(number)


def _error(error: SpeakerError) -> bytes:
    return json.dumps({"code": error.code, "message": str(error)}).encode()


def _stay_alive(playback: _Playback) -> None:
    """Tell now and then that this process lives, and end it when PortAudio holds a thread that never will."""
    while True:
        time.sleep(ALIVE_S)
        if portaudio.hangs() and not playback.plays:
            os._exit(1)
        playback.tell(ALIVE)


def main() -> None:
    """Play until standard input ends; the device is never closed in the usual way, see ``voice.capture``."""
    arguments = sys.argv[1:]
    device = arguments[1] if len(arguments) == 2 and arguments[0] == "--device" else None
    # Whatever a library prints must not get between the frames.
    handle = os.dup(1)
    os.dup2(2, 1)
    playback = _Playback(device, handle)
    threading.Thread(target=_stay_alive, args=(playback,), name="alive", daemon=True).start()
    reader = FrameReader(WANTED)
    while data := os.read(0, 1 << 20):
        reader.feed(data, playback.take)
    os._exit(0)


if __name__ == "__main__":
    main()
