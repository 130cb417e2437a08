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
        # Enough for the pre-roll and the longest rise that still becomes speech.
        rise = endpointing.min_speech_s + endpointing.max_gap_s
        longest = endpointing.pre_roll_s + rise * (1 + endpointing.min_speech_s / FRAME_SECONDS)
        self._recent: deque[bytes] = deque(maxlen=int(longest / FRAME_SECONDS) + 2)
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
        self._recent.clear()
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
        self._recent.append(frame)
        was_speaking = self._endpoint.speaking
        decision = self._endpoint.feed(
            FRAME_SECONDS, self._activity.probability(frame), level_of(frame).rms_dbfs
        )
        if isinstance(decision, Started):
            self._started_at = end - decision.ago
            yield SpeechStarted(self._started_at)
            frames = round((decision.ago + self._endpoint.settings.pre_roll_s) / FRAME_SECONDS)
            yield from self._recognize(b"".join(list(self._recent)[-frames:]))
        elif was_speaking:
            yield from self._recognize(frame)
        if isinstance(decision, Ended):
            yield from self._finish(end - decision.ago)

    def _recognize(self, pcm: bytes) -> Iterator[HearingEvent]:
        partial = self._recognizer.accept(pcm)
        if partial and partial != self._partial:
            self._partial = partial
            self._endpoint.said(self._judge(partial))
            yield PartialHeard(self._clock(), partial)

    def _finish(self, ended_at: float) -> Iterator[HearingEvent]:
        yield SpeechEnded(ended_at, self._clock())
        self._partial = ""
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
