"""Utterances with known ends through the real Hearing and detector, on virtual time, with scripted texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tests.bench.utterances import Utterance
from voice.activity import SileroActivity
from voice.completeness import Completeness
from voice.endpoint import EndpointSettings
from voice.events import SpeechEnded, SpeechStarted
from voice.hearing import Hearing
from voice.patience import Patience
from voice.ports import FRAME_BYTES, FRAME_SECONDS, SAMPLE_BYTES, SAMPLE_RATE, AudioChunk, Recognition

LAG_S = (0.0, 0.2)
"""How long after its true end a word stands in the scripted partial text.

The embedded model shows the whole text of a known question 0.04 to 0.9 s before its end (40 questions of the
gov pack, read by the built-in voice); a free vocabulary guesses less.
"""

INNER = {Completeness.OPEN: 0.15, Completeness.COMPLETE: 0.04, Completeness.NOTHING: 0.81}
"""How the kiosk's judge takes the beginnings of the gov pack's questions (``kiosk_app/completeness.py``)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one utterance; seconds.

    Attributes:
        cut: it was declared over before its true end.
        delay: from its true end to the decision; None when it was cut or nobody was heard at all.
        lead: how much sound from before its true onset the recogniser was given; negative where the beginning
            was lost, None when nobody was heard.
    """

    cut: bool
    delay: float | None
    lead: float | None


class _Activity:
    """Gives every hearing the one probability that was computed for the frame."""

    def __init__(self) -> None:
        self.now = 0.0

    def probability(self, frame: bytes) -> float:
        return self.now

    def reset(self) -> None:
        return


class _Script:
    """A recogniser that knows the words and shows each a little after its end; or none of them."""

    def __init__(self, utterance: Utterance, rng: np.random.Generator | None) -> None:
        self.now = 0.0
        self.given: list[float] = []
        self._fresh = True
        self._shown: list[tuple[float, str]] = []
        self.judgement: dict[str, Completeness] = {}
        if rng is None:
            return
        kinds, shares = list(INNER), list(INNER.values())
        text = ""
        for number, (word, _, end) in enumerate(utterance.words):
            text += word + str(number)
            self._shown.append((end + float(rng.uniform(*LAG_S)), text))
            self.judgement[text] = kinds[int(rng.choice(len(kinds), p=shares))]
        self.judgement[text] = Completeness.COMPLETE

    def accept(self, pcm: bytes) -> str:
        if self._fresh:
            self.given.append(self.now - len(pcm) / (SAMPLE_BYTES * SAMPLE_RATE))
            self._fresh = False
        return next((text for at, text in reversed(self._shown) if at <= self.now), "")

    def finish(self) -> Recognition:
        self._fresh = True
        return Recognition("", (), 0.0)

    def reset(self) -> None:
        self._fresh = True


class _Run:
    """One hearing of one utterance."""

    def __init__(self, utterance: Utterance, texts: bool, patience: Patience, seed: int) -> None:
        self._utterance = utterance
        self._activity = _Activity()
        self._script = _Script(utterance, np.random.default_rng(seed) if texts else None)
        self._hearing = Hearing(
            self._activity,
            self._script,
            EndpointSettings(),
            lambda: self._script.now,
            lambda text: self._script.judgement.get(text, Completeness.NOTHING),
        )
        self._hearing.patience = patience
        self._speaking = False
        self.result: Heard | None = None

    def feed(self, frame: bytes, probability: float, end: float) -> None:
        self._activity.now = probability
        self._script.now = end
        for event in self._hearing.feed(AudioChunk(frame, end - FRAME_SECONDS)):
            if isinstance(event, SpeechStarted):
                self._speaking = True
            elif isinstance(event, SpeechEnded):
                self._speaking = False
                if event.decided_at > self._utterance.onset and self.result is None:
                    delay = event.decided_at - self._utterance.end
                    self.result = Heard(delay < 0, delay if delay >= 0 else None, self._lead())

    def give_up(self, at: float) -> Heard:
        """The sound is over without a decision: nobody was heard, or no end of it (which is late, not cut)."""
        if not self._script.given:
            return Heard(cut=False, delay=None, lead=None)
        return Heard(cut=False, delay=at - self._utterance.end, lead=self._lead())

    def _lead(self) -> float | None:
        return self._utterance.onset - self._script.given[-1] if self._script.given else None


def hear(
    utterance: Utterance,
    pcm: bytes,
    activity: SileroActivity,
    patience: Patience,
    seed: int,
    texts: Sequence[bool] = (True, False),
) -> list[Heard]:
    """What becomes of an utterance with the scripted texts and without any (in this order of ``texts``)."""
    activity.reset()
    runs = [_Run(utterance, with_text, patience, seed) for with_text in texts]
    end = 0.0
    for offset in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES):
        frame = pcm[offset : offset + FRAME_BYTES]
        end = (offset + FRAME_BYTES) / (SAMPLE_BYTES * SAMPLE_RATE)
        probability = activity.probability(frame)
        for run in runs:
            if run.result is None:
                run.feed(frame, probability, end)
        if all(run.result is not None for run in runs):
            break
    return [run.result or run.give_up(end) for run in runs]


def starts_and_ends(pcm: bytes, activity: SileroActivity) -> list[tuple[float, float]]:
    """Utterances that are taken out of sound without a known one: (start, decided), without any text."""
    activity.reset()
    script = _Script(Utterance(np.zeros(0, np.float32), "", ()), None)
    hearing = Hearing(activity, script, EndpointSettings(), lambda: script.now)
    found: list[tuple[float, float]] = []
    started = 0.0
    for offset in range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES):
        begins = offset / (SAMPLE_BYTES * SAMPLE_RATE)
        script.now = begins + FRAME_SECONDS
        for event in hearing.feed(AudioChunk(pcm[offset : offset + FRAME_BYTES], begins)):
            if isinstance(event, SpeechStarted):
                started = event.at
            elif isinstance(event, SpeechEnded):
                found.append((started, event.decided_at))
    return found
