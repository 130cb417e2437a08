"""How loud to speak in a room that is as loud as it is: louder in a full hall, softer in an empty one. Pure.

People raise their voice by about half a decibel for each decibel of noise (the Lombard effect; Junqua, JASA 93, 1993,
reviews 0.3 to 0.6); a kiosk that does the same is heard over the hall and does not shout in the evening.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LoudnessSettings:
    """Levels in dBFS at the microphone, gains in decibels on the volume that the visit has chosen."""

    ordinary_dbfs: float = -45.0
    """The room's noise at which the chosen volume is right as it is; depends on the microphone's gain."""
    slope: float = 0.5
    most_up_db: float = 6.0
    most_down_db: float = 6.0
    step_db: float = 3.0
    """What one text may differ from the one before it, so that nobody is startled."""
    dead_db: float = 1.0
    """A smaller change is not worth being heard."""


class RoomLoudness:
    """Follows the room between texts; what one text began with it keeps."""

    def __init__(self, settings: LoudnessSettings | None = None) -> None:
        self._settings = settings or LoudnessSettings()
        self.gain_db = 0.0
        """What is added to the chosen volume now."""

    def reset(self) -> None:
        """The visit is over: the next one begins with the default."""
        self.gain_db = 0.0

    def volume(self, chosen: float, noise_dbfs: float | None) -> float:
        """The volume (0 to 1) for the next text.

        Args:
            chosen: what the visit has chosen, 0 to 1.
            noise_dbfs: the room without a speaker, None when it is not known (then the gain stays as it is).
        """
        if noise_dbfs is not None:
            self._follow(noise_dbfs)
        return min(1.0, max(0.0, chosen) * 10 ** (self.gain_db / 20))

    def _follow(self, noise_dbfs: float) -> None:
        limits = self._settings
        wanted = (noise_dbfs - limits.ordinary_dbfs) * limits.slope
        wanted = min(limits.most_up_db, max(-limits.most_down_db, wanted))
        change = wanted - self.gain_db
        if abs(change) >= limits.dead_db:
            self.gain_db += min(limits.step_db, max(-limits.step_db, change))
