"""A loudspeaker whose device is held by a process of its own: it neither hangs with the kiosk nor the kiosk with it."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from voice import playback as frames
from voice.device_process import DeviceProcess, with_latency
from voice.errors import SpeakerError
from voice.frames import NoFrameError
from voice.played import PlayedLevels
from voice.ports import PlaybackEnd

logger = logging.getLogger(__name__)

_END_S = 0.3
_LATENCY_MS = 60
"""Asked of a PulseAudio server unless the environment says otherwise. After an underrun the server waits until a whole
buffer has been filled, which PortAudio never does; at 30 ms a busy small board runs dry, at 60 ms it does not."""


@dataclass(frozen=True, slots=True)
class _Piece:
    on_started: Callable[[float], None]
    on_finished: Callable[[PlaybackEnd], None]


class IsolatedSpeaker:
    """A Speaker that runs ``voice.playback`` and replaces it when it hangs or ends.

    Args:
        device: which one, see ``sound_devices.choose``; the system's default when None.
        answer_s: a process that does not answer in so long, opening its device included, is killed.
        alive_s: so is one that says nothing at all for so long.
        command: another program that speaks the protocol of ``voice.playback``.
    """

    def __init__(
        self,
        device: str | None = None,
        *,
        answer_s: float = 5.0,
        alive_s: float = 2.0,
        command: Sequence[str] | None = None,
    ) -> None:
        self._device = device
        self._answer_s = answer_s
        self._alive_s = alive_s
        self._command = command or (
            [sys.executable, "-m", "voice.playback", *(["--device", device] if device else [])]
        )
        self.volume = 1.0
        self._keep_open = False
        self._name = ""
        self._numbers = itertools.count(1)
        # Guards the rest; never held while a callback of a piece is called.
        self._changed = threading.Condition()
        self._process: DeviceProcess | None = None
        self._generation = 0  # of the process; what an earlier one still says is not listened to
        self._asking: dict[int, _Piece | None] = {}  # what was asked and not answered yet, with its piece
        self._refusals: dict[int, SpeakerError] = {}
        self._pieces: dict[int, _Piece] = {}
        self._played = PlayedLevels()

    @property
    def name(self) -> str:
        """The device that was opened last, else the one asked for."""
        return self._name or self._device or "default"

    @property
    def keep_open(self) -> bool:
        """See Speaker."""
        return self._keep_open

    @keep_open.setter
    def keep_open(self, on: bool) -> None:
        self._keep_open = on
        self._order(frames.KEEP_OPEN, float(on))

    def start(self) -> None:
        """Open the device now. Raises SpeakerError: there is no such device, it refuses, or nothing answers."""
        self._asked(frames.START)

    def stop(self) -> None:
        """End everything and the process; callbacks still due come before it returns."""
        with self._changed:
            process, self._process = self._process, None
            self._generation += 1
            self._changed.notify_all()
        if process is not None:
            process.end(_END_S)
        self._drop_all(None)

    def play(
        self,
        pcm: bytes,
        rate: int,
        on_started: Callable[[float], None],
        on_finished: Callable[[PlaybackEnd], None],
    ) -> None:
        """Play a piece after those already waiting; see Speaker.play."""
        piece = _Piece(on_started, on_finished)
        self._asked(frames.PLAY, self.volume, frames.RATE.pack(rate) + pcm, piece)

    def cancel(self) -> None:
        """Fade out what plays and forget what waits; see Speaker.cancel."""
        self._order(frames.CANCEL)

    def pause(self) -> None:
        """Fall silent and keep the place; see Speaker.pause."""
        self._order(frames.PAUSE)

    def resume(self) -> None:
        """Go on from a little before where it stopped."""
        self._order(frames.RESUME)

    def duck(self, gain: float) -> None:
        """Play at a part of the loudness, 0 to 1."""
        self._order(frames.DUCK, gain)

    def loudest(self, since: float, until: float) -> float:
        """The highest level in dBFS of what left the device between two monotonic times of the last seconds."""
        with self._changed:
            return self._played.loudest(since, until)

    def _order(self, kind: bytes, figure: float = 0.0) -> None:
        """What needs no answer, and nothing when no process runs."""
        with self._changed:
            process = self._process
        if process is not None:
            with contextlib.suppress(OSError, ValueError):  # it has ended; its pieces are told by its end
                process.send(kind, figure=figure)

    def _asked(
        self, kind: bytes, figure: float = 0.0, body: bytes = b"", piece: _Piece | None = None
    ) -> None:
        """What the process answers, one that is started when none runs. Raises SpeakerError."""
        number = next(self._numbers)
        process = self._running()
        with self._changed:
            self._asking[number] = piece
        try:
            process.send(kind, body, figure, number)
        except (OSError, ValueError):
            logger.debug("the loudspeaker's process ended while it was asked")
        with self._changed:
            self._changed.wait_for(
                lambda: number not in self._asking or self._process is not process, self._answer_s
            )
            silent = self._asking.pop(number, _ANSWERED) is not _ANSWERED
            refusal = self._refusals.pop(number, None)
            ended = self._process is not process
        if silent:
            process.kill()
            refusal = _lost(
                self.name, "its process ended" if ended else f"no answer for {self._answer_s:.0f} s"
            )
        if refusal is not None:
            raise refusal

    def _running(self) -> DeviceProcess:
        with self._changed:
            if self._process is None:
                self._process = self._started()
            return self._process

    def _started(self) -> DeviceProcess:
        """A new process; the lock is held, so nothing of it is taken before it is known."""
        self._generation += 1
        try:
            process = DeviceProcess(
                self._command,
                "speaker",
                frames.TOLD,
                partial(self._take, self._generation),
                partial(self._over, self._generation),
                with_latency(_LATENCY_MS),
                silence_s=self._alive_s,
                first_s=self._answer_s,
            )
        except OSError as error:
            raise SpeakerError(
                "speaker_open_failed", f"{self._command[0]} cannot be started: {error}"
            ) from error
        if self._keep_open:
            with contextlib.suppress(OSError):  # it has ended already; whoever asks it next is told
                process.send(frames.KEEP_OPEN, figure=1.0)
        return process

    # --- what the process tells, on the thread that takes it ------------------------------------------------

    def _take(self, generation: int, kind: bytes, figure: float, number: int, body: bytes) -> None:
        if generation != self._generation:
            return
        try:
            if kind == frames.DONE:
                self._done(number, json.loads(body))
            elif kind == frames.BEGAN:
                with self._changed:
                    piece = self._pieces.get(number)
                if piece is not None:
                    piece.on_started(figure)
            elif kind == frames.ENDED:
                self._ended(number, figure, json.loads(body))
            elif kind == frames.LEVEL:
                seconds, level = frames.BLOCK.unpack(body)
                with self._changed:
                    self._played.noted(figure, seconds, level)
        except (ValueError, KeyError, TypeError, struct.error) as error:
            raise NoFrameError(f"not what a playback process says: {error}") from error

    def _done(self, number: int, said: Mapping[str, str]) -> None:
        with self._changed:
            if number not in self._asking:
                return  # too late: it was given up
            piece = self._asking.pop(number)
            if "code" in said:
                self._refusals[number] = SpeakerError(said["code"], said["message"])
            else:
                self._name = said["name"]
                if piece is not None:
                    self._pieces[number] = piece
            self._changed.notify_all()

    def _ended(self, number: int, at: float, said: Mapping[str, Any]) -> None:
        with self._changed:
            piece = self._pieces.pop(number, None)
        error = SpeakerError(said["code"], said["message"]) if "code" in said else None
        if piece is not None:
            piece.on_finished(
                PlaybackEnd(at, completed=error is None and bool(said["completed"]), error=error)
            )

    def _over(self, generation: int, _nonsense: bool) -> None:
        with self._changed:
            if generation != self._generation:
                return
            self._process = None
            self._changed.notify_all()
        self._drop_all(_lost(self.name, "its process ended"))

    def _drop_all(self, error: SpeakerError | None) -> None:
        with self._changed:
            pieces, self._pieces = self._pieces, {}
        for piece in pieces.values():
            piece.on_finished(PlaybackEnd(time.monotonic(), completed=False, error=error))


_ANSWERED = _Piece(lambda _: None, lambda _: None)


def _lost(name: str, why: str) -> SpeakerError:
    return SpeakerError("speaker_lost", f"{name!r} does not play any more: {why}; it is opened again")
