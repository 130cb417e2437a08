"""The doctor's look through the camera, and its calibration with a tape measure. No picture is kept."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from hardware.doctor import Finding
from kiosk_app.config import CameraConfig, KioskConfig
from kiosk_app.eyes import detector_models_of, detector_of, scene_of
from vision.ports import Detection, Detector, Frame

_LOOK_S = 2.0
_MEASURE_S = 8.0
_FRAME_S = 5.0
_ENOUGH, _PLENTY = 15, 60
_SLOW_FPS = 4.0
"""Fewer pictures a second than the kiosk takes looks in an empty hall."""
_LARGE = 1920 * 1080
"""More pixels than any detector here makes use of; 640×480 is asked for."""
_FEW = 2
"""Of so many pictures chance may be the reason."""


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
        detector = detector_of(config.camera, config.home)
    except VisionError as error:
        return Finding("fail", str(error), "set camera.detector to auto")
    try:
        looked = _look(config.camera, detector)
    except VisionError as error:
        return Finding("fail", str(error), _FIXES.get(error.code, _CABLE))
    if looked is None:
        return Finding("fail", f"no picture within {_FRAME_S:.0f} s", _CABLE)
    return _judge(looked, detector.name)


_CABLE = "check the cable and camera.source"
_FIXES = {
    "camera.format": "another mode (v4l2-ctl --list-formats-ext) or another camera",
    "camera.damaged": "a shorter cable, another USB port, or another camera",
    "camera.program_missing": "install what is missing, or name another camera in camera.source",
    "camera.program_ended": "check the ribbon cable with the power off, and what else uses the camera",
}


@dataclass(frozen=True, slots=True)
class _Looked:
    """What two seconds of pictures were like.

    Attributes:
        metres: how far away everybody in the last one is.
        fault: what is wrong with the last one, or with all of them; "" for nothing.
        turned: the value of camera.turned with which people would be seen, where they are not; None without.
        decode_s: time to make one picture of what the camera sends.
    """

    width: int
    height: int
    fps: float
    fault: str
    metres: tuple[float, ...]
    turned: int | None
    decode_s: float


def _judge(looked: _Looked, detector: str) -> Finding:
    nearest = f", the nearest at {min(looked.metres):.1f} m" if looked.metres else ""
    figure = (
        f"{looked.width}×{looked.height}, {looked.fps:.0f} looks a second, {detector},"
        f" {len(looked.metres)} in view{nearest}"
    )
    if looked.fault == "frozen":
        return Finding(
            "fail", f"{figure}; all pictures are exactly the same", "unplug it and plug it in again"
        )
    if looked.fault:
        fix = "take off its cap, turn on the light, or shade it from the lamp"
        return Finding("fail", f"{figure}; the picture is {looked.fault}", fix)
    if looked.turned is not None:
        return Finding("warn", f"{figure}; people lie in the picture", f"camera.turned = {looked.turned}")
    if looked.width * looked.height > _LARGE:
        return Finding(
            "warn",
            f"{figure}; {looked.decode_s * 1e3:.0f} ms for each picture, larger than needed",
            "a camera or a mode with 640×480: the board works for nothing",
        )
    if looked.fps < _SLOW_FPS:
        return Finding(
            "warn", figure, "more light, a shorter cable, or another USB port: people are noticed late"
        )
    return Finding("ok", figure)


def _look(config: CameraConfig, detector: Detector) -> _Looked | None:
    """Pictures of two seconds; None when none came. Raises VisionError."""
    from vision.camera import is_device
    from vision.picture import Glances

    glances, scene, turns = Glances(), scene_of(config), _Turns(config.turned)
    looked: _Looked | None = None
    began, alike = 0.0, 0
    for frames, (image, decode_s) in enumerate(_frames(config, _LOOK_S), start=1):
        now = time.monotonic()
        began = began or now
        fps = (frames - 1) / (now - began) if frames > 1 else 1 / _LOOK_S
        height, width = image.shape[:2]
        glance = glances.take(image)
        alike += glance.same
        frozen = frames > _FEW and alike == frames - 1 and is_device(config.source)
        found = detector.detect(image)
        turns.take(image, found, detector)
        metres = tuple(one.place.away for one in scene.read(found, width, height))
        fault = glance.fault or ("frozen" if frozen else "")
        looked = _Looked(width, height, fps, fault, metres, turns.better, decode_s)
    glances.forget()
    return looked


class _Turns:
    """Whether people would be seen if the picture were turned: tries one of the other three ways at every look."""

    def __init__(self, now: int) -> None:
        self._now = now
        self._looks = 0
        self._upright = 0
        self._seen: Counter[int] = Counter()

    @property
    def better(self) -> int | None:
        """The value for camera.turned; None while people are seen as it is, or hardly otherwise."""
        ((turned, times),) = self._seen.most_common(1) or [(0, 0)]
        sure = times > max(_FEW, 0.6 * self._looks / 3) and self._upright == 0
        return (self._now + turned) % 360 if sure else None

    def take(self, image: Frame, found: Sequence[Detection], detector: Detector) -> None:
        """Look at one picture, in which the detector has ``found`` somebody as it is, or nobody."""
        from vision.pixels import upright

        self._upright += bool(found)
        turned = 90 * (1 + self._looks % 3)
        self._looks += 1
        if self._upright == 0:
            other = upright(image, turned)
            self._seen[turned] += bool(detector.detect(other))
            other.fill(0)


def calibrate(config: KioskConfig, metres: float, seconds: float = _MEASURE_S) -> Calibration:
    """The field of view by somebody who stands ``metres`` in front of the camera and looks at it.

    Raises:
        VisionError: no camera, no detector of faces, or nobody was seen often enough.
    """
    from vision.detectors import make_detector
    from vision.errors import VisionError
    from vision.optics import field_of_view

    models = detector_models_of(config.home)
    detector = make_detector("yunet" if models.yunet else "haar", models)
    found: list[float] = []
    for image, _ in _frames(config.camera, seconds):
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


def _frames(config: CameraConfig, seconds: float) -> Iterator[tuple[Frame, float]]:
    """Pictures for so long after the first, each overwritten after its turn, and how long each took to be decoded.

    Raises CameraError.
    """
    from vision.camera import make_camera

    camera = make_camera(config.source, loop=config.loop, turned=config.turned)
    camera.start()
    try:
        frame = camera.newest(_FRAME_S)
        until = time.monotonic() + seconds
        while frame is not None:
            try:
                yield frame.image, camera.decode_s
            finally:
                frame.image.fill(0)
            frame = None
            while frame is None and time.monotonic() < until:
                frame = camera.newest(0.5)
    finally:
        camera.stop()
