"""Is somebody here, and does he want something? Hysteresis over who is seen where; no clock and no camera inside.

Detectors miss people (a turned head, a hand) and see people where there are none (a poster, a reflection). So somebody
counts only after several sightings, is the customer only after standing before the kiosk and looking at it for the
dwell time, and is gone only after a stretch in which the camera did look and saw nobody.

One person at a time is the customer: of those who stand near, the nearest and most central. Whoever passes by or waits
behind neither begins nor ends anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from vision.events import (
    CustomerLeft,
    PersonApproaching,
    PersonArrived,
    PersonEngaged,
    PersonLeft,
    PersonNear,
    PersonWaiting,
    PresenceEvent,
)
from vision.onlookers import Onlookers, Other
from vision.tracking import Seen, Track, Tracker


class PresenceSettings(BaseModel):
    """Times in seconds, distances in metres from the camera."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    near_m: float = Field(default=1.5, gt=0, description="Who is nearer stands before the kiosk.")
    near_release: float = Field(
        default=1.25, ge=1, description="Who stood there is away from so many times near_m."
    )
    gone_release: float = Field(
        default=2.0, ge=1, description="A customer is gone beyond so many times near_m."
    )
    onlooker_m: float = Field(
        default=2.0, ge=0, description="Who looks at the screen from nearer reads along; 0 for nobody."
    )
    far_m: float = Field(default=6.0, gt=0, description="Who is farther away does not count at all.")
    arrive_s: float = Field(
        default=0.3, ge=0, description="From first to last sighting before somebody counts."
    )
    arrive_sightings: int = Field(default=3, ge=1, description="Sightings before somebody counts.")
    dwell_s: float = Field(
        default=0.6, ge=0, description="Standing near and facing for so long makes a customer."
    )
    blurred_dwell_s: float = Field(
        default=1.2, ge=0, description="The same where the detector cannot tell who faces the kiosk."
    )
    facing_share: float = Field(
        default=0.6, gt=0, le=1, description="Of the looks in that time, facing ones."
    )
    still_m_s: float = Field(
        default=0.4, gt=0, description="Who moves faster across the picture passes by; metres a second."
    )
    approach_m: float = Field(default=0.4, gt=0, description="So much nearer within a second is an approach.")
    waiting_s: float = Field(default=2.0, ge=0, description="Standing in view for so long is waiting.")
    absent_s: float = Field(default=1.5, gt=0, description="Unseen for so long is gone.")
    blind_s: float = Field(
        default=2.0, gt=0, description="A longer pause between frames is blindness, not absence."
    )


@dataclass(slots=True, eq=False)
class _Person:
    """A track, and what has come of it so far."""

    track: Track
    places: deque[tuple[float, float, float]] = field(default_factory=deque)  # at, right, away
    looks: deque[tuple[float, bool | None]] = field(default_factory=deque)  # at, facing; since near
    look: int = 0
    near_since: float | None = None
    told_near: bool = False
    told_approach: bool = False


class Presence:
    """Follows one stream of sightings; feed it every frame looked at, in order of time."""

    def __init__(self, settings: PresenceSettings | None = None) -> None:
        self._settings = settings or PresenceSettings()
        self._tracker = Tracker()
        self._people: dict[int, _Person] = {}
        self._present = False
        self._customer: _Person | None = None
        self._customer_at = float("-inf")  # when the customer was last seen within reach
        self._former: Track | None = None
        self._last_seen = float("-inf")
        self._last_frame = float("-inf")
        self._looks = 0
        self._looking_since = float("-inf")
        self._queues: deque[tuple[float, int]] = deque()
        self._longest = 0
        self._numbers: deque[tuple[float, int]] = deque()
        self._peak = 0
        self._onlookers = Onlookers(self._settings.onlooker_m)

    @property
    def present(self) -> bool:
        """Whether somebody has arrived and not left."""
        return self._present

    @property
    def attentive(self) -> bool:
        """Whether it pays to look often: somebody is here, or may be arriving."""
        return self._present or bool(self._tracker.tracks)

    @property
    def engaged(self) -> bool:
        """Whether there is a customer."""
        return self._customer is not None

    @property
    def count(self) -> int:
        """People in view, the customer among them."""
        return sum(
            self._counts(person.track) and self._looks - person.look <= _LOOKS_COUNTED
            for person in self._people.values()
        )

    @property
    def near_m(self) -> float:
        """Who is nearer, in metres, stands before the kiosk."""
        return self._settings.near_m

    def sightings(self) -> list[tuple[Seen, Literal["customer", "bystander", "unsure"]]]:
        """Where everybody in view was seen last, and what has come of it."""
        return [
            (
                person.track.seen,
                "customer"
                if person is self._customer
                else "bystander"
                if self._counts(person.track)
                else "unsure",
            )
            for person in self._people.values()
            if self._looks - person.look <= _LOOKS_COUNTED
        ]

    @property
    def peak(self) -> int:
        """The largest ``count`` that lasted, of this visit, or of the last one when nobody is here."""
        return self._peak

    @property
    def last_seen(self) -> float:
        """When somebody was last seen; minus infinity before the first."""
        return self._last_seen

    def update(self, at: float, seen: Sequence[Seen]) -> list[PresenceEvent]:
        """Take in one frame: when it was taken, and who is in it.

        Raises ``ValueError`` when time runs backwards.
        """
        if at < self._last_frame:
            raise ValueError(f"a frame at {at:.3f} s came after one at {self._last_frame:.3f} s")
        if at - self._last_frame > self._settings.blind_s:
            self._looking_since = at
        self._last_frame = at
        self._looks += 1
        followed = self._follow(
            at, [one for one in seen if one.cut or one.place.away <= self._settings.far_m]
        )
        self._keep_customer(at)
        events: list[PresenceEvent] = []
        events += self._arrivals(followed)
        for person in followed:
            if self._counts(person.track):
                events += self._moves(person, at)
        events += self._custom(at)
        events += self._queue(at)
        events += self._onlookers.update(at, self._others(followed))
        events += self._absence(at)
        return events

    # --- who is who ---------------------------------------------------------------------------------------

    def _counts(self, track: Track) -> bool:
        settings = self._settings
        return (
            track.sightings >= settings.arrive_sightings
            and track.sure >= _SURE
            and track.last_at - track.first_at >= settings.arrive_s
        )

    def _follow(self, at: float, seen: Sequence[Seen]) -> list[_Person]:
        tracks = self._tracker.update(at, seen)
        alive = {track.number for track in self._tracker.tracks}
        self._people = {number: one for number, one in self._people.items() if number in alive}
        followed: list[_Person] = []
        for track in tracks:
            person = self._people.setdefault(track.number, _Person(track))
            self._note(person, at)
            followed.append(person)
        return followed

    def _note(self, person: _Person, at: float) -> None:
        """What this look says of somebody."""
        settings, place = self._settings, person.track.place
        if self._looks - person.look > _MISSED_LOOKS + 1:
            person.places.clear()  # nobody knows where it was meanwhile
        missed = self._looks - person.look > 1
        person.look = self._looks
        person.places.append((at, place.right, place.away))
        while person.places[0][0] < at - _PATH_S:
            person.places.popleft()
        reach = settings.near_m * (settings.near_release if person.near_since is not None else 1.0)
        unseen = at - person.looks[-1][0] if person.looks else 0.0
        if place.away > reach or (missed and unseen > settings.dwell_s):
            person.near_since = None
            person.looks.clear()
        if place.away > reach:
            return
        if person.near_since is None:
            person.near_since = at
        person.looks.append((at, person.track.seen.facing))
        while person.looks[0][0] < at - max(settings.dwell_s, settings.blurred_dwell_s) - _ROUNDING:
            person.looks.popleft()

    # --- what becomes of it -------------------------------------------------------------------------------

    def _arrivals(self, followed: Sequence[_Person]) -> list[PresenceEvent]:
        counted = [person.track for person in followed if self._counts(person.track)]
        if not counted:
            return []
        self._last_seen = self._last_frame
        count = self.count
        self._numbers.append((self._last_frame, count))
        while self._numbers[0][0] < self._last_frame - _SETTLED_S:
            self._numbers.popleft()
        settled = min(number for _, number in self._numbers)
        if self._present:
            self._peak = max(self._peak, settled)
            return []
        self._present, self._peak = True, 1
        return [PersonArrived(min(track.first_at for track in counted), count)]

    def _moves(self, person: _Person, at: float) -> list[PresenceEvent]:
        events: list[PresenceEvent] = []
        began, _, from_away = next(place for place in person.places if place[0] >= at - 1.0)
        nearer = from_away - person.track.place.away
        if (
            not person.told_approach
            and at - began >= self._settings.arrive_s
            and nearer >= self._settings.approach_m
        ):
            person.told_approach = True
            events.append(PersonApproaching(at, person.track.place.away))
        if person.near_since is None:
            person.told_near = False
        elif not person.told_near and len(person.looks) > 1:
            person.told_near = True
            events.append(PersonNear(person.near_since, self.count))
        return events

    def _custom(self, at: float) -> list[PresenceEvent]:
        """The customer comes, stays or goes."""
        events: list[PresenceEvent] = []
        if self._customer is not None:
            since = max(self._customer_at, self._looking_since)
            if at - since < self._settings.absent_s:
                return []
            self._former, self._customer = self._customer.track, None
            events.append(CustomerLeft(self._customer_at, self.count))
        ready = [one for one in self._people.values() if self._stands_before(one, at)]
        if not ready:
            return events
        chosen = min(ready, key=lambda one: one.track.place.away + abs(one.track.place.right))
        other = self._former is not None and _apart(chosen.track, self._former)
        self._customer, self._customer_at = chosen, at
        return [*events, PersonEngaged(at, self.count, other)]

    def _keep_customer(self, at: float) -> None:
        """Notice that the customer is still there, if need be by another track."""
        customer = self._customer
        if customer is None:
            return
        gone_m = self._settings.near_m * self._settings.gone_release
        if customer.track.last_at == at and customer.track.place.away <= gone_m:
            self._customer_at = at
            return
        if customer.track.number in self._people:
            return
        # Lost from view, perhaps only for the detector: whoever appears before the kiosk meanwhile is the customer.
        back = [
            one
            for one in self._people.values()
            if one.near_since is not None and not _apart(one.track, customer.track)
        ]
        if back:
            self._customer = min(back, key=lambda one: one.track.place.away)
            self._customer.told_near = self._customer.told_approach = True
            self._customer_at = at

    def _stands_before(self, person: _Person, at: float) -> bool:
        settings = self._settings
        if person.near_since is None or not self._counts(person.track) or person.track.last_at != at:
            return False
        tells = any(facing is not None for _, facing in person.looks)
        dwell = settings.dwell_s if tells else settings.blurred_dwell_s
        since = at - dwell - _ROUNDING
        if max(person.near_since, person.places[0][0]) > since + 2 * _ROUNDING:
            return False
        looks = [facing for then, facing in person.looks if then >= since]
        if tells and sum(facing is True for facing in looks) < settings.facing_share * len(looks):
            return False
        path = [(then, right) for then, right, _ in person.places if then >= since]
        if len(path) == 1:  # a slow camera
            path = [(then, right) for then, right, _ in list(person.places)[-2:]]
        across = [right for _, right in path]
        return max(across) - min(across) <= settings.still_m_s * (at - path[0][0])

    def _others(self, followed: Sequence[_Person]) -> list[Other]:
        """Everybody but the customer; nobody while there is none."""
        if self._customer is None:
            return []
        return [
            (person.track.number, person.track.place.away, person.track.seen.facing)
            for person in followed
            if person is not self._customer and self._counts(person.track)
        ]

    def _queue(self, at: float) -> list[PresenceEvent]:
        """Others who stand in view behind a customer."""
        settings = self._settings
        waiting = sum(
            person is not self._customer
            and self._counts(person.track)
            and at - person.track.first_at >= settings.waiting_s
            and abs(person.track.right_m_s) <= settings.still_m_s
            for person in self._people.values()
        )
        self._queues.append((at, waiting if self._customer is not None else 0))
        while self._queues[0][0] < at - _FLICKER_S:
            self._queues.popleft()
        longest, self._longest = self._longest, max(length for _, length in self._queues)
        return [PersonWaiting(at, self._longest)] if self._longest > longest else []

    def _absence(self, at: float) -> list[PresenceEvent]:
        seen = max(self._last_seen, self._customer_at, self._looking_since)
        if not self._present or at - seen < self._settings.absent_s:
            return []
        self._present = False
        self._former = None
        return [PersonLeft(self._last_seen)]


def _apart(one: Track, other: Track) -> bool:
    """Both were in view at the same time: they are two people."""
    return one.number != other.number and one.first_at <= other.last_at and other.first_at <= one.last_at


_SURE = 2
"""So many of the sightings have to be sure."""
_MISSED_LOOKS = 1
"""Who was not seen for more looks than this may have gone, and somebody else may have come."""
_LOOKS_COUNTED = 4
"""Who was seen in one of so many looks is in view."""
_SETTLED_S = 0.8
"""So long nobody may be missing of those who count for the peak: while one track takes over from another, both do."""
_PATH_S = 2.0
"""Where somebody was is kept for so long; more than any dwell time."""
_FLICKER_S = 3.0
"""Who waits and is not seen for less than this has not gone."""
_ROUNDING = 1e-6
