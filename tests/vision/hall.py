"""People in a hall as a camera's detector would see them: on virtual time, with misses and jitter."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from vision.events import PresenceEvent
from vision.optics import BODY_M, FACE_M, Optics
from vision.ports import Detection, Landmarks
from vision.presence import Presence
from vision.scene import Scene

WIDTH, HEIGHT = 640, 480
OPTICS = Optics()


@dataclass(frozen=True, slots=True)
class Somebody:
    """Where a person is at one moment: metres to the right and away; turned from the camera by so many degrees."""

    right: float
    away: float
    turned: float = 0.0
    body: bool = False


Path = Callable[[float], Somebody | None]
"""Where somebody is at a time; None while not in the hall."""


def detected(one: Somebody, optics: Optics = OPTICS) -> Detection | None:
    """What a detector finds of somebody; None when out of the picture or turned away (a face is a face up to 75°)."""
    focal = HEIGHT / (2 * math.tan(math.radians(optics.vertical_fov_deg) / 2))
    scale = focal / one.away
    x = WIDTH / 2 + one.right * scale
    if not 0 <= x <= WIDTH:
        return None
    if one.body:
        wide, tall = 0.48 * scale, BODY_M * scale
        top = HEIGHT / 2 - 0.1 * scale
        return Detection(x - wide / 2, top, wide, min(tall, HEIGHT - top), 0.9, "person")
    if abs(one.turned) > 75:
        return None
    size = FACE_M * scale
    return Detection(
        x - 0.4 * size,
        HEIGHT / 2 - size / 2,
        0.8 * size,
        size,
        0.9,
        landmarks=turned(x, HEIGHT / 2, size, one.turned),
    )


def turned(x: float, y: float, size: float, degrees: float) -> Landmarks:
    """The five points of a face ``size`` tall that is turned: eyes 0.32, mouth 0.24 of it wide, a nose 0.11 ahead."""
    yaw = math.radians(degrees)
    eyes, mouth, nose = 0.16 * size * math.cos(yaw), 0.12 * size * math.cos(yaw), 0.11 * size * math.sin(yaw)
    return Landmarks(
        (x - eyes, y - 0.1 * size),
        (x + eyes, y - 0.1 * size),
        (x + nose, y + 0.08 * size),
        (x - mouth, y + 0.26 * size),
        (x + mouth, y + 0.26 * size),
    )


def times(seconds: float, fps: float = 10.0, start: float = 0.0) -> Iterator[float]:
    """The moments of the looks."""
    return (start + number / fps for number in range(round(seconds * fps)))


def watch(
    people: Sequence[Path],
    moments: Iterable[float],
    presence: Presence | None = None,
    *,
    missed: float = 0.0,
    jitter: float = 0.0,
    chance: random.Random | None = None,
) -> list[PresenceEvent]:
    """What presence tells; a share of the sightings is ``missed``, sizes and places are off by ``jitter``."""
    presence, chance, scene = presence or Presence(), chance or random.Random(1), Scene(OPTICS)
    events: list[PresenceEvent] = []
    for at in moments:
        found: list[Detection] = []
        for path in people:
            one = path(at)
            seen = detected(one) if one is not None else None
            if seen is not None and chance.random() >= missed:
                found.append(_jittered(seen, jitter, chance))
        events += presence.update(at, scene.read(found, WIDTH, HEIGHT))
    return events


def _jittered(seen: Detection, jitter: float, chance: random.Random) -> Detection:
    if not jitter:
        return seen
    size = 1 + chance.gauss(0, jitter)
    x = seen.x + chance.gauss(0, jitter) * seen.width
    y = seen.y + chance.gauss(0, jitter) * seen.height
    return replace(seen, x=x, y=y, width=seen.width * size, height=seen.height * size)


def stands(
    right: float, away: float, since: float = 0.0, until: float = math.inf, turned: float = 0.0
) -> Path:
    """Stands at a place for a time."""
    return lambda at: Somebody(right, away, turned) if since <= at < until else None


def walks(
    start: tuple[float, float],
    end: tuple[float, float],
    since: float,
    speed: float = 1.2,
    turned: float = 0.0,
) -> Path:
    """Walks from one place (right, away) to another and stays there."""
    length = math.dist(start, end)

    def at_time(at: float) -> Somebody | None:
        if at < since:
            return None
        share = min(1.0, (at - since) * speed / length)
        return Somebody(
            start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]), turned
        )

    return at_time


def passes(
    away: float, since: float, speed: float = 1.2, turned: float = 90.0, leftwards: bool = False
) -> Path:
    """Walks through the picture from one side to the other at a distance."""
    edge = away * math.tan(math.radians(OPTICS.vertical_fov_deg) / 2) * WIDTH / HEIGHT + 0.3
    sign = -1 if leftwards else 1

    def at_time(at: float) -> Somebody | None:
        right = -edge + (at - since) * speed
        return Somebody(sign * right, away, turned) if at >= since and right <= edge else None

    return at_time


def crowd(seconds: float, people_a_minute: float, chance: random.Random) -> list[tuple[float, Path]]:
    """Passers-by of all kinds: each with the second in which he enters the picture."""
    made: list[tuple[float, Path]] = []
    at = 0.0
    while (at := at + chance.expovariate(people_a_minute / 60)) < seconds:
        looks = chance.random() < 0.4  # faces the camera, and so is seen by a face detector while passing
        path = passes(
            chance.uniform(0.8, 5.0),
            at,
            chance.uniform(0.8, 1.6),
            chance.uniform(-35, 35) if looks else chance.choice([-1, 1]) * chance.uniform(50, 90),
            leftwards=chance.random() < 0.5,
        )
        made.append((at, path))
    return made
