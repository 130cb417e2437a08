"""The live view: what a technician is shown of a real watcher's work, and that nobody else costs a copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vision import live
from vision.detectors.haar import HaarDetector
from vision.live import LiveLook, Viewer, small_copy
from vision.presence import Presence
from vision.recorded import RecordedCamera
from vision.scene import Scene, Zone
from vision.watcher import Watcher

EVERYWHERE = Zone(0.0, 0.0, 1.0, 1.0)


def watch(
    clip: Path, detector: HaarDetector, make: Callable[[Watcher], Viewer | None], scene: Scene | None = None
) -> Watcher:
    """Watch a recording on virtual time with the viewer that ``make`` makes."""
    camera = RecordedCamera(clip)
    watcher = Watcher(
        camera,
        detector,
        Presence(),
        lambda event: None,
        wait=camera.wait,
        clock=lambda: camera.now,
        live=False,
        scene=scene,
    )
    watcher.view(make(watcher))
    watcher.run()
    return watcher


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A one for each copy that is made of a frame."""
    made: list[int] = []

    def counting(image: live.Frame) -> live.Frame:
        made.append(1)
        return small_copy(image)

    monkeypatch.setattr(live, "small_copy", counting)
    return made


def test_a_visit_is_seen_from_the_empty_hall_to_the_empty_hall(
    haar: HaarDetector, visitor_clip: Path
) -> None:
    looks: list[LiveLook] = []
    bright: list[bool] = []

    def view(look: LiveLook) -> None:
        bright.append(bool(look.picture.any()))
        look.wipe()
        looks.append(look)

    watch(visitor_clip, haar, lambda watcher: view)
    assert all(bright)
    roles = [tuple(box.role for box in look.people) for look in looks]
    assert roles[0] == ()
    assert ("customer",) in roles
    assert roles[-1] == ()
    served = looks[roles.index(("customer",))]
    box = served.people[0]
    assert (box.kind, served.detector, served.near_m) == ("face", "haar", 1.5)
    assert 0 <= box.left < box.right <= 1 and 0 <= box.top < box.bottom <= 1
    assert 0 < box.away < 1.5
    assert (served.present, served.count) == (True, 1)
    told = [look.told for look in looks]
    order = [name for index, name in enumerate(told) if index == 0 or told[index - 1] != name]
    assert order[0] is None
    assert order[-1] == "left"
    assert "engaged" in order
    assert looks[-1].told_ago > 0


def test_there_are_five_a_second_at_most_and_the_rate_is_the_watchers(
    haar: HaarDetector, visitor_clip: Path
) -> None:
    looks: list[LiveLook] = []
    watch(visitor_clip, haar, lambda watcher: looks.append)
    apart = np.diff([look.at for look in looks])
    assert apart.min() >= 0.18
    assert looks[0].looks_a_second == 0
    assert 3.5 <= looks[3].looks_a_second <= 4.5, "an empty hall is looked at four times a second"
    assert max(look.looks_a_second for look in looks) > 6, "and a visitor ten times"


def test_nobody_who_looks_costs_no_copy(haar: HaarDetector, visitor_clip: Path, copies: list[int]) -> None:
    watcher = watch(visitor_clip, haar, lambda watcher: None)
    assert watcher.looks > 10
    assert copies == []


def test_who_stops_looking_costs_no_copy_more(
    haar: HaarDetector, visitor_clip: Path, copies: list[int]
) -> None:
    seen: list[LiveLook] = []

    def make(watcher: Watcher) -> Viewer:
        def view(look: LiveLook) -> None:
            seen.append(look)
            if len(seen) == 3:
                watcher.view(None)

        return view

    watch(visitor_clip, haar, make)
    assert (len(seen), len(copies)) == (3, 3)


def test_who_stands_in_an_ignored_zone_is_shown_as_ignored(haar: HaarDetector, visitor_clip: Path) -> None:
    looks: list[LiveLook] = []
    watch(visitor_clip, haar, lambda watcher: looks.append, Scene(ignored=(EVERYWHERE,)))
    assert {box.role for look in looks for box in look.people} == {"ignored"}
    assert all(look.ignored == (EVERYWHERE,) and not look.present for look in looks)


def test_a_viewer_that_fails_leaves_no_picture(haar: HaarDetector, visitor_clip: Path) -> None:
    kept: list[LiveLook] = []

    def view(look: LiveLook) -> None:
        kept.append(look)
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        watch(visitor_clip, haar, lambda watcher: view)
    assert not kept[0].picture.any()


@pytest.mark.parametrize(
    ("size", "small"),
    [((480, 640), (360, 480)), ((640, 480), (640, 480)), ((1080, 1920), (270, 480)), ((37, 53), (37, 53))],
)
def test_a_copy_is_small_and_red_is_red(size: tuple[int, int], small: tuple[int, int]) -> None:
    frame = np.zeros((*size, 3), np.uint8)
    frame[..., 2] = 200  # red, as OpenCV has it
    copy = small_copy(frame)
    assert copy.shape == (*small, 3)
    assert copy[..., 0].min() == 200
    assert not copy[..., 1:].any()
    assert not np.shares_memory(copy, frame)
