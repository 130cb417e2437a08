"""Whether a face looks at the screen, from five landmarks."""

from __future__ import annotations

import math

from vision.ports import Landmarks, Point

_TURNED = 0.35
"""How far the nose may be from the middle between the eyes, as a share of their distance.

A nose stands out by about as much as half the distance of the eyes, so that this is a turn of about 35°: the kiosk's
screen is seen from the corner of the eye up to there.
"""
_PROFILE = 0.45
"""Eyes closer together than this share of the distance from eyes to mouth belong to a face seen from the side."""


def facing(face: Landmarks) -> bool:
    """True for a face that is turned away by less than about 35°, however the head is tilted."""
    eyes = _middle(face.left_eye, face.right_eye)
    mouth = _middle(face.left_mouth, face.right_mouth)
    apart = math.dist(face.left_eye, face.right_eye)
    tall = math.dist(eyes, mouth)
    if tall <= 0 or apart < _PROFILE * tall:
        return False
    # Along the line of the eyes, so that a head on its shoulder counts as the same.
    along = ((face.right_eye[0] - face.left_eye[0]) / apart, (face.right_eye[1] - face.left_eye[1]) / apart)
    aside = (face.nose[0] - eyes[0]) * along[0] + (face.nose[1] - eyes[1]) * along[1]
    return abs(aside) <= _TURNED * apart


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
