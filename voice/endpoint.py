"""Where an utterance begins and ends, from speech, loudness and the text so far; a pure machine on virtual time."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from voice.completeness import Completeness
from voice.foreground import Foreground, ForegroundSettings
from voice.patience import Pauses, PauseSettings


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """The numbers of the endpoint; seconds unless said otherwise.

    Attributes:
        start_probability: a frame at or above it is voiced before speech has started.
        end_probability: a frame at or above it is voiced while speech goes on; lower than the start, so that
            a trailing vowel is not cut.
        loud_probability: so little is enough in a quiet hall (``quiet_db`` below the citizen) for a frame that is
            no more than ``loud_db`` softer than the citizen's mean: nobody else is there who could be as loud, and
            some voices the detector does not know.
        min_speech_s: voiced time before it counts as speech; a click or a knock has less.
        max_gap_s: silence that does not break up this first voiced time.
        pre_roll_s: sound from before the first voiced frame that the recogniser gets, so that a soft first
            consonant survives; a third of a second is the least, and in noise the detector is later still.
        pauses: silences after which the utterance is over.
        held_s: what is not voiced but clearly above the hall (a hissed consonant, the breath of an ending)
            stops the clock of a silence for at most so long.
        noisy_extra_s: so much longer is a silence waited for where the hall is only ``noisy_db`` below the
            citizen, for soft syllables are lost in it; nothing longer at ``quiet_db``.
        noisy_unheard_extra_s: so much longer there while no word was recognised: listening simply goes on then.
        noisy_lag_s: there the detector lets go of an ending so much later, which a whole question need not wait.
        faint_extra_s: so much longer than silence what is heard has to be no louder than the hall, where the
            hall itself sounds like speech.
        stale_complete_s: a whole question to which so long no word was added is over, whatever is heard; not in a
            quiet hall, where whoever is heard is the citizen.
        stale_s: any other text to which so long no word was added is over.
        max_speech_s: an utterance is ended after so long whatever is heard.
    """

    start_probability: float = 0.5
    end_probability: float = 0.35
    loud_probability: float = 0.05
    loud_db: float = 6.0
    min_speech_s: float = 0.096
    max_gap_s: float = 0.064
    pre_roll_s: float = 0.9
    pauses: PauseSettings = field(default_factory=PauseSettings)
    foreground: ForegroundSettings = field(default_factory=ForegroundSettings)
    held_s: float = 0.3
    noisy_extra_s: float = 0.35
    noisy_unheard_extra_s: float = 0.19
    noisy_lag_s: float = 0.05
    noisy_db: float = 12.0
    quiet_db: float = 30.0
    faint_extra_s: float = 0.6
    stale_complete_s: float = 1.2
    stale_s: float = 4.0
    max_speech_s: float = 10.0

    def __post_init__(self) -> None:
        if not 0 < self.end_probability <= self.start_probability <= 1:
            raise ValueError(
                "0 < end_probability <= start_probability <= 1 must hold, not"
                f" {self.end_probability}, {self.start_probability}"
            )
        if not 0 < self.min_speech_s < self.max_speech_s:
            raise ValueError("0 < min_speech_s < max_speech_s must hold")
        if min(self.max_gap_s, self.pre_roll_s, self.faint_extra_s) < 0:
            raise ValueError("max_gap_s, pre_roll_s and faint_extra_s must not be negative")
        if not self.noisy_db < self.quiet_db:
            raise ValueError(f"noisy_db < quiet_db must hold, not {self.noisy_db}, {self.quiet_db}")
        if not 0 < self.stale_complete_s <= self.stale_s:
            raise ValueError("0 < stale_complete_s <= stale_s must hold")


Reason = Literal["silence", "faint", "text", "cap"]
"""Why an utterance was over: nothing voiced; nothing as loud as the citizen; no new words; too long."""


@dataclass(frozen=True, slots=True)
class Started:
    """Speech began ``ago`` seconds before the end of the chunk just fed."""

    ago: float


@dataclass(frozen=True, slots=True)
class Ended:
    """Speech is over: its last moment was ``ago`` seconds before the end of the chunk just fed."""

    ago: float
    reason: Reason


class _Phase(Enum):
    QUIET = "quiet"
    RISING = "rising"  # voiced, but not yet long enough to be speech
    SPEAKING = "speaking"


class Endpoint:
    """Fed with each chunk in order and with each change of the text, tells when speech started and ended.

    A Started is always followed by exactly one Ended before the next Started, unless reset() comes between.
    What is learnt of the visitor (``pauses``) and of the hall's noise outlives reset().
    """

    def __init__(self, settings: EndpointSettings | None = None) -> None:
        self.settings = settings or EndpointSettings()
        self.pauses = Pauses(self.settings.pauses)
        self._foreground = Foreground(self.settings.foreground)
        self.reset()

    @property
    def speaking(self) -> bool:
        """Between Started and Ended."""
        return self._phase is _Phase.SPEAKING

    @property
    def rising(self) -> bool:
        """Something voiced is heard that may become speech: the next Started counts it."""
        return self._phase is _Phase.RISING

    def reset(self) -> None:
        """Forget the sound; an utterance under way is dropped without an Ended."""
        self._ended_ago: float | None = None
        self._quiet()

    def forget(self) -> None:
        """The visitor is gone, and with him how he spoke; from any thread."""
        self._ended_ago = None
        self.pauses.forget()

    def said(self, completeness: Completeness) -> None:
        """The text of the utterance under way has changed and now looks so."""
        self._text = completeness
        self._unchanged = 0.0

    def feed(
        self, seconds: float, probability: float, level_db: float | None = None
    ) -> Started | Ended | None:
        """Take one chunk; what it decided, if anything. Without a level only silence and text end anything."""
        if self._phase is _Phase.SPEAKING:
            return self._speaking(seconds, probability, level_db)
        return self._rising(seconds, probability, level_db)

    def _quiet(self) -> None:
        self._phase = _Phase.QUIET
        self._since_onset = 0.0
        self._voiced = 0.0
        self._silence = 0.0
        self._held = 0.0
        self._since_last = 0.0
        self._faint = 0.0
        self._unchanged = 0.0
        self._text: Completeness | None = None
        self._foreground.begin()

    def _rising(self, seconds: float, probability: float, level_db: float | None) -> Started | None:
        voiced = probability >= self.settings.start_probability and self._foreground.above(level_db)
        if (ended := self._ended_ago) is not None:  # read once: forget() may come from another thread
            self._ended_ago = ended + seconds
        if self._phase is _Phase.QUIET:
            if not voiced:
                if level_db is not None:
                    self._foreground.hall(seconds, level_db)
                return None
            self._phase = _Phase.RISING
        if level_db is not None:
            self._foreground.speech(seconds, level_db, voiced=voiced)
        self._since_onset += seconds
        self._silence = 0.0 if voiced else self._silence + seconds
        self._voiced += seconds if voiced else 0.0
        if self._silence > self.settings.max_gap_s + _ROUNDING:
            self._quiet()
            return None
        if self._voiced < self.settings.min_speech_s - _ROUNDING:
            return None
        self._phase = _Phase.SPEAKING
        self._resumed()
        return Started(self._since_onset)

    def _resumed(self) -> None:
        """Whoever goes on right after his utterance was taken for over had only paused."""
        ended, self._ended_ago = self._ended_ago, None
        if ended is not None and (pause := ended - self._since_onset) <= _SAME_SENTENCE_S:
            self.pauses.seen(pause)

    def _speaking(self, seconds: float, probability: float, level_db: float | None) -> Ended | None:
        voiced = self._voiced_on(probability, level_db)
        self._since_onset += seconds
        self._unchanged += seconds
        if voiced and self._silence:
            self.pauses.seen(self._silence)
        held = (
            not voiced
            and level_db is not None
            and self._held < self.settings.held_s
            and self._foreground.loud(level_db)
        )
        self._held = self._held + seconds if held else 0.0 if voiced else self._held
        self._since_last = 0.0 if voiced or held else self._since_last + seconds
        if voiced:
            self._silence = 0.0
        elif not held:
            self._silence += seconds
        if level_db is not None:
            self._foreground.speech(seconds, level_db, voiced=voiced)
        self._faint = self._faint + seconds if self._foreground.faint else 0.0
        reason = self._over()
        if reason is None:
            return None
        ended = Ended(max(self._since_last, self._faint if reason == "faint" else 0.0), reason)
        if reason != "silence":
            self._foreground.settle()
        self._quiet()
        self._ended_ago = ended.ago if reason in ("silence", "faint") else None
        return ended

    def _voiced_on(self, probability: float, level_db: float | None) -> bool:
        """Whether a frame goes on with what the citizen says."""
        settings, speech = self.settings, self._foreground.speech_db
        if (
            probability >= settings.end_probability
            or level_db is None
            or speech is None
            or not self._quiet_hall
        ):
            return probability >= settings.end_probability
        return probability >= settings.loud_probability and level_db >= speech - settings.loud_db

    @property
    def _quiet_hall(self) -> bool:
        clear = self._foreground.clear_db
        return clear is not None and clear >= self.settings.quiet_db

    def _over(self) -> Reason | None:
        settings = self.settings
        complete = self._text is Completeness.COMPLETE
        needed = self._needed() - _ROUNDING
        if self._silence >= needed:
            return "silence"
        extra = settings.faint_extra_s / 2 if complete else settings.faint_extra_s
        if self._faint >= needed + extra and (self._text is None or self._unchanged >= extra):
            return "faint"
        soon = complete and not self._quiet_hall
        stale = (settings.stale_complete_s if soon else settings.stale_s) + self.pauses.extra_s
        if self._text is not None and self._unchanged >= stale:
            return "text"
        if self._since_onset >= settings.max_speech_s - _ROUNDING:
            return "cap"
        return None

    def _needed(self) -> float:
        """Seconds of silence that end this utterance here and now."""
        settings = self.settings
        needed = self.pauses.needed(self._text, self._unchanged)
        clear = self._foreground.clear_db
        if clear is None:
            return needed
        noise = (settings.quiet_db - clear) / (settings.quiet_db - settings.noisy_db)
        noise = min(max(noise, 0.0), 1.0)
        match self._text:
            case None:
                extra = settings.noisy_unheard_extra_s
            case Completeness.NOTHING:
                extra = settings.noisy_extra_s
            case Completeness.COMPLETE:
                extra = -settings.noisy_lag_s
            case _:
                extra = 0.0
        return needed + extra * noise


_SAME_SENTENCE_S = 1.0
"""Who speaks again sooner than this was in the same sentence, or corrects it; an answer takes the kiosk longer."""

_ROUNDING = 1e-6
"""Sums of 32 ms in floating point may miss a multiple of 32 ms by far less than this."""
