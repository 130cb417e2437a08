"""The kiosk's voice: a thread that turns text into sound and plays it, one utterance at a time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from voice.errors import VoiceError
from voice.events import PlaybackEvent, PlaybackFailed, PlaybackFinished, PlaybackStarted
from voice.ports import PlaybackEnd, Speaker, Synthesizer

logger = logging.getLogger(__name__)

_JOIN_S = 1.0
DUCKED = 0.3
"""The part of its loudness (-10 dB) at which the voice goes on while somebody may be interrupting it."""


@dataclass(frozen=True, slots=True)
class _Request:
    utterance: int
    text: str
    lang: str
    rate: float


@dataclass(slots=True, eq=False)
class _Playback:
    """One utterance between say() and its last event. Its events come in order, once each."""

    request: _Request
    emit: Callable[[PlaybackEvent], None]
    replaced: bool = False
    """No longer wanted: nothing more of it may be given to the speaker."""
    _pending: int = 0
    _complete: bool = False  # nothing more will be added
    _cut: bool = False
    _started: bool = False
    _ended: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def added(self) -> None:
        with self._lock:
            self._pending += 1

    def started(self, at: float) -> None:
        with self._lock:
            first = not self._started and not self._ended
            self._started = True
        if first:
            self.emit(PlaybackStarted(at, self.request.utterance))

    def piece_ended(self, end: PlaybackEnd) -> None:
        with self._lock:
            self._pending -= 1
            self._cut = self._cut or not end.completed
            self.replaced = self.replaced or self._cut  # the rest would make no sense without it
        if end.error is not None:
            self.fail(str(end.error), end.at)
        else:
            self._settle(end.at)

    def no_more(self, *, cut: bool) -> None:
        with self._lock:
            self._complete = True
            self._cut = self._cut or cut
        self._settle(time.monotonic())

    def fail(self, reason: str, at: float) -> None:
        with self._lock:
            first, self._ended = not self._ended, True
            self.replaced = True
        if first:
            self.emit(PlaybackFailed(at, self.request.utterance, reason))

    def _settle(self, at: float) -> None:
        with self._lock:
            if self._ended or not self._complete or self._pending:
                return
            self._ended = True
        self.emit(PlaybackFinished(at, self.request.utterance, completed=not self._cut))


class Voice:
    """Speaks in a thread of its own and tells about it through ``emit``.

    Every say() leads to exactly one PlaybackFinished or PlaybackFailed, after a PlaybackStarted if anything
    of it was heard. ``emit`` is called on the voice's or the speaker's thread and must not block.
    """

    def __init__(
        self, synthesizer: Synthesizer, speaker: Speaker, emit: Callable[[PlaybackEvent], None]
    ) -> None:
        self._synthesizer = synthesizer
        self._speaker = speaker
        self._emit = emit
        # Guards the three below, and the step from "still wanted" to "given to the speaker".
        self._changed = threading.Condition(threading.RLock())
        self._next: _Playback | None = None
        self._current: _Playback | None = None
        self._stopping = False
        self._open_device = False
        self._thread: threading.Thread | None = None

    @property
    def speaker(self) -> str:
        """The loudspeaker, as the system names it."""
        return self._speaker.name

    @property
    def volume(self) -> float:
        """Loudness of what is said from the next sentence on, 0 to 1."""
        return self._speaker.volume

    @volume.setter
    def volume(self, value: float) -> None:
        self._speaker.volume = min(max(value, 0.0), 1.0)

    def start(self) -> None:
        """Start the thread; nothing when it runs. A missing part shows as PlaybackFailed of a say()."""
        if self._thread is not None:
            return
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="voice", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop speaking, end the thread, close the speaker."""
        thread, self._thread = self._thread, None
        with self._changed:
            self._stopping = True
            self.hush()
            self._changed.notify_all()
        if thread is not None:
            thread.join(_JOIN_S)
            if thread.is_alive():
                logger.warning(
                    "the speaking thread is still busy after %.0f s; left to end by itself", _JOIN_S
                )
        self._speaker.stop()

    def attend(self, on: bool) -> None:
        """Somebody is here: keep the loudspeaker open, for opening it costs the answer's first moment."""
        with self._changed:
            self._speaker.keep_open = on
            self._open_device = on
            self._changed.notify_all()

    def say(self, utterance: int, text: str, lang: str, rate: float = 1.0) -> None:
        """Speak a text instead of whatever is being spoken; returns at once."""
        with self._changed:
            self.hush()
            playback = _Playback(_Request(utterance, text, lang, rate), self._emit)
            if self._thread is not None:
                self._next = playback
                self._changed.notify_all()
                return
        playback.fail("the voice is not running; call start() first", time.monotonic())

    def hush(self) -> None:
        """Stop speaking; what was said ends with PlaybackFinished(completed=False)."""
        with self._changed:
            if self._current is not None:
                self._current.replaced = True
            waiting, self._next = self._next, None
            self._speaker.cancel()
        if waiting is not None:
            waiting.no_more(cut=True)

    def hold(self, *, softly: bool = False) -> None:
        """Fall silent in the middle of what is said, or only go on softly, until carry_on(), say() or hush().

        A hold that nobody ends is ended by the speaker after some seconds, as not completed.
        """
        with self._changed:
            if softly:
                self._speaker.duck(DUCKED)
            elif self._current is not None or self._next is not None:
                self._speaker.pause()

    def carry_on(self) -> None:
        """Say the rest after hold(), from a little before where it stopped; nothing without one."""
        with self._changed:
            self._speaker.resume()
            self._speaker.duck(1.0)

    def loudest(self, since: float, until: float) -> float:
        """The highest level in dBFS of what left the loudspeaker between two monotonic times; see Speaker.loudest."""
        return self._speaker.loudest(since, until)

    def _run(self) -> None:
        self._prepare()
        while (playback := self._take()) is not None:
            try:
                self._speak(playback)
            except VoiceError as error:
                logger.warning("cannot speak (%s): %s", error.code, error)
                with self._changed:
                    if self._current is playback:
                        self._speaker.cancel()
                playback.fail(str(error), time.monotonic())
        if self._thread is None:
            self._speaker.stop()  # opened since stop() gave up waiting for this thread

    def _prepare(self) -> None:
        """Load and open what the first sentence needs before it is asked for."""
        for prepare in (self._synthesizer.prepare, self._speaker.start):
            try:
                prepare()
            except VoiceError as error:
                logger.warning("the voice is not ready (%s): %s", error.code, error)

    def _take(self) -> _Playback | None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or self._next is not None or self._open_device)
                opening, self._open_device = self._open_device, False
                if self._stopping or self._next is not None:
                    self._current, self._next = self._next, None
                    return self._current
            if opening:
                self._open()

    def _open(self) -> None:
        try:
            self._speaker.start()
        except VoiceError as error:
            logger.debug("the loudspeaker is not open yet (%s): %s", error.code, error)  # say() will tell

    def _speak(self, playback: _Playback) -> None:
        request = playback.request
        for pcm in self._synthesizer.synthesize(request.text, request.lang, request.rate):
            with self._changed:
                if playback.replaced:
                    playback.no_more(cut=True)
                    return
                playback.added()
                self._speaker.play(pcm, self._synthesizer.sample_rate, playback.started, playback.piece_ended)
        playback.no_more(cut=False)
