"""Stand-ins on virtual time that implement the real ports, and a log of events to wait on."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import TypeVar

from voice.errors import MicrophoneError, SpeakerError
from voice.events import VoiceEvent
from voice.level import FLOOR_DBFS
from voice.ports import FRAME_BYTES, FRAME_SECONDS, AudioChunk, PlaybackEnd

E = TypeVar("E")
PATIENCE_S = 10.0
"""How long a test waits for what must come; only a failing test waits so long."""


class EventLog:
    """Collects events; wait_for() blocks until one of a kind comes and gives it."""

    def __init__(self) -> None:
        self.events: list[VoiceEvent] = []
        self._taken = 0
        self._changed = threading.Condition()

    def __call__(self, event: VoiceEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait_for(self, kind: type[E], timeout: float = PATIENCE_S) -> E:
        """The next event of a kind after those already waited for; others in between are skipped."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                while self._taken < len(self.events):
                    event = self.events[self._taken]
                    self._taken += 1
                    if isinstance(event, kind):
                        return event
                left = deadline - time.monotonic()
                assert left > 0, f"no {kind.__name__} within {timeout} s; there were {self.events}"
                self._changed.wait(left)

    def count(self, kind: type[object]) -> int:
        """How many events of a kind there were."""
        return sum(isinstance(event, kind) for event in self.events)


class ScriptedMicrophone:
    """A Microphone on virtual time that delivers what the test pushes, and can be unplugged."""

    name = "scripted"
    overruns = 0

    def __init__(self) -> None:
        self._chunks: deque[AudioChunk] = deque()
        self._changed = threading.Condition()
        self._time = 0.0
        self._plugged = True
        self.opened = 0
        self._waiting = 0

    def now(self) -> float:
        return self._time

    def start(self) -> None:
        with self._changed:
            if not self._plugged:
                raise MicrophoneError("microphone_missing", "the test unplugged it")
            self.opened += 1

    def stop(self) -> None:
        return

    def read(self, timeout: float) -> AudioChunk | None:
        with self._changed:
            if not self._chunks and self._plugged:
                self._waiting += 1
                self._changed.notify_all()
                self._changed.wait_for(lambda: bool(self._chunks) or not self._plugged, timeout)
                self._waiting -= 1
            if self._chunks:
                return self._chunks.popleft()
            if not self._plugged:
                raise MicrophoneError("microphone_lost", "the test unplugged it")
            return None

    def push(self, pcm: bytes) -> None:
        """Somebody speaks: the sound arrives in frames, now."""
        with self._changed:
            for offset in range(0, len(pcm), FRAME_BYTES):
                self._chunks.append(AudioChunk(pcm[offset : offset + FRAME_BYTES], self._time))
                self._time += FRAME_SECONDS
            self._changed.notify_all()

    def wait_until_heard(self) -> None:
        """Until the listener has taken everything and asks for more."""
        with self._changed:
            heard = self._changed.wait_for(lambda: not self._chunks and self._waiting > 0, PATIENCE_S)
        assert heard, "the listener does not read"

    def unplug(self) -> None:
        with self._changed:
            self._plugged = False
            self._changed.notify_all()

    def plug(self) -> None:
        with self._changed:
            self._plugged = True
            self._changed.notify_all()


class VirtualSpeaker:
    """A Speaker that plays only when the test lets it; records what was played."""

    def __init__(self, *, immediate: bool = False) -> None:
        self.volume = 1.0
        self.keep_open = False
        self.played: list[bytes] = []
        self.stopped = False
        self.paused = False
        self.gain = 1.0
        self.level = FLOOR_DBFS
        self.broken: SpeakerError | None = None
        self.opened = 0
        self._immediate = immediate
        self._waiting: deque[tuple[bytes, Callable[[float], None], Callable[[PlaybackEnd], None]]] = deque()
        self._changed = threading.Condition()

    def start(self) -> None:
        if self.broken:
            raise self.broken
        with self._changed:
            self.opened += 1
            self.stopped = False
            self._changed.notify_all()

    @property
    def name(self) -> str:
        """No device."""
        return "a double"

    def stop(self) -> None:
        self.cancel()
        self.stopped = True

    def play(
        self,
        pcm: bytes,
        rate: int,
        on_started: Callable[[float], None],
        on_finished: Callable[[PlaybackEnd], None],
    ) -> None:
        self.start()
        if self._immediate:
            self.played.append(pcm)
            on_started(time.monotonic())
            on_finished(PlaybackEnd(time.monotonic(), completed=True))
            return
        with self._changed:
            self._waiting.append((pcm, on_started, on_finished))
            self._changed.notify_all()

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def duck(self, gain: float) -> None:
        self.gain = gain

    def loudest(self, since: float, until: float) -> float:
        return self.level

    def cancel(self) -> None:
        self.paused, self.gain = False, 1.0
        with self._changed:
            waiting = list(self._waiting)
            self._waiting.clear()
        for _, _, on_finished in waiting:
            on_finished(PlaybackEnd(time.monotonic(), completed=False))

    def play_next(self, *, error: SpeakerError | None = None) -> None:
        """Play one waiting piece to its end (or until the device fails), waiting for it to be there."""
        with self._changed:
            there = self._changed.wait_for(lambda: bool(self._waiting), PATIENCE_S)
            assert there, "nothing was given to the speaker"
            pcm, on_started, on_finished = self._waiting.popleft()
        self.played.append(pcm)
        on_started(time.monotonic())
        on_finished(PlaybackEnd(time.monotonic(), completed=error is None, error=error))

    def wait_until_opened(self) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self.opened > 1, PATIENCE_S), (
                "opened only by the voice's start"
            )

    def wait_for_piece(self) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: bool(self._waiting), PATIENCE_S), "nothing to play"


class SpelledSynthesizer:
    """A Synthesizer whose sound of a sentence is its text in UTF-16, so that a test can read what was played."""

    sample_rate = 16_000

    def prepare(self) -> None:
        return

    def synthesize(self, text: str, lang: str, rate: float = 1.0) -> Iterator[bytes]:
        for sentence in filter(None, text.split("。")):
            yield sentence.encode("utf-16-le")
