"""Where somebody is, and whether he looks here, from boxes and landmarks."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vision.hall import HEIGHT, OPTICS, WIDTH, Somebody, detected, turned
from vision.facing import facing
from vision.optics import FACE_PIXELS, Optics
from vision.ports import Detection, Landmarks
from vision.scene import Scene, Zone


@given(right=st.floats(-0.9, 0.9), away=st.floats(0.4, 6.0), body=st.booleans())
def test_a_place_is_found_again_from_what_the_camera_sees_of_it(
    right: float, away: float, body: bool
) -> None:
    right *= away * 0.3
    seen = detected(Somebody(right, away, body=body))
    assert seen is not None
    place = OPTICS.place(seen, WIDTH, HEIGHT)
    assert place.away == pytest.approx(away, rel=0.01)
    assert place.right == pytest.approx(right, abs=0.02)


def test_a_wide_lens_makes_the_same_face_nearer() -> None:
    face = Detection(300, 200, 40, 50, 0.9)
    narrow, wide = Optics(30).place(face, WIDTH, HEIGHT), Optics(70).place(face, WIDTH, HEIGHT)
    assert wide.away < narrow.away
    assert narrow.away == pytest.approx(0.20 / (2 * (50 / 480) * math.tan(math.radians(15))))


@pytest.mark.parametrize(
    ("degrees", "looks"), [(0, True), (25, True), (-25, True), (60, False), (-60, False), (80, False)]
)
@pytest.mark.parametrize("tilt", [0, 20, -35])
def test_who_looks_at_the_screen(degrees: float, looks: bool, tilt: float) -> None:
    face = turned(0, 0, 100, degrees)
    angle = math.radians(tilt)

    def rolled(point: tuple[float, float]) -> tuple[float, float]:
        x, y = point
        return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)

    points = (face.left_eye, face.right_eye, face.nose, face.left_mouth, face.right_mouth)
    assert facing(Landmarks(*map(rolled, points))) is looks


def test_points_that_fall_together_look_nowhere() -> None:
    assert not facing(Landmarks(*[(5.0, 5.0)] * 5))


def test_a_poster_in_an_ignored_zone_is_nobody() -> None:
    scene = Scene(OPTICS, (Zone(0.0, 0.0, 0.2, 1.0),))
    poster = Detection(40, 100, 60, 75, 0.95)
    visitor = Detection(300, 100, 60, 75, 0.95)
    (seen,) = scene.read([poster, visitor], WIDTH, HEIGHT)
    assert seen.found is visitor
    assert seen.facing is True, "a detector without landmarks finds frontal faces only"


def test_whether_a_body_looks_here_is_not_known() -> None:
    (seen,) = Scene().read([Detection(300, 50, 100, 350, 0.9, "person")], WIDTH, HEIGHT)
    assert seen.facing is None
    assert not seen.cut
    (cut,) = Scene().read([Detection(600, 50, 40, 350, 0.9, "person")], WIDTH, HEIGHT)
    assert cut.cut


def test_the_farther_a_face_is_to_be_found_the_larger_the_picture_has_to_be() -> None:
    for fov in (30.0, 43.0, 70.0):
        optics = Optics(fov)
        for away in (1.0, 2.0, 4.5):
            rows = optics.rows_for(away)
            face = Detection(0, 0, 10, FACE_PIXELS, 1.0)
            assert optics.place(face, rows, rows).away == pytest.approx(away, rel=0.03)
    assert Optics(43.0).rows_for(4.5) == pytest.approx(360, abs=6)
