"""The listening thread: microphone, hearing, events; half-duplex with the kiosk's own voice unless it may overhear."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from enum import Enum

from voice.completeness import Judge, no_judge
from voice.endpoint import EndpointSettings
from voice.errors import MicrophoneError, VoiceError
from voice.events import (
    HearingEvent,
    InterruptionEvent,
    ListenerEvent,
    ListeningFailed,
    MicrophoneBack,
    MicrophoneLost,
)
from voice.hearing import Hearing
from voice.overhearing import Echo, Overhearing
from voice.patience import Patience
from voice.ports import SAMPLE_BYTES, SAMPLE_RATE, AudioChunk, Microphone, Recognizer, VoiceActivity

logger = logging.getLogger(__name__)

_READ_S = 0.1
_JOIN_S = 1.0
_FIRST_RETRY_S = 0.25
_LONGEST_RETRY_S = 5.0


class _Ears(Enum):
    CLOSED = "closed"
    OPEN = "open"
    OVERHEARING = "overhearing"  # the kiosk speaks, and may be interrupted


class Listener:
    """Listens in a thread of its own and tells what it hears through ``emit``.

    ``emit`` is called on that thread with one event at a time and must not block; it may call pause() and
    resume(). Nothing heard before pause() is told after it: pause() waits for an event being told.

    A microphone that is lost, or missing at the start, is told once (MicrophoneLost) and tried again with
    growing pauses until MicrophoneBack. Other parts that fail cost one utterance (ListeningFailed).

    Where an ``echo`` is known, overhear() keeps the ears open for who interrupts the kiosk while it speaks. Who
    is heard to do so is listened to from then on, from before the first syllable, as if resume() had been called.

    ``tail_s`` is how long after resume() sound is still ignored: what left the loudspeaker last has to cross
    the room and the sound card's buffers; nobody answers faster.
    """

    def __init__(
        self,
        microphone: Microphone,
        activity: VoiceActivity,
        recognizer: Recognizer,
        endpointing: EndpointSettings,
        emit: Callable[[ListenerEvent], None],
        *,
        tail_s: float = 0.1,
        judge: Judge = no_judge,
        echo: Echo | None = None,
    ) -> None:
        self._microphone = microphone
        self._hearing = Hearing(activity, recognizer, endpointing, microphone.now, judge)
        self._overhearing = Overhearing(activity, recognizer, echo) if echo is not None else None
        self._emit = emit
        self._tail_s = tail_s
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._complaint = ""
        # Guards the four below and is held while a hearing event is told; re-entrant because emit may pause.
        self._gate = threading.RLock()
        self._turn = 0  # changes with every pause and resume; what was heard in another turn is never told
        self._ears = _Ears.OPEN
        self._deaf_until = float("-inf")
        self._stale = True  # the hearing holds sound of another turn

    @property
    def paused(self) -> bool:
        """Whether sound is ignored."""
        return self._ears is _Ears.CLOSED

    @property
    def patience(self) -> Patience:
        """How much time the visitor gets to finish a sentence; may be set at any moment."""
        return self._hearing.patience

    @patience.setter
    def patience(self, patience: Patience) -> None:
        self._hearing.patience = patience

    def forget(self) -> None:
        """The visitor is gone: forget how he speaks."""
        self._hearing.forget()

    def start(self) -> None:
        """Start the thread; nothing when it runs."""
        if self._thread is not None:
            return
        self._stopping.clear()
        self._stale = True
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close the microphone; within a second, unless the device itself hangs."""
        thread, self._thread = self._thread, None
        self._stopping.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join(_JOIN_S)
            if thread.is_alive():
                logger.warning(
                    "the listening thread is still busy after %.0f s; left to end by itself", _JOIN_S
                )

    def pause(self) -> None:
        """Ignore sound from now on and drop an utterance under way; safe to call twice."""
        with self._gate:
            self._turn += 1
            self._ears = _Ears.CLOSED
            self._stale = True

    def resume(self) -> None:
        """Listen to what is said from now on (``tail_s`` later); what was captured before is dropped.

        Nothing while it listens already, or to somebody who has just interrupted the kiosk.
        """
        with self._gate:
            if self._ears is _Ears.OPEN or self._taking:
                return
            self._turn += 1
            self._ears = _Ears.OPEN
            self._deaf_until = self._microphone.now() + self._tail_s
            self._stale = True

    def overhear(self) -> None:
        """The kiosk speaks: tell only who interrupts it. Without an ``echo`` the same as pause()."""
        with self._gate:
            self._turn += 1
            self._ears = _Ears.CLOSED if self._overhearing is None else _Ears.OVERHEARING
            self._stale = True

    @property
    def _taking(self) -> bool:
        """Somebody has just interrupted the kiosk, and the ears open by themselves; the gate is held."""
        heard = self._overhearing
        current = self._ears is _Ears.OVERHEARING and not self._stale
        return current and heard is not None and (heard.stopped or heard.taken)

    def _run(self) -> None:
        lost = False
        retry = _FIRST_RETRY_S
        while not self._stopping.is_set():
            try:
                self._microphone.start()
                if lost:
                    # A device that opens but delivers nothing is not back.
                    self._await_sound()
                    lost, retry = False, _FIRST_RETRY_S
                    self._emit(MicrophoneBack(self._microphone.now()))
                self._listen()
            except MicrophoneError as error:
                self._microphone.stop()
                if not lost:
                    lost = True
                    logger.warning("microphone lost (%s): %s", error.code, error)
                    with self._gate:
                        self._stale = True
                    self._emit(MicrophoneLost(self._microphone.now(), str(error)))
                self._stopping.wait(retry)
                retry = min(retry * 2, _LONGEST_RETRY_S)
        self._microphone.stop()

    def _await_sound(self) -> None:
        while not self._stopping.is_set() and self._microphone.read(_READ_S) is None:
            pass

    def _listen(self) -> None:
        while not self._stopping.is_set():
            chunk = self._microphone.read(_READ_S)
            if chunk is None:
                continue
            try:
                self._hear(chunk)
            except VoiceError as error:  # a part that cannot even be reset
                self._stale = True
                self._complain(str(error))
                self._emit(ListeningFailed(self._microphone.now(), str(error)))
                self._stopping.wait(_FIRST_RETRY_S)

    def _hear(self, chunk: AudioChunk) -> None:
        with self._gate:
            turn, ears, deaf_until = self._turn, self._ears, self._deaf_until
            stale, self._stale = self._stale, False
        if stale:
            self._hearing.reset()
            if self._overhearing is not None:
                self._overhearing.reset()
        if self._overhearing is not None and ears is not _Ears.OVERHEARING:
            self._overhearing.learn(chunk, speech=self._hearing.speaking)
        for event in self._events(chunk, ears, deaf_until, turn):
            if isinstance(event, ListeningFailed):
                self._complain(event.reason)
            if self._overhearing is not None and not isinstance(event, InterruptionEvent):
                self._overhearing.learnt(event)
            if not self._tell(event, turn):
                return

    def _complain(self, reason: str) -> None:
        """Log why an utterance may be lost; once while the reason stays the same."""
        if reason != self._complaint:
            self._complaint = reason
            logger.warning("the ears failed, an utterance may be lost: %s", reason)

    def _events(
        self, chunk: AudioChunk, ears: _Ears, deaf_until: float, turn: int
    ) -> Iterator[HearingEvent | InterruptionEvent]:
        if ears is _Ears.OVERHEARING and self._overhearing is not None:
            yield from self._overhearing.feed(chunk)
            if self._overhearing.taken and self._take(turn):
                kept = self._overhearing.kept()
                self._hearing.reset()
                if kept is not None:
                    yield from self._hearing.feed(kept)
        elif ears is _Ears.OPEN and (wanted := _after(chunk, deaf_until)) is not None:
            yield from self._hearing.feed(wanted)

    def _take(self, turn: int) -> bool:
        """The ears are the citizen's who interrupted; False when the turn is over."""
        with self._gate:
            if turn == self._turn:
                self._ears = _Ears.OPEN
            return turn == self._turn

    def _tell(self, event: HearingEvent | InterruptionEvent, turn: int) -> bool:
        """Tell an event of a turn that still lasts; False when it is over."""
        with self._gate:
            if turn != self._turn or self._stopping.is_set():
                return False
            self._emit(event)
            return turn == self._turn


def _after(chunk: AudioChunk, moment: float) -> AudioChunk | None:
    """What of a chunk was captured after ``moment``."""
    if chunk.at >= moment:
        return chunk
    skip = int((moment - chunk.at) * SAMPLE_RATE) * SAMPLE_BYTES
    rest = chunk.samples[skip:]
    return AudioChunk(rest, chunk.at + skip / (SAMPLE_RATE * SAMPLE_BYTES)) if rest else None
