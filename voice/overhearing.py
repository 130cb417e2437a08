"""What is heard while the kiosk speaks: frames, levels and partial texts for ``voice.interruption``.

No thread, no own clock. All sound is kept for a few seconds, so that an interruption that is confirmed can be
listened to from before its first syllable on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voice.errors import VoiceError
from voice.events import (
    HearingEvent,
    InterruptionConfirmed,
    InterruptionDismissed,
    InterruptionEvent,
    InterruptionSuspected,
    ListeningFailed,
    NothingHeard,
    SpeechStarted,
    UtteranceHeard,
)
from voice.interjections import Interjection, interjection
from voice.interruption import Confirmed, Dismissed, Interruption, Suspected
from voice.level import level_of
from voice.nearness import Nearness
from voice.ports import (
    FRAME_BYTES,
    FRAME_SECONDS,
    SAMPLE_BYTES,
    SAMPLE_RATE,
    AudioChunk,
    Recognizer,
    VoiceActivity,
)

PRE_ROLL_S = 0.4
"""Sound from before the first frame that stood out; a soft first consonant stands out late."""

_KEPT_S = 6.0
_AFTER_STOP_S = 0.4
_LONGEST_STOP_S = 3.0
_BEFORE_S, _BEHIND_S = 0.05, 0.3


@dataclass(frozen=True, slots=True)
class Echo:
    """What the microphone hears of the loudspeaker, as it was measured.

    Attributes:
        loudest: the highest level in dBFS that left the loudspeaker between two monotonic times.
        loss_db: how much softer it arrives.
        delay_s: how much later it arrives.
    """

    loudest: Callable[[float, float], float]
    loss_db: float
    delay_s: float

    def expected(self, begins: float, ends: float) -> float:
        """The echo in a frame, in dBFS, at most: of what was played then and, for the room, a little before."""
        since, until = begins - self.delay_s - _BEHIND_S, ends - self.delay_s + _BEFORE_S
        return self.loudest(since, until) - self.loss_db


class Overhearing:
    """Fed with chunks in order while the kiosk speaks, tells who interrupts it.

    ``taken`` is set when the ears are the citizen's again: ``kept`` then gives the sound to be listened to, from
    before the interruption on, or nothing when the citizen only wanted silence.
    """

    def __init__(self, activity: VoiceActivity, recognizer: Recognizer, echo: Echo) -> None:
        self._activity = activity
        self._recognizer = recognizer
        self._echo = echo
        self._interruption = Interruption()
        self._near = Nearness()
        self._recent: deque[bytes] = deque(maxlen=int(_KEPT_S / FRAME_SECONDS))
        self._rest = b""
        self.reset()

    def reset(self) -> None:
        """A new speech of the kiosk begins; raises nothing of what it drops."""
        self._activity.reset()
        self._recognizer.reset()
        self._interruption.reset()
        self._recent.clear()
        self._rest = b""
        self._end = 0.0
        self._wanted = 0  # frames of an interruption, with those before it
        self._text = ""
        self._stopped_s: float | None = None
        self._quiet_s = 0.0
        self._words = False
        self.taken = False

    @property
    def stopped(self) -> bool:
        """The citizen wanted silence, and is still saying so."""
        return self._stopped_s is not None

    def learn(self, chunk: AudioChunk, *, speech: bool) -> None:
        """Sound at any other time: of the hall, or ``speech`` of a citizen who is being listened to."""
        for offset in range(0, len(chunk.samples) - FRAME_BYTES + 1, FRAME_BYTES):
            level = level_of(chunk.samples[offset : offset + FRAME_BYTES]).rms_dbfs
            if speech:
                self._near.add(level)
            else:
                self._interruption.learn(level)

    def learnt(self, event: HearingEvent) -> None:
        """How that speech ended."""
        if isinstance(event, UtteranceHeard):
            self._near.understood()
            self._interruption.near_dbfs = self._near.dbfs
        elif isinstance(event, SpeechStarted | NothingHeard):
            self._near.drop()

    def kept(self) -> AudioChunk | None:
        """Everything since before the interruption began, when it is to be listened to."""
        if not self._words:
            return None
        frames = list(self._recent)[-self._wanted :] if self._wanted else []
        samples = b"".join(frames) + self._rest
        return AudioChunk(samples, self._end - len(b"".join(frames)) / (SAMPLE_BYTES * SAMPLE_RATE))

    def feed(self, chunk: AudioChunk) -> Iterator[InterruptionEvent | ListeningFailed]:
        """Take a chunk; what it decided. A part that fails dismisses the suspicion."""
        sound = self._rest + chunk.samples
        first_at = chunk.at - len(self._rest) / (SAMPLE_BYTES * SAMPLE_RATE)
        whole = len(sound) - len(sound) % FRAME_BYTES
        self._rest = sound[whole:]
        for offset in range(0, whole, FRAME_BYTES):
            frame = sound[offset : offset + FRAME_BYTES]
            self._end = first_at + (offset + FRAME_BYTES) / (SAMPLE_BYTES * SAMPLE_RATE)
            self._recent.append(frame)
            self._wanted += 1 if self._wanted else 0
            if self.taken:  # the rest of the chunk belongs to the citizen, too
                continue
            suspecting = self._interruption.suspecting
            try:
                yield from self._frame(frame)
            except VoiceError as error:
                yield ListeningFailed(self._end, str(error))
                if suspecting:
                    yield InterruptionDismissed(self._end)
                self.reset()

    def _frame(self, frame: bytes) -> Iterator[InterruptionEvent]:
        probability = self._activity.probability(frame)
        if self._interruption.suspecting or self.stopped:
            self._text = self._recognizer.accept(frame) or self._text
        if self._stopped_s is not None:
            self._after_stop(self._stopped_s + FRAME_SECONDS, probability)
            return
        echo = self._echo.expected(self._end - FRAME_SECONDS, self._end)
        level = level_of(frame).rms_dbfs
        decision = self._interruption.feed(FRAME_SECONDS, probability, level, echo, self._text)
        if isinstance(decision, Suspected):
            self._wanted = round((decision.ago + PRE_ROLL_S) / FRAME_SECONDS)
            self._text = self._recognizer.accept(b"".join(list(self._recent)[-self._wanted :]))
            yield InterruptionSuspected(self._end - decision.ago)
        elif isinstance(decision, Dismissed):
            self._recognizer.reset()
            self._text, self._wanted = "", 0
            yield InterruptionDismissed(self._end)
        elif isinstance(decision, Confirmed):
            if decision.stop:
                self._stopped_s = 0.0
            else:
                self._take(words=True)
            yield InterruptionConfirmed(self._end)

    def _after_stop(self, since_s: float, probability: float) -> None:
        """ "Stop" alone is not a question to be answered; "stop, where is ..." is one."""
        self._stopped_s = since_s
        speech = probability >= self._interruption.settings.probability
        self._quiet_s = 0.0 if speech else self._quiet_s + FRAME_SECONDS
        if interjection(self._text) is Interjection.WORDS:
            self._take(words=True)
        elif self._quiet_s >= _AFTER_STOP_S or since_s >= _LONGEST_STOP_S:
            self._take(words=False)

    def _take(self, *, words: bool) -> None:
        self._recognizer.reset()
        self._words = words
        self.taken = True
