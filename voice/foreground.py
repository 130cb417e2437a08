"""Tells the citizen in front from the hall behind by how loud both are; pure, levels in dBFS."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ForegroundSettings:
    """The numbers of the foreground.

    Attributes:
        smoothing_s: time constant over which a level is taken; a syllable lasts about 0.2 s, the closure of a
            stop consonant under 0.1 s.
        falling_s: time constant with which the hall's level follows softer sound.
        rising_s: the same for louder sound; longer, so that words that were not taken for speech hardly count.
        apart_db: the citizen has to be so far above the hall, or level says nothing about who speaks.
        share: where the border between both lies: 0 at the hall's level, 1 at the citizen's.
        depth_db: a border so far below the citizen's level is low enough in any hall, also where the hall is
            not known yet.
        start_db: where the hall went on talking after the citizen, nobody is taken to speak to the kiosk who is
            not so far above that talk.
        wary_s: for at most so long; a kiosk must never stay deaf.
        loud_db: what is so far above the hall, and above ``loud_spreads`` of its usual ups and downs, is more
            than the hall.
        loud_depth_db: softer than this below the citizen is no part of his speech, even in a silent room.
    """

    smoothing_s: float = 0.1
    falling_s: float = 0.3
    rising_s: float = 2.0
    apart_db: float = 6.0
    share: float = 0.5
    depth_db: float = 33.0
    start_db: float = 3.0
    wary_s: float = 5.0
    loud_db: float = 6.0
    loud_spreads: float = 2.5
    loud_depth_db: float = 33.0


class Foreground:
    """Fed with the level of each chunk; ``faint`` when what is heard is more likely the hall than the citizen."""

    def __init__(self, settings: ForegroundSettings | None = None) -> None:
        self._settings = settings or ForegroundSettings()
        self.ambient_db: float | None = None
        """The hall without the citizen; None before anything was heard of it."""
        self._spread = 0.0  # mean square of how far it is from that
        self._behind_db = 0.0
        self._wary_s = 0.0
        self.begin()

    def begin(self) -> None:
        """An utterance begins: the level of this citizen is not known."""
        self._power = 0.0
        self._voiced_s = 0.0
        self._smooth_db: float | None = None

    @property
    def speech_db(self) -> float | None:
        """The citizen's mean level so far, with the hall behind it; None before a voiced chunk."""
        return 10 * math.log10(self._power / self._voiced_s) if self._voiced_s else None

    @property
    def faint(self) -> bool:
        """What was heard last is below the border between citizen and hall."""
        border = self.border_db
        return border is not None and self._smooth_db is not None and self._smooth_db < border

    def above(self, level_db: float | None) -> bool:
        """A chunk may be the beginning of what somebody says here, and not of the talk behind."""
        if level_db is None or self._wary_s <= 0:
            return True
        return level_db >= self._behind_db + self._settings.start_db

    def settle(self) -> None:
        """What is heard now has gone on after the citizen: it is the hall."""
        if self._smooth_db is not None:
            self._behind_db, self._wary_s = self._smooth_db, self._settings.wary_s
            self.ambient_db = max(
                self._smooth_db, self.ambient_db if self.ambient_db is not None else self._smooth_db
            )

    def loud(self, level_db: float) -> bool:
        """A chunk stands out from the hall and belongs to what the citizen says, voiced or not."""
        speech, settings = self.speech_db, self._settings
        if speech is None or self.ambient_db is None:
            return False
        above = max(settings.loud_db, settings.loud_spreads * math.sqrt(self._spread))
        return level_db >= max(self.ambient_db + above, speech - settings.loud_depth_db)

    @property
    def clear_db(self) -> float | None:
        """How far the citizen stands out from the hall; None while one of both is not known."""
        speech = self.speech_db
        return None if speech is None or self.ambient_db is None else speech - self.ambient_db

    @property
    def border_db(self) -> float | None:
        """Between citizen and hall; None while they cannot be told apart by level."""
        speech, settings = self.speech_db, self._settings
        if speech is None:
            return None
        lowest = speech - settings.depth_db
        if self.ambient_db is None:
            return lowest
        apart = speech - self.ambient_db
        if apart < settings.apart_db:
            return None
        return max(lowest, self.ambient_db + settings.share * apart)

    def hall(self, seconds: float, level_db: float) -> None:
        """A chunk outside any utterance."""
        self._wary_s -= seconds
        if self.ambient_db is None:
            self.ambient_db = level_db
            return
        difference = level_db - self.ambient_db
        self._spread += (difference**2 - self._spread) * _weight(seconds, self._settings.rising_s)
        lasts = self._settings.falling_s if difference < 0 else self._settings.rising_s
        self.ambient_db += difference * _weight(seconds, lasts)

    def speech(self, seconds: float, level_db: float, *, voiced: bool) -> None:
        """A chunk of an utterance; only voiced ones tell how loud the citizen is."""
        if voiced and not self.faint:
            self._power += seconds * 10 ** (level_db / 10)
            self._voiced_s += seconds
        if self._smooth_db is None:
            self._smooth_db = level_db
        else:
            self._smooth_db += (level_db - self._smooth_db) * _weight(seconds, self._settings.smoothing_s)


def _weight(seconds: float, lasts: float) -> float:
    return 1 - math.exp(-seconds / lasts)
