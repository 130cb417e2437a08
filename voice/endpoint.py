"""Where an utterance begins and ends, from speech probabilities alone; a pure machine on virtual time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """The numbers of the endpoint; seconds unless said otherwise.

    Attributes:
        start_probability: a frame at or above it is voiced before speech has started.
        end_probability: a frame at or above it is voiced while speech goes on; lower than the start, so that
            a trailing vowel is not cut.
        min_speech_s: voiced time before it counts as speech; a click or a knock has less.
        max_gap_s: silence that does not break up this first voiced time.
        pre_roll_s: sound from before the first voiced frame that the recogniser gets, so that a soft first
            consonant survives.
        end_silence_s: silence after which the utterance is over.
        max_speech_s: an utterance is ended after so long whatever is heard.
    """

    start_probability: float = 0.5
    end_probability: float = 0.35
    min_speech_s: float = 0.096
    max_gap_s: float = 0.064
    pre_roll_s: float = 0.3
    end_silence_s: float = 0.48
    max_speech_s: float = 10.0

    def __post_init__(self) -> None:
        if not 0 < self.end_probability <= self.start_probability <= 1:
            raise ValueError(
                "0 < end_probability <= start_probability <= 1 must hold, not"
                f" {self.end_probability}, {self.start_probability}"
            )
        if self.end_silence_s <= 0 or not 0 < self.min_speech_s < self.max_speech_s:
            raise ValueError("end_silence_s must be positive and 0 < min_speech_s < max_speech_s must hold")
        if self.max_gap_s < 0 or self.pre_roll_s < 0:
            raise ValueError("max_gap_s and pre_roll_s must not be negative")


@dataclass(frozen=True, slots=True)
class Started:
    """Speech began ``ago`` seconds before the end of the chunk just fed."""

    ago: float


@dataclass(frozen=True, slots=True)
class Ended:
    """Speech is over: its last voiced moment was ``ago`` seconds before the end of the chunk just fed."""

    ago: float
    reason: Literal["silence", "cap"]


class _Phase(Enum):
    QUIET = "quiet"
    RISING = "rising"  # voiced, but not yet long enough to be speech
    SPEAKING = "speaking"


class Endpoint:
    """Fed with (seconds, probability) of each chunk in order, tells when speech started and ended.

    A Started is always followed by exactly one Ended before the next Started, unless reset() comes between.
    """

    def __init__(self, settings: EndpointSettings | None = None) -> None:
        self.settings = settings or EndpointSettings()
        self.reset()

    @property
    def speaking(self) -> bool:
        """Between Started and Ended."""
        return self._phase is _Phase.SPEAKING

    def reset(self) -> None:
        """Forget everything; an utterance under way is dropped without an Ended."""
        self._phase = _Phase.QUIET
        self._since_onset = 0.0
        self._voiced = 0.0
        self._silence = 0.0

    def feed(self, seconds: float, probability: float) -> Started | Ended | None:
        """Take one chunk; what it decided, if anything."""
        if self._phase is _Phase.SPEAKING:
            return self._speaking(seconds, probability)
        return self._rising(seconds, probability)

    def _rising(self, seconds: float, probability: float) -> Started | None:
        voiced = probability >= self.settings.start_probability
        if self._phase is _Phase.QUIET:
            if not voiced:
                return None
            self._phase = _Phase.RISING
        self._since_onset += seconds
        self._silence = 0.0 if voiced else self._silence + seconds
        self._voiced += seconds if voiced else 0.0
        if self._silence > self.settings.max_gap_s + _ROUNDING:
            self.reset()
            return None
        if self._voiced < self.settings.min_speech_s - _ROUNDING:
            return None
        self._phase = _Phase.SPEAKING
        return Started(self._since_onset)

    def _speaking(self, seconds: float, probability: float) -> Ended | None:
        voiced = probability >= self.settings.end_probability
        self._since_onset += seconds
        self._silence = 0.0 if voiced else self._silence + seconds
        over = self._silence >= self.settings.end_silence_s - _ROUNDING
        if not over and self._since_onset < self.settings.max_speech_s - _ROUNDING:
            return None
        ended = Ended(self._silence, "silence" if over else "cap")
        self.reset()
        return ended


_ROUNDING = 1e-6
"""Sums of 32 ms in floating point may miss a multiple of 32 ms by far less than this."""
