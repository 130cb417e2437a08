"""From sound to hearing events: framing, voice activity, endpoint, recognition; no thread, no own clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from voice.completeness import Judge, no_judge
from voice.endpoint import Ended, Endpoint, EndpointSettings, Started
from voice.errors import VoiceError
from voice.events import (
    HearingEvent,
    ListeningFailed,
    NothingHeard,
    PartialHeard,
    SpeechEnded,
    SpeechStarted,
    UtteranceHeard,
)
from voice.level import level_of
from voice.patience import Patience
from voice.ports import (
    FRAME_BYTES,
    FRAME_SECONDS,
    SAMPLE_BYTES,
    SAMPLE_RATE,
    AudioChunk,
    Microphone,
    Recognizer,
    VoiceActivity,
)


class Hearing:
    """Fed with chunks in order, gives the events they cause.

    Args:
        clock: the time for what is stamped when it is decided (monotonic, or virtual with a recording).
        judge: tells from a partial text whether its speaker has finished.
    """

    def __init__(
        self,
        activity: VoiceActivity,
        recognizer: Recognizer,
        endpointing: EndpointSettings,
        clock: Callable[[], float],
        judge: Judge = no_judge,
    ) -> None:
        self._activity = activity
        self._recognizer = recognizer
        self._endpoint = Endpoint(endpointing)
        self._clock = clock
        self._judge = judge
        self._rest = b""
        self._pre_roll: deque[bytes] = deque(maxlen=round(endpointing.pre_roll_s / FRAME_SECONDS))
        self._recognizing = False  # the recogniser has sound since the last reset
        self._started_at = 0.0
        self._partial = ""

    @property
    def speaking(self) -> bool:
        """Whether an utterance is under way."""
        return self._endpoint.speaking

    @property
    def patience(self) -> Patience:
        """How much time the visitor gets; may be set at any moment, from any thread."""
        return self._endpoint.pauses.patience

    @patience.setter
    def patience(self, patience: Patience) -> None:
        self._endpoint.pauses.patience = patience

    def forget(self) -> None:
        """The visitor is gone, and with him what was learnt of how he speaks; from any thread."""
        self._endpoint.forget()

    def reset(self) -> None:
        """Forget all sound heard so far and any utterance under way; raises nothing of what it drops.

        What was learnt of the visitor and of the hall's noise stays.
        """
        self._activity.reset()
        self._recognizer.reset()
        self._endpoint.reset()
        self._rest = b""
        self._pre_roll.clear()
        self._recognizing = False
        self._partial = ""

    def feed(self, chunk: AudioChunk) -> Iterator[HearingEvent]:
        """Take a chunk; its events one by one, each as soon as it is known.

        A part that fails costs the utterance (ListeningFailed, then NothingHeard where speech had started),
        never the hearing.
        """
        sound = self._rest + chunk.samples
        # Of a frame that two chunks share, the end is known best by the newer chunk.
        first_at = chunk.at - len(self._rest) / (SAMPLE_BYTES * SAMPLE_RATE)
        whole = len(sound) - len(sound) % FRAME_BYTES
        self._rest = sound[whole:]
        for offset in range(0, whole, FRAME_BYTES):
            end = first_at + (offset + FRAME_BYTES) / (SAMPLE_BYTES * SAMPLE_RATE)
            yield from self._guarded(sound[offset : offset + FRAME_BYTES], end)

    def _guarded(self, frame: bytes, end: float) -> Iterator[HearingEvent]:
        speaking = self._endpoint.speaking
        try:
            yield from self._frame(frame, end)
        except VoiceError as error:
            now = self._clock()
            yield ListeningFailed(now, str(error))
            if speaking or self._endpoint.speaking:
                yield NothingHeard(now)
            self.reset()

    def _frame(self, frame: bytes, end: float) -> Iterator[HearingEvent]:
        was_speaking = self._endpoint.speaking
        decision = self._endpoint.feed(
            FRAME_SECONDS, self._activity.probability(frame), level_of(frame).rms_dbfs
        )
        if isinstance(decision, Started):
            self._started_at = end - decision.ago
            yield SpeechStarted(self._started_at)
        if was_speaking or self._endpoint.speaking:
            yield from self._recognize(frame)
        elif self._endpoint.rising:
            self._try_accept(frame)
        else:
            self._quiet(frame)
        if isinstance(decision, Ended):
            yield from self._finish(end - decision.ago)

    def _recognize(self, frame: bytes) -> Iterator[HearingEvent]:
        partial = self._accept(frame)
        if partial and partial != self._partial:
            self._partial = partial
            self._endpoint.said(self._judge(partial))
            yield PartialHeard(self._clock(), partial)

    def _accept(self, frame: bytes) -> str:
        """Recognition begins with the first voiced frame, though only a later one makes it speech.

        So the pre-roll is decoded while that is being decided, and does not delay the first caption.
        """
        sound = frame if self._recognizing else b"".join([*self._pre_roll, frame])
        self._pre_roll.append(frame)
        self._recognizing = True
        return self._recognizer.accept(sound)

    def _try_accept(self, frame: bytes) -> None:
        try:
            self._accept(frame)
        except VoiceError:
            # Nothing to tell yet; the first frame of speech tries again, with all of the pre-roll.
            self._recognizing = False
            self._recognizer.reset()

    def _quiet(self, frame: bytes) -> None:
        self._pre_roll.append(frame)
        if self._recognizing:  # it did not become speech
            self._recognizing = False
            self._recognizer.reset()

    def _finish(self, ended_at: float) -> Iterator[HearingEvent]:
        yield SpeechEnded(ended_at, self._clock())
        self._partial = ""
        self._recognizing = False
        recognition = self._recognizer.finish()
        now = self._clock()
        if not recognition.text:
            yield NothingHeard(now)
            return
        yield UtteranceHeard(
            at=now,
            text=recognition.text,
            confidence=recognition.confidence,
            speech_started_at=self._started_at,
            speech_ended_at=ended_at,
            recognised_at=now,
            language=recognition.language,
            raw=recognition.raw,
        )


def hear_recording(
    source: Microphone,
    activity: VoiceActivity,
    recognizer: Recognizer,
    endpointing: EndpointSettings | None = None,
    judge: Judge = no_judge,
) -> Iterator[HearingEvent]:
    """What a listener would tell about a FileMicrophone: at once, without a thread, on its virtual time."""
    hearing = Hearing(activity, recognizer, endpointing or EndpointSettings(), source.now, judge)
    hearing.reset()
    while (chunk := source.read(0.0)) is not None:
        yield from hearing.feed(chunk)
