"""The listening thread: microphone, hearing, events; half-duplex with the kiosk's own voice."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from voice.completeness import Judge, no_judge
from voice.endpoint import EndpointSettings
from voice.errors import MicrophoneError, VoiceError
from voice.events import HearingEvent, ListenerEvent, ListeningFailed, MicrophoneBack, MicrophoneLost
from voice.hearing import Hearing
from voice.patience import Patience
from voice.ports import SAMPLE_BYTES, SAMPLE_RATE, AudioChunk, Microphone, Recognizer, VoiceActivity

logger = logging.getLogger(__name__)

_READ_S = 0.1
_JOIN_S = 1.0
_FIRST_RETRY_S = 0.25
_LONGEST_RETRY_S = 5.0


class Listener:
    """Listens in a thread of its own and tells what it hears through ``emit``.

    ``emit`` is called on that thread with one event at a time and must not block; it may call pause() and
    resume(). Nothing heard before pause() is told after it: pause() waits for an event being told.

    A microphone that is lost, or missing at the start, is told once (MicrophoneLost) and tried again with
    growing pauses until MicrophoneBack. Other parts that fail cost one utterance (ListeningFailed).

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
    ) -> None:
        self._microphone = microphone
        self._hearing = Hearing(activity, recognizer, endpointing, microphone.now, judge)
        self._emit = emit
        self._tail_s = tail_s
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        # Guards the four below and is held while a hearing event is told; re-entrant because emit may pause.
        self._gate = threading.RLock()
        self._turn = 0  # changes with every pause and resume; what was heard in another turn is never told
        self._paused = False
        self._deaf_until = float("-inf")
        self._stale = True  # the hearing holds sound of another turn

    @property
    def paused(self) -> bool:
        """Whether sound is ignored."""
        return self._paused

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
            self._paused = True
            self._stale = True

    def resume(self) -> None:
        """Listen to what is said from now on (``tail_s`` later); what was captured before is dropped."""
        with self._gate:
            if not self._paused:
                return
            self._turn += 1
            self._paused = False
            self._deaf_until = self._microphone.now() + self._tail_s
            self._stale = True

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
                self._emit(ListeningFailed(self._microphone.now(), str(error)))
                self._stopping.wait(_FIRST_RETRY_S)

    def _hear(self, chunk: AudioChunk) -> None:
        with self._gate:
            turn, paused, deaf_until = self._turn, self._paused, self._deaf_until
            stale, self._stale = self._stale, False
        if stale:
            self._hearing.reset()
        if paused:
            return
        wanted = _after(chunk, deaf_until)
        if wanted is None:
            return
        for event in self._hearing.feed(wanted):
            if not self._tell(event, turn):
                return

    def _tell(self, event: HearingEvent, turn: int) -> bool:
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
