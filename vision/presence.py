"""Is somebody here? Hysteresis over what the detector sees; no clock and no camera inside.

Detectors miss faces (a turned head, a hand) and see faces where there are none (a poster, a reflection). So a
person counts as arrived only after several sightings, as near only after a dwell time, and as left only after
a stretch in which the camera did look and saw nobody.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from vision.events import PersonArrived, PersonLeft, PersonNear, PresenceEvent


class PresenceSettings(BaseModel):
    """Times in seconds; sizes as the height of a face divided by the height of the frame.

    A face is about 0.22 m from hairline to chin. A camera with a vertical field of view v sees
    ``2 · d · tan(v / 2)`` metres at distance d, so at 43° (a common webcam) and 1.5 m the share is
    0.22 / 1.18 = 0.19.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    arrive_s: float = Field(
        default=0.3, ge=0, description="Time between first and last sighting before somebody counts"
    )
    arrive_sightings: int = Field(default=3, ge=1, description="Sightings before somebody counts")
    near_share: float = Field(
        default=0.18, gt=0, le=1, description="Face height, as a share, from which somebody is near"
    )
    near_release: float = Field(
        default=0.8, gt=0, le=1, description="Near ends below this part of near_share"
    )
    near_s: float = Field(
        default=0.6, ge=0, description="How long somebody is close before they count as near"
    )
    absent_s: float = Field(
        default=1.5, gt=0, description="How long nobody is seen before they count as gone"
    )
    blind_s: float = Field(
        default=1.0, gt=0, description="A longer pause between frames is blindness, not absence"
    )
    count_window_s: float = Field(default=1.0, gt=0, description="Stretch over which people are counted")


class Presence:
    """Follows one stream of sightings; feed it every frame looked at, in order of time."""

    def __init__(self, settings: PresenceSettings | None = None) -> None:
        self._settings = settings or PresenceSettings()
        self._present = False
        self._near = False
        self._first_seen = 0.0
        self._last_seen = float("-inf")
        self._sightings = 0
        self._close_since: float | None = None
        self._last_close = float("-inf")
        self._last_frame = float("-inf")
        self._looking_since = float("-inf")
        self._counts: deque[tuple[float, int]] = deque()
        self._peak = 0

    @property
    def present(self) -> bool:
        """Whether somebody has arrived and not left."""
        return self._present

    @property
    def attentive(self) -> bool:
        """Whether it pays to look often: somebody is here, or may be arriving."""
        return self._present or self._sightings > 0

    @property
    def count(self) -> int:
        """People in view: the largest number seen at least twice within the counting window."""
        numbers = sorted((number for _, number in self._counts), reverse=True)
        if not numbers:
            return 0
        return numbers[1] if len(numbers) > 1 else numbers[0]

    @property
    def peak(self) -> int:
        """The largest ``count`` of this visit, or of the last one when nobody is here."""
        return self._peak

    @property
    def last_seen(self) -> float:
        """When a face was last seen; minus infinity before the first."""
        return self._last_seen

    def update(self, at: float, shares: Sequence[float]) -> list[PresenceEvent]:
        """Take in one frame: when it was taken, and the height share of each face in it.

        Raises ``ValueError`` when time runs backwards.
        """
        if at < self._last_frame:
            raise ValueError(f"a frame at {at:.3f} s came after one at {self._last_frame:.3f} s")
        if at - self._last_frame > self._settings.blind_s:
            self._looking_since = at
            self._close_since = None
        self._last_frame = at
        self._note_count(at, len(shares))
        return self._see(at, max(shares)) if shares else self._miss(at)

    def _note_count(self, at: float, number: int) -> None:
        self._counts.append((at, number))
        while self._counts[0][0] < at - self._settings.count_window_s:
            self._counts.popleft()

    def _see(self, at: float, largest: float) -> list[PresenceEvent]:
        events: list[PresenceEvent] = []
        if self._sightings == 0:
            self._first_seen = at
        self._sightings += 1
        self._last_seen = at
        settings = self._settings
        long_enough = at - self._first_seen >= settings.arrive_s
        if not self._present and long_enough and self._sightings >= settings.arrive_sightings:
            self._present = True
            self._peak = 0
            events.append(PersonArrived(self._first_seen, max(1, self.count)))
        if self._present:
            self._peak = max(self._peak, self.count, 1)
        events.extend(self._judge_distance(at, largest))
        return events

    def _judge_distance(self, at: float, largest: float) -> list[PresenceEvent]:
        settings = self._settings
        held = self._near or self._close_since is not None
        if largest >= settings.near_share * (settings.near_release if held else 1.0):
            if self._close_since is None:
                self._close_since = at
            self._last_close = at
        else:
            self._close_since = None
            if at - self._last_close >= settings.absent_s:
                self._near = False
        if self._near or not self._present or self._close_since is None:
            return []
        if at - self._close_since < settings.near_s:
            return []
        self._near = True
        return [PersonNear(at, max(1, self.count))]

    def _miss(self, at: float) -> list[PresenceEvent]:
        settings = self._settings
        unseen = at - max(self._last_seen, self._looking_since)
        if self._close_since is not None and unseen >= settings.near_s:
            self._close_since = None
        if not self._present:
            if unseen >= settings.near_s:
                self._sightings = 0
            return []
        if unseen < settings.absent_s:
            return []
        self._present = False
        self._near = False
        self._sightings = 0
        self._close_since = None
        return [PersonLeft(self._last_seen)]
