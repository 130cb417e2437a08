"""Faces on every look, and now and then whole people: for whoever turns the face away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vision.detectors.scaling import by_size
from vision.optics import belongs
from vision.ports import Detection, Detector

if TYPE_CHECKING:
    from vision.ports import Frame

_EVERY = 2
"""On one look of so many while those in view are seen surely, because a body costs as much as two faces."""


class FaceAndBodyDetector:
    """Joins two detectors; a body whose head is a face that was found, too, counts once, as the face."""

    def __init__(self, faces: Detector, bodies: Detector) -> None:
        self._faces = faces
        self._bodies = bodies
        self._looks = 0
        self._settled = False

    @property
    def name(self) -> str:
        """``yunet+nanodet``."""
        return f"{self._faces.name}+{self._bodies.name}"

    def detect(self, frame: Frame) -> list[Detection]:
        """Who is in a frame, largest face first, then the bodies without one."""
        faces = self._faces.detect(frame)
        self._looks += 1
        if self._settled and self._looks % _EVERY != 1:
            return faces
        bodies = self._bodies.detect(frame)
        self._settled = bool(bodies) and all(body.sure for body in bodies)
        return [*faces, *by_size([body for body in bodies if not any(belongs(face, body) for face in faces)])]
