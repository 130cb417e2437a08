"""A loudspeaker that makes no sound and keeps the time: a piece begins when it is given, and lasts as long as it is."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from voice.level import FLOOR_DBFS
from voice.ports import SAMPLE_BYTES, PlaybackEnd


@dataclass(slots=True)
class _Piece:
    seconds: float
    on_started: Callable[[float], None]
    on_finished: Callable[[PlaybackEnd], None]
    cut: bool = False


class ClockedSpeaker:
    """A Speaker for measuring: what a sound card would add to the time of the first sample is not in it."""

    def __init__(self) -> None:
        self.volume = 1.0
        self.keep_open = False
        self._pieces: deque[_Piece] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the clock; nothing when it runs."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)
            self._thread.start()

    @property
    def name(self) -> str:
        """No device."""
        return "the clock"

    def stop(self) -> None:
        """End everything."""
        with self._changed:
            thread, self._thread = self._thread, None
            self._changed.notify_all()
        self.cancel()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def play(
        self,
        pcm: bytes,
        rate: int,
        on_started: Callable[[float], None],
        on_finished: Callable[[PlaybackEnd], None],
    ) -> None:
        """Let a piece pass after those already waiting."""
        self.start()
        with self._changed:
            self._pieces.append(_Piece(len(pcm) / SAMPLE_BYTES / rate, on_started, on_finished))
            self._changed.notify_all()

    def cancel(self) -> None:
        """End the piece that passes and those that wait."""
        with self._changed:
            for piece in self._pieces:
                piece.cut = True
            self._changed.notify_all()

    def pause(self) -> None:
        """Nobody interrupts here."""

    def resume(self) -> None:
        """Nobody interrupts here."""

    def duck(self, gain: float) -> None:
        """Nobody listens here."""

    def loudest(self, since: float, until: float) -> float:
        """Nothing sounds."""
        return FLOOR_DBFS

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pieces or self._stopping())
                if not self._pieces:
                    return
                piece = self._pieces[0]
            if not piece.cut:
                piece.on_started(time.monotonic())
            with self._changed:
                self._changed.wait_for(lambda piece=piece: piece.cut or self._stopping(), piece.seconds)
                self._pieces.popleft()
            piece.on_finished(PlaybackEnd(time.monotonic(), completed=not piece.cut))

    def _stopping(self) -> bool:
        return self._thread is not threading.current_thread()
