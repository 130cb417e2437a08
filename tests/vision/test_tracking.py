"""Who in this frame is who in the last one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.vision.hall import HEIGHT, WIDTH, Somebody, detected
from vision.ports import Detection
from vision.scene import Scene
from vision.tracking import Seen, Tracker, overlap


def seen(*people: Somebody) -> list[Seen]:
    found = [one for somebody in people if (one := detected(somebody)) is not None]
    return Scene().read(found, WIDTH, HEIGHT)


def numbers(tracker: Tracker, at: float, what: Sequence[Seen]) -> list[int]:
    return [track.number for track in tracker.update(at, what)]


@pytest.mark.parametrize("fps", [2, 4, 10, 30])
def test_who_walks_is_one_person_even_where_the_boxes_do_not_overlap(fps: int) -> None:
    tracker = Tracker()
    for look in range(3 * fps):
        at = look / fps
        assert numbers(tracker, at, seen(Somebody(-0.6 + 0.4 * at, 4.0 - 0.9 * at))) == [1]


def test_two_who_meet_stay_two() -> None:
    tracker = Tracker()
    for look in range(20):
        at = look / 10
        people = seen(Somebody(-1.0 + 1.0 * at, 3.0), Somebody(1.0 - 1.0 * at, 2.2))
        tracks = {track.number: track for track in tracker.update(at, people)}
        assert sorted(tracks) == [1, 2]
        assert (tracks[1].place.right < tracks[2].place.right) == (at < 1.0)


def test_who_comes_back_after_a_while_is_not_known() -> None:
    tracker = Tracker()
    assert numbers(tracker, 0.0, seen(Somebody(0, 1))) == [1]
    assert numbers(tracker, 1.4, seen(Somebody(0, 1))) == [1]
    assert numbers(tracker, 3.0, seen(Somebody(0, 1))) == [2]
    assert len(tracker.tracks) == 1


def test_a_body_goes_on_where_the_face_turned_away() -> None:
    tracker = Tracker()
    assert numbers(tracker, 0.0, seen(Somebody(0.2, 2.0))) == [1]
    assert numbers(tracker, 0.1, seen(Somebody(0.2, 2.0, body=True))) == [1]
    assert numbers(tracker, 0.2, seen(Somebody(0.22, 2.0))) == [1]


def test_what_is_not_sure_goes_on_with_somebody_and_is_no_second_one() -> None:
    tracker = Tracker()
    (sure,) = seen(Somebody(0.2, 2.0, body=True))
    unsure = replace(sure, found=replace(sure.found, sure=False, score=0.3))
    arm = replace(unsure, found=replace(unsure.found, width=unsure.found.width / 3))
    assert numbers(tracker, 0.0, [sure, arm]) == [1]
    assert numbers(tracker, 0.1, [unsure]) == [1]
    assert tracker.tracks[0].sure == 1
    elsewhere = replace(unsure, found=replace(unsure.found, x=10.0), place=replace(unsure.place, right=-1.5))
    assert numbers(tracker, 0.2, [sure, elsewhere]) == [1, 2]
    assert [track.sure for track in tracker.tracks] == [2, 0]


def test_who_leaves_at_the_edge_keeps_the_distance_he_had() -> None:
    tracker = Tracker()
    tracker.update(0.0, seen(Somebody(1.3, 3.0, body=True)))
    away = tracker.tracks[0].place.away
    leg = Detection(600, 300, 40, 60, 0.3, "person", sure=False)
    tracker.update(0.1, Scene().read([leg], WIDTH, HEIGHT))
    assert [(track.number, track.last_at) for track in tracker.tracks] == [(1, 0.1)]
    assert tracker.tracks[0].place.away == away


def test_overlap_is_the_intersection_over_the_union() -> None:
    box = Detection(0, 0, 10, 10, 1.0)
    assert overlap(box, box) == 1.0
    assert overlap(box, replace(box, x=5.0)) == pytest.approx(1 / 3)
    assert overlap(box, replace(box, x=10.0)) == 0.0
