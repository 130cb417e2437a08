"""Who in this frame is who in the last one: by overlap and motion alone, never by looks; no clock inside.

At four looks a second the boxes of somebody who walks do not overlap any more. So what overlaps is joined first, and
the rest by how far a head can have moved: where it was expected, give or take a walking pace. Distance along the axis
is known to a fifth only and counts little.

A track lives for a second and a half after its last sighting, and its number is never used again: nobody is known
who comes back.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vision.optics import Place, belongs
from vision.ports import Detection

_OVERLAP = 0.3
"""Boxes of one kind that share so much of their union are the same person."""
_PACE_M_S = 1.5
"""A brisk walk: of whom only one or two sightings are known, nothing is expected but that."""
_SWERVE_M_S = 0.7
"""Who was followed for longer is at most so much off his way; else those who meet would be taken for one who turns."""
_SWAY_M = 0.1
"""And a head may be so far from where it was expected without any time passing,"""
_BLUR = 0.04
"""and so much farther as a share of its distance: boxes tremble."""
_DOUBT = 0.25
"""How wrong a distance may be, as a share of it."""
_LOST_S = 1.5
"""A track that was not seen for so long is over."""
_SMOOTHING_S = 0.4
"""Time constant of the velocity."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One detection, and where it is."""

    found: Detection
    place: Place
    facing: bool | None
    """Whether the face looks at the screen; None where no landmarks tell."""
    cut: bool = False
    """The picture's left or right edge cuts it off, so that its size says nothing of the distance."""


@dataclass(slots=True, eq=False)
class Track:
    """Somebody, from sighting to sighting. Velocities in metres a second."""

    number: int
    seen: Seen
    first_at: float
    last_at: float
    sightings: int = 1
    sure: int = 0
    """Sightings that were sure."""
    right_m_s: float = 0.0
    away_m_s: float = 0.0

    @property
    def place(self) -> Place:
        """Where it was seen last."""
        return self.seen.place

    def expected(self, at: float) -> Place:
        """Where it should be by now."""
        passed = min(at - self.last_at, _LOST_S)
        place = self.place
        return Place(
            place.right + self.right_m_s * passed,
            place.down,
            max(0.1, place.away + self.away_m_s * passed),
        )

    def follow(self, seen: Seen, at: float) -> None:
        """It was seen again."""
        passed = at - self.last_at
        if passed > 0:
            weight = 1 - math.exp(-passed / _SMOOTHING_S)
            self.right_m_s += weight * ((seen.place.right - self.place.right) / passed - self.right_m_s)
            if not seen.cut:
                self.away_m_s += weight * ((seen.place.away - self.place.away) / passed - self.away_m_s)
        if seen.cut:
            seen = replace(seen, place=replace(seen.place, away=self.place.away))
        self.seen, self.last_at = seen, at
        self.sightings += 1
        self.sure += seen.found.sure


class Tracker:
    """Feed it every frame looked at, in order of time."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.tracks: list[Track] = []
        """Everybody who was seen lately."""

    def update(self, at: float, seen: Sequence[Seen]) -> list[Track]:
        """Take in one frame; the tracks that were seen in it."""
        self.tracks = [track for track in self.tracks if at - track.last_at <= _LOST_S]
        followed = self._follow(at, [one for one in seen if one.found.sure], self.tracks)
        left = [track for track in self.tracks if track not in followed]
        return followed + self._follow(at, _apart(seen, followed), left)

    def _follow(self, at: float, seen: Sequence[Seen], tracks: Sequence[Track]) -> list[Track]:
        """Join tracks with sightings, nearest first; who is left over begins a track."""
        pairs = sorted(
            (
                (cost, one, other)
                for one, track in enumerate(tracks)
                for other, candidate in enumerate(seen)
                if (cost := _cost(track, candidate, at)) is not None
            ),
        )
        taken: set[int] = set()
        followed: list[Track] = []
        for _, one, other in pairs:
            track = tracks[one]
            if other in taken or track in followed:
                continue
            taken.add(other)
            track.follow(seen[other], at)
            followed.append(track)
        new = [
            Track(next(self._numbers), candidate, at, at, sure=int(candidate.found.sure))
            for other, candidate in enumerate(seen)
            if other not in taken
        ]
        self.tracks += new
        return followed + new

    def forget(self) -> None:
        """Nobody is followed any more."""
        self.tracks = []


def _apart(seen: Sequence[Seen], sure: Sequence[Track]) -> list[Seen]:
    """Of what is not sure, likeliest first, what is no second box around somebody else in the frame."""
    taken = [track.seen.found for track in sure]
    apart: list[Seen] = []
    for one in sorted(seen, key=lambda one: -one.found.score):
        if not one.found.sure and not any(_within(one.found, other) for other in taken):
            taken.append(one.found)
            apart.append(one)
    return apart


def _within(one: Detection, other: Detection) -> bool:
    """Half of the smaller box is in the larger."""
    shared = _shared(one, other)
    return shared >= 0.5 * min(one.width * one.height, other.width * other.height)


def _cost(track: Track, seen: Seen, at: float) -> float | None:
    """How unlikely it is that both are one person: below 0 for overlapping boxes, up to 1; None when impossible."""
    if track.seen.found.kind == seen.found.kind:
        shared = overlap(track.seen.found, seen.found)
        if shared >= _OVERLAP or (seen.cut and _within(track.seen.found, seen.found)):
            return -shared
    elif belongs(
        *sorted((track.seen.found, seen.found), key=lambda one: one.kind)
    ):  # the face, then the person
        return 0.0
    expected, place = track.expected(at), seen.place
    passed = at - track.last_at
    aside = math.hypot(place.right - expected.right, place.down - expected.down)
    ahead = max(0.0, abs(place.away - expected.away) - _DOUBT * expected.away)
    reach = _SWAY_M + _BLUR * expected.away + (_PACE_M_S if track.sightings < 3 else _SWERVE_M_S) * passed
    apart = math.hypot(aside, ahead) / reach
    return apart if apart <= 1 else None


def overlap(one: Detection, other: Detection) -> float:
    """Intersection over union of two boxes, 0 to 1."""
    shared = _shared(one, other)
    return shared / max(1e-9, one.width * one.height + other.width * other.height - shared)


def _shared(one: Detection, other: Detection) -> float:
    """The area that is in both boxes, in square pixels."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0.0, across) * max(0.0, down)
