"""The doctor's look through the camera, and its calibration with a tape measure. No picture is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from hardware.doctor import Finding
from kiosk_app.config import CameraConfig, KioskConfig
from kiosk_app.eyes import detector_models, detector_of, scene_of
from models.assets import AssetStore
from vision.ports import Detector, Frame

_LOOK_S = 2.0
_MEASURE_S = 8.0
_FRAME_S = 5.0
_ENOUGH, _PLENTY = 15, 60
_SLOW_FPS = 4.0
"""Fewer pictures a second than the kiosk takes looks in an empty hall."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a face at a known distance says of the camera; degrees."""

    field_of_view: float
    now: float
    sightings: int


def check_camera(config: KioskConfig) -> Finding:
    """Whether the camera shows the hall, how fast, and whom the detector finds in it."""
    if not config.camera.enabled:
        return Finding("skip", "off by configuration")
    from vision.errors import VisionError

    try:
        detector = detector_of(config.camera, AssetStore(config.home / "assets"))
    except VisionError as error:
        return Finding("fail", str(error), "set camera.detector to auto")
    try:
        looked = _look(config.camera, detector)
    except VisionError as error:
        return Finding("fail", str(error), "check the cable and camera.source")
    if looked is None:
        return Finding("fail", f"no picture within {_FRAME_S:.0f} s", "check the cable and camera.source")
    nearest = f", the nearest at {min(looked.metres):.1f} m" if looked.metres else ""
    figure = (
        f"{looked.width}×{looked.height}, {looked.fps:.0f} looks a second, {detector.name},"
        f" {len(looked.metres)} in view{nearest}"
    )
    if looked.fault:
        fix = "take off its cap, turn on the light, or shade it from the lamp"
        return Finding("fail", f"{figure}; the picture is {looked.fault}", fix)
    if looked.fps < _SLOW_FPS:
        return Finding(
            "warn", figure, "more light, a shorter cable, or another USB port: people are noticed late"
        )
    return Finding("ok", figure)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What two seconds of pictures were like; ``metres`` are those of everybody in the last one."""

    width: int
    height: int
    fps: float
    fault: str
    metres: tuple[float, ...]


def _look(config: CameraConfig, detector: Detector) -> _Looked | None:
    """Pictures of two seconds; None when none came. Raises VisionError."""
    from vision.picture import Glances

    glances, scene = Glances(), scene_of(config)
    looked: _Looked | None = None
    began = 0.0
    for frames, image in enumerate(_frames(config, _LOOK_S), start=1):
        began = began or time.monotonic()
        height, width = image.shape[:2]
        fault = glances.take(image).fault
        seen = scene.read(detector.detect(image), width, height)
        fps = frames / max(1e-3, time.monotonic() - began)
        looked = _Looked(width, height, fps, fault, tuple(one.place.away for one in seen))
    glances.forget()
    return looked


def calibrate(config: KioskConfig, metres: float, seconds: float = _MEASURE_S) -> Calibration:
    """The field of view by somebody who stands ``metres`` in front of the camera and looks at it.

    Raises:
        VisionError: no camera, no detector of faces, or nobody was seen often enough.
    """
    from vision.detectors import make_detector
    from vision.errors import VisionError
    from vision.optics import field_of_view

    models = detector_models(AssetStore(config.home / "assets"))
    detector = make_detector("yunet" if models.yunet else "haar", models)
    found: list[float] = []
    for image in _frames(config.camera, seconds):
        faces = detector.detect(image)
        if len(faces) == 1:
            found.append(field_of_view(faces[0], image.shape[0], metres))
        if len(found) == _PLENTY:
            break
    if len(found) < _ENOUGH:
        raise VisionError(
            "calibration.nobody",
            f"one face was seen in {len(found)} pictures, {_ENOUGH} are needed: stand alone, {metres:g} m from the"
            " camera, and look at it",
        )
    return Calibration(round(median(found), 1), config.camera.field_of_view, len(found))


def _frames(config: CameraConfig, seconds: float) -> Iterator[Frame]:
    """Pictures for so long after the first, each overwritten after its turn. Raises CameraError."""
    from vision.camera import make_camera

    camera = make_camera(config.source, loop=config.loop, turned=config.turned)
    camera.start()
    try:
        frame = camera.newest(_FRAME_S)
        until = time.monotonic() + seconds
        while frame is not None:
            try:
                yield frame.image
            finally:
                frame.image.fill(0)
            frame = camera.newest(1.0) if time.monotonic() < until else None
    finally:
        camera.stop()
