"""Whether what is heard while the kiosk speaks is somebody who wants to speak; a pure machine on virtual time.

A hall is never silent, and the kiosk's own voice comes back from every wall. So a sound counts only where it stands
out: speech by the judgement of the voice activity detector, louder than the loud moments of the hall, than the echo
to be expected of what is being played, and not much softer than people who speak to the kiosk. By how much it stands
out is summed up, frame by frame, as in a cumulative sum test (Page 1954): a loud beginning is suspected after two or
three frames, a doubtful one later or never. Who interrupts a kiosk stands in front of it; who talks behind it does
not stand out.

What is suspected is then given a moment in silence: words confirm it, or speech that goes on; a cough, a nod
(``voice.interjections``) or silence dismisses it.
"""

from __future__ import annotations

from dataclasses import dataclass

from voice.interjections import Interjection, interjection
from voice.loud_moments import LoudMoments
from voice.nearness import USUAL_DBFS


@dataclass(frozen=True, slots=True)
class InterruptionSettings:
    """The numbers of the decision; seconds and decibels. docs/measurements/interruption.md has what they give.

    Attributes:
        probability: a frame at or above it is speech.
        doubtful: a frame at or above it may be: voices begin so, and some stay so. It counts half.
        above_noise_db: how far the bar is above the loud moments of the hall.
        above_echo_db: how far it is above the expected echo; the measured loss is that of a few seconds.
        below_near_db: how far it is below those who speak to the kiosk.
        most_db: one frame counts at most so much, so that a bang is not enough.
        least_db: a frame below the bar, or no speech, takes away so much.
        suspect_db: a sum that is suspected.
        keep_db: once suspected, a frame may be so much below the bar and still belong to the same voice.
        words_s: standing out for so long, words confirm.
        speech_s: standing out for so long, speech confirms without words.
        nodding_s: standing out for so long, even fillers confirm: that is a speech of its own.
        quiet_s: this long without standing out decides.
        undecided_s: after so long it is dismissed whatever is heard.
    """

    probability: float = 0.5
    doubtful: float = 0.15
    above_noise_db: float = 1.0
    above_echo_db: float = 6.0
    below_near_db: float = 5.5
    most_db: float = 10.0
    least_db: float = 3.0
    suspect_db: float = 12.0
    keep_db: float = 6.0
    words_s: float = 0.25
    speech_s: float = 0.6
    nodding_s: float = 1.2
    quiet_s: float = 0.5
    undecided_s: float = 2.5


@dataclass(frozen=True, slots=True)
class Suspected:
    """Somebody may be speaking, since ``ago`` seconds before the end of the frame just fed."""

    ago: float


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Somebody is speaking; ``stop`` when all that was said is that the kiosk be quiet."""

    stop: bool


@dataclass(frozen=True, slots=True)
class Dismissed:
    """It was nothing."""


Decision = Suspected | Confirmed | Dismissed


class Interruption:
    """Fed with every frame that is heard while the kiosk speaks; tells Suspected, then Confirmed or Dismissed.

    ``learn`` takes the level of every frame that is heard at other times and is nobody's speech; ``near_dbfs`` is
    how loud those are who speak to the kiosk (``voice.nearness``).
    """

    def __init__(self, settings: InterruptionSettings | None = None) -> None:
        self.settings = settings or InterruptionSettings()
        self.near_dbfs = USUAL_DBFS
        self._hall = LoudMoments()
        self.reset()

    @property
    def suspecting(self) -> bool:
        """Between Suspected and what follows it."""
        return self._suspecting

    def reset(self) -> None:
        """Forget what was heard, but not how loud the hall is."""
        self._suspecting = False
        self._sum = 0.0
        self._since = 0.0  # seconds since the sum began to grow
        self._bar = 0.0
        self._levels: list[float] = []
        self._standing_out = 0.0
        self._quiet = 0.0
        self._elapsed = 0.0

    def learn(self, level_dbfs: float) -> None:
        """A frame of the hall as it is while nobody interrupts."""
        self._hall.add(min(level_dbfs, self.near_dbfs - _HALL_BELOW_DB))

    def feed(
        self, seconds: float, probability: float, level_dbfs: float, echo_dbfs: float, text: str = ""
    ) -> Decision | None:
        """Take one frame; what it decided, if anything.

        Args:
            level_dbfs: root mean square of the frame.
            echo_dbfs: what the echo of the kiosk's own voice may give in this frame at most.
            text: what the recogniser has made of it since the suspicion; "" before.
        """
        if not self._suspecting:
            return self._watch(seconds, probability, level_dbfs, echo_dbfs)
        speech = probability >= self.settings.probability
        return self._weigh(seconds, speech and level_dbfs >= max(self._bar, echo_dbfs), level_dbfs, text)

    def _watch(self, seconds: float, probability: float, level: float, echo: float) -> Suspected | None:
        settings = self.settings
        bar = max(
            self._hall.level + settings.above_noise_db,
            echo + settings.above_echo_db,
            self.near_dbfs - settings.below_near_db,
        )
        self.learn(level)
        self._sum = max(0.0, self._sum + self._evidence(probability, level - bar))
        self._since = self._since + seconds if self._sum else 0.0
        if self._sum < settings.suspect_db:
            return None
        since = self._since
        self.reset()
        self._suspecting = True
        self._bar = bar - settings.keep_db
        self._standing_out = since
        return Suspected(since)

    def _evidence(self, probability: float, above_bar_db: float) -> float:
        settings = self.settings
        if above_bar_db <= 0 or probability < settings.doubtful:
            return -settings.least_db
        counted = min(above_bar_db, settings.most_db)
        return counted if probability >= settings.probability else counted / 2

    def _weigh(self, seconds: float, stands_out: bool, level: float, text: str) -> Decision | None:
        self._levels.append(level)
        self._elapsed += seconds
        self._quiet = 0.0 if stands_out else self._quiet + seconds
        self._standing_out += seconds if stands_out else 0.0
        decision = self._judged(interjection(text))
        if decision is None:
            return None
        if isinstance(decision, Dismissed):  # it belongs to the hall after all
            for heard in self._levels:
                self.learn(heard)
        self.reset()
        return decision

    def _judged(self, said: Interjection) -> Confirmed | Dismissed | None:
        settings, long = self.settings, self._standing_out + _ROUNDING
        if said is Interjection.STOP:
            return Confirmed(stop=True)
        if said is Interjection.WORDS and long >= settings.words_s:
            return Confirmed(stop=False)
        if long >= (settings.nodding_s if said is Interjection.FILLER else settings.speech_s):
            return Confirmed(stop=False)
        over = self._quiet >= settings.quiet_s - _ROUNDING or self._elapsed >= settings.undecided_s
        return Dismissed() if over else None


_HALL_BELOW_DB = 3.0
"""What is louder is not counted for the hall: it is somebody near, and would hide who interrupts next."""

_ROUNDING = 1e-6
"""Sums of 32 ms in floating point may miss a multiple of 32 ms by far less than this."""
